import type { SourceGrammar } from '../../source-url.ts';

/** Which label has what. */
export type VocabularyKeys = {
  readonly repository?: string;
  /** A page that is the repository's only on a known forge, and only where `repository` is missing. */
  readonly page?: string;
  /** A commit, or whatever else names a revision. */
  readonly revision?: string;
  readonly ref?: string;
  readonly dockerfile?: string;
  readonly context?: string;
  readonly runUrl?: string;
  readonly created?: string;
  readonly version?: string;
  readonly baseName?: string;
  readonly baseDigest?: string;
};
export type Vocabulary = {
  readonly id: string;
  /** Of the rows of one family only the first that is found is read: they share labels. */
  readonly family: string;
  /** One of these must be there; else any label of the vocabulary. */
  readonly foundBy?: readonly string[];
  readonly keys: VocabularyKeys;
  readonly grammar: SourceGrammar;
  /** The path in the repository's address is the build's context, and holds the Dockerfile. */
  readonly contextInAddress?: true;
};

const OCI = 'org.opencontainers.image';
const OCI_KEYS: VocabularyKeys = {
  repository: `${OCI}.source`,
  page: `${OCI}.url`,
  revision: `${OCI}.revision`,
  created: `${OCI}.created`,
  version: `${OCI}.version`,
  baseName: `${OCI}.base.name`,
  baseDigest: `${OCI}.base.digest`,
};

/** Vocabularies whose labels have fixed names (reference/provenance.md 9.1, 9.2). */
export const VOCABULARIES: readonly Vocabulary[] = [
  {
    // docker-library/meta-scripts: a BuildKit address where OCI has a page.
    id: 'docker-official-images',
    family: 'oci',
    foundBy: ['com.docker.official-images.bashbrew.arch'],
    keys: OCI_KEYS,
    grammar: 'buildkit',
    contextInAddress: true,
  },
  {
    // docker/buildx with BUILDX_GIT_LABELS.
    id: 'buildx',
    family: 'oci',
    foundBy: ['com.docker.image.source.entrypoint'],
    keys: { ...OCI_KEYS, dockerfile: 'com.docker.image.source.entrypoint' },
    grammar: 'auto',
  },
  { id: 'oci', family: 'oci', keys: OCI_KEYS, grammar: 'auto' },
  {
    // label-schema.org rc1, which OCI superseded.
    id: 'label-schema',
    family: 'label-schema',
    keys: {
      repository: 'org.label-schema.vcs-url',
      revision: 'org.label-schema.vcs-ref',
      created: 'org.label-schema.build-date',
      version: 'org.label-schema.version',
    },
    grammar: 'auto',
  },
  {
    // Red Hat, Project Atomic, Konflux. In Red Hat's own images the commit is that of dist-git, and mostly stands alone; `url` is a catalogue's page.
    id: 'red-hat',
    family: 'red-hat',
    foundBy: ['vcs-ref', 'vcs-url', 'com.redhat.component'],
    keys: { repository: 'vcs-url', revision: 'vcs-ref', created: 'build-date', version: 'version' },
    grammar: 'auto',
  },
  {
    // OpenShift builds, source-to-image.
    id: 'openshift',
    family: 'openshift',
    keys: {
      repository: 'io.openshift.build.source-location',
      revision: 'io.openshift.build.commit.id',
      ref: 'io.openshift.build.commit.ref',
      context: 'io.openshift.build.source-context-dir',
      baseName: 'io.openshift.build.image',
    },
    grammar: 'auto',
  },
  {
    // Codefresh names its repositories without their host.
    id: 'codefresh',
    family: 'codefresh',
    keys: { repository: 'io.codefresh.repo.name', ref: 'io.codefresh.repo.branch' },
    grammar: 'auto',
  },
  {
    // The variables of a Jenkins job, under their own names.
    id: 'jenkins',
    family: 'jenkins',
    foundBy: ['GIT_COMMIT', 'GIT_URL'],
    keys: { repository: 'GIT_URL', revision: 'GIT_COMMIT', ref: 'GIT_BRANCH', runUrl: 'BUILD_URL' },
    grammar: 'auto',
  },
];
