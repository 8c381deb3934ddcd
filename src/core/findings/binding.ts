import type { Binding } from '../claims/worth.ts';
import { bindingOfDocument, digestsOf, predicateTypeOf } from '../claims/worth.ts';
import { formatPlatform } from '../model/descriptor.ts';
import { parseRepositoryName } from '../model/image-reference.ts';
import { formatRepository } from '../model/image-repository.ts';
import type { SignedDocument } from '../model/statement.ts';
import type { Reading } from './reading.ts';
import { readingsOf } from './reading.ts';
import type { Examined, FindingRule } from './rule.ts';
import { bothSides, oneFinding } from './rule.ts';

/** Digests of a subject that are told; the rest is in the ledger. */
const SUBJECTS_TOLD_MAX = 3;

/** What of the image the documents are about. */
export const BINDING_RULES: readonly FindingRule<Examined>[] = [
  {
    code: 'SUBJECT_MISMATCH',
    severity: 'high',
    advice: 'it is attached to this image and speaks of another: it supports nothing; find out who attached it',
    find: ({ image, gathered }) =>
      gathered.documents
        .filter(({ signed }) => signed.kind !== 'opaque' && bindingOfDocument(signed, image.digests) === undefined)
        .map(({ about, signed }) => ({ about, message: `${signed.carrier}: ${subjectText(signed)}` })),
  },
  {
    code: 'INDEX_ONLY',
    severity: 'info',
    advice: 'an index vouches for what it lists: sign its platforms too, so that a copy of one alone can be verified',
    find: (examined) =>
      oneFinding(
        signedAlone(examined, 'index', 'platform') &&
          'signatures are on the index, and none on the manifest of this platform',
      ),
  },
  {
    code: 'PLATFORM_ONLY',
    severity: 'info',
    advice: 'whoever can push can add platforms to an index that nobody signed: sign the index too',
    find: (examined) =>
      oneFinding(
        examined.image.digests.indexes.length > 0 &&
          signedAlone(examined, 'platform', 'index') &&
          'signatures are on the manifest of this platform, and none on the index that lists it',
      ),
  },
  {
    code: 'PROMOTED_COPY',
    severity: 'info',
    advice: 'the image was built under another name and copied: make sure that the copy is meant',
    find: (examined) => {
      const names = readingsOf(examined)
        .filter(({ provenance }) => provenance !== undefined)
        .map(({ signed }) => namesOf(signed));
      // A layout on disk is a copy by its nature, and has no name of its own.
      const here = new Set(
        examined.image.root.foundAt.filter(({ transport }) => transport === 'registry').map(formatRepository),
      );
      const isElsewhere =
        here.size > 0 &&
        names.length > 0 &&
        names.every((each) => each.length > 0 && each.every((name) => !here.has(name)));
      const others = [...new Set(names.flat())].sort();
      return oneFinding(
        isElsewhere &&
          bothSides(
            ['the provenance', `that it is of ${others.join(', ')}`],
            ['the image is at', [...here].join(', ')],
          ),
      );
    },
  },
];

/** What of the image one document is about. */
export const SUBJECT_RULES: readonly FindingRule<Reading>[] = [
  {
    code: 'SUBJECT_IS_CONFIG',
    severity: 'warn',
    advice: 'images with other layers’ bytes share a config: let the build name the digest that it pushed',
    find: ({ signed, boundBy }, { image }) =>
      oneFinding(
        boundBy === 'config' &&
          bothSides(
            [`${signed.carrier} (${predicateTypeOf(signed)})`, `that it is about the config ${image.digests.config}`],
            ['the manifest is', image.digests.platform ?? 'not known'],
          ),
      ),
  },
  {
    code: 'OTHER_PLATFORM',
    severity: 'warn',
    advice: 'ask for the provenance of this platform: it can differ from that of another one',
    find: ({ provenance }, { image }) => {
      const built = provenance?.platform;
      if (built === undefined || image.platform === undefined) return [];
      // Where the Dockerfile is not told, an input of the builder's own platform may be of a stage that is not the last.
      const isOfStage = provenance?.dockerfileText === undefined && built.value === provenance?.builderPlatform?.value;
      const [os, architecture] = built.value.split('/');
      const isOther = os !== image.platform.os || architecture !== image.platform.architecture;
      return oneFinding(
        isOther &&
          !isOfStage &&
          bothSides(
            ['the provenance', `that it is of ${built.value}`],
            ['the image is for', formatPlatform(image.platform)],
          ),
      );
    },
  },
  {
    code: 'ATTESTATION_REF_DANGLING',
    severity: 'warn',
    advice: 'the index was put together wrongly: build it anew',
    find: ({ signed }, { image }) => {
      const { platform, attestationManifests } = image.digests;
      const isListed = signed.container !== undefined && attestationManifests.includes(signed.container);
      const dangles = isListed && platform !== undefined && !digestsOf(signed).includes(platform);
      return oneFinding(
        dangles &&
          bothSides(
            ['the index', `that ${signed.container} is about ${platform}`],
            ['its statement is about', digestText(signed)],
          ),
      );
    },
  },
];

/** Signatures that hold are on the one, and none is on the other. */
function signedAlone(examined: Examined, one: Binding, other: Binding): boolean {
  const signed = readingsOf(examined).filter(({ signed: { checked } }) => checked.assurance === 'verified');
  return (
    signed.some(({ boundBy }) => boundBy === one) &&
    !signed.some(({ signed: document }) => coversToo(document, examined, other))
  );
}

/** A statement may have both as its subjects. */
function coversToo(signed: SignedDocument, { image: { digests } }: Examined, member: Binding): boolean {
  const members = member === 'index' ? digests.indexes : [digests.platform];
  return digestsOf(signed).some((digest) => members.includes(digest));
}

/** The image repositories, with their hosts, that the subjects are called by. */
function namesOf(signed: SignedDocument): readonly string[] {
  if (signed.kind !== 'statement') return [];
  return signed.statement.subject.flatMap(({ name = '' }) => {
    const plain = name.replace(/@.*$/s, '').replace(/:[^/:]*$/, '');
    const repository = /^[^/]+[.:][^/]*\//.test(plain) ? parseRepositoryName(plain) : undefined;
    return repository === undefined ? [] : [formatRepository(repository)];
  });
}

function subjectText(signed: SignedDocument): string {
  if (signed.kind === 'simpleSigning') return `a signature of ${signed.digest}`;
  return `a statement (${predicateTypeOf(signed)}) about ${digestText(signed)}`;
}

function digestText(signed: SignedDocument): string {
  if (signed.kind !== 'statement') return digestsOf(signed).join(', ');
  const digests = signed.statement.subject.flatMap(({ digest }) =>
    Object.entries(digest).map(([algorithm, hex]) => `${algorithm}:${hex}`),
  );
  return digests.length === 0 ? 'no digest' : digests.slice(0, SUBJECTS_TOLD_MAX).join(', ');
}
