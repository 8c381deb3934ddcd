import { ToolError } from '../../src/core/errors.ts';
import { withBases } from '../../src/core/graph/bases.ts';
import type { Chain, Dossier, DocumentAbout, Finding, TracedImage } from '../../src/core/model/chain.ts';
import type { Digest } from '../../src/core/model/digest.ts';
import { parseDigest } from '../../src/core/model/digest.ts';
import type { Entity, ImageEntity } from '../../src/core/model/entity.ts';
import type { Evidence, Place, Problem, Relation } from '../../src/core/model/evidence.ts';
import type { Grades, Step, TraceReport, TraceResult } from '../../src/core/model/report.ts';
import type { SignedDocument } from '../../src/core/model/statement.ts';

/** Reports made by hand, one for each way in which a trace can come out, for whatever shows them. */

/** The moment at which the reports are shown. */
export const NOW = '2026-11-21T12:00:00Z';

const REPOSITORY = 'https://github.com/acme/shop';
const COMMIT = 'c14c546e54940a410195ede9aa0e7ee2ef1e16d0';
const BUILDER =
  'https://github.com/slsa-framework/slsa-github-generator/.github/workflows/generator_container_slsa3.yml@refs/tags/v2.1.0';
const RUN = 'https://github.com/acme/shop/actions/runs/5063709022/attempts/1';

/** The digest whose hexadecimal part is `seed`, over and over. */
export function digestOf(seed: string): Digest {
  const digest = parseDigest(`sha256:${seed.repeat(64).slice(0, 64)}`);
  if (digest === undefined) throw new Error(`no hexadecimal seed: ${seed}`);
  return digest;
}

const IMAGE: ImageEntity = {
  kind: 'image',
  digest: digestOf('7cd9684be65e3723'),
  foundAt: [{ transport: 'registry', name: 'ghcr.io/acme/shop' }],
};
const INDEX = digestOf('0159a9079cf26480');
const CONFIG = digestOf('ab54bf2fe54c86e0');
const PROVENANCE = digestOf('1b7e72ba31845231');
const BASE: Entity = {
  kind: 'image',
  digest: digestOf('beefdbd8a1da6d29'),
  foundAt: [{ transport: 'registry', name: 'docker.io/library/alpine' }],
};
const REVISION: Entity = { kind: 'sourceRevision', repository: REPOSITORY, commit: COMMIT };
const BUILD: Entity = { kind: 'build', builderId: BUILDER, invocationId: RUN };

const TRACED: TracedImage = {
  reference: 'ghcr.io/acme/shop:1.4',
  root: IMAGE,
  digests: { indexes: [INDEX], platform: IMAGE.digest, config: CONFIG, attestationManifests: [] },
  platform: { os: 'linux', architecture: 'amd64' },
  asOf: '2026-11-21T11:56:30Z',
};

type Parts = {
  readonly image?: Partial<TracedImage>;
  readonly steps: readonly Step[];
  readonly grades: Grades;
  readonly facts?: Chain['facts'];
  readonly findings?: readonly Finding[];
  readonly gathered?: Partial<Dossier['gathered']>;
};

/** A traced image with everything that the parts leave out empty. */
export function traced({ image, steps, grades, facts = [], findings = [], gathered }: Parts): TraceResult {
  const whole = { ...TRACED, ...image };
  return {
    kind: 'traced',
    steps,
    grades,
    dossier: {
      image: whole,
      chain: { root: whole.root, hops: [], gaps: [], facts },
      gathered: { evidence: [], problems: [], places: [], documents: [], remarks: [], ...gathered },
      findings,
    },
  };
}

export function step(name: Step['name'], parts: Partial<Step>): Step {
  return { name, details: [], why: [], support: [], dissent: [], ...parts };
}

function edge(relation: Relation, to: Entity, parts: Partial<Evidence> = {}): Evidence {
  return {
    claim: { kind: 'edge', from: IMAGE, relation, to },
    strength: 'attested',
    rank: 300,
    why: 'signer not tied to this image',
    boundBy: 'index',
    origin: {
      collector: 'cosign-tags',
      location: `ghcr.io/acme/shop, cosign tag .att: predicate.buildDefinition`,
      document: PROVENANCE,
    },
    ...parts,
  };
}

function label(relation: Relation, to: Entity, name: string): Evidence {
  return edge(relation, to, {
    strength: 'declared',
    rank: 530,
    why: 'a label, which whoever builds can write',
    boundBy: 'config',
    labels: [name],
    origin: { collector: 'image-config', location: `config label ${name}`, document: CONFIG },
  });
}

function place(carrier: string, result: Place['result'], parts: Partial<Place> = {}): Place {
  return { at: IMAGE, carrier, result, ...parts };
}

const SIGNED: SignedDocument = {
  kind: 'statement',
  document: PROVENANCE,
  carrier: 'cosign tag .att',
  statement: {
    type: 'https://in-toto.io/Statement/v1',
    predicateType: 'https://slsa.dev/provenance/v1',
    subject: [{ name: 'ghcr.io/acme/shop', digest: { sha256: INDEX.slice('sha256:'.length) } }],
    predicate: {},
  },
  checked: {
    assurance: 'verified',
    signer: {
      kind: 'certificate',
      identity: BUILDER,
      issuer: 'https://token.actions.githubusercontent.com',
      authority: 'sigstore.dev',
      extensions: { 8: 'https://token.actions.githubusercontent.com', 12: REPOSITORY },
    },
    times: ['2026-11-20T09:31:44Z'],
    logEntries: [{ log: 'rekor.sigstore.dev', index: '174304112', integratedAt: '2026-11-20T09:31:44Z' }],
    root: 'public-good',
  },
};
const UNSIGNED: SignedDocument = {
  kind: 'statement',
  document: digestOf('5a84b9f1c2d3e4f5'),
  carrier: 'attestation manifest in the index',
  statement: {
    type: 'https://in-toto.io/Statement/v0.1',
    predicateType: 'https://slsa.dev/provenance/v0.2',
    subject: [{ digest: { sha256: IMAGE.digest.slice('sha256:'.length) } }],
    predicate: {},
  },
  checked: { assurance: 'attested', code: 'UNSIGNED', expected: 'a signed envelope', got: 'a bare statement' },
};
const REJECTED: SignedDocument = {
  kind: 'simpleSigning',
  document: digestOf('66f00dfeed123456'),
  digest: digestOf('0ddba11'),
  carrier: 'cosign tag .sig',
  checked: {
    assurance: 'rejected',
    code: 'SUBJECT_MISMATCH',
    expected: `a signature of ${INDEX}`,
    got: digestOf('0ddba11'),
  },
};
const SBOM: SignedDocument = {
  kind: 'opaque',
  document: digestOf('5b0b5b0b5b0b5b0b'),
  carrier: 'referrers API, application/spdx+json',
  mediaType: 'application/spdx+json',
  checked: { assurance: 'attested', code: 'UNSIGNED', expected: 'a signed envelope', got: 'a bare document' },
};

function about(signed: SignedDocument): DocumentAbout {
  return { about: IMAGE, signed };
}

const IMAGE_STEP = step('image', {
  answer: `ghcr.io/acme/shop@${IMAGE.digest}`,
  entity: IMAGE,
  asOf: '2026-11-21T11:56:30Z',
  details: [
    { name: 'index', value: INDEX },
    { name: 'config', value: CONFIG },
  ],
});
const PLATFORM_STEP = step('platform', {
  answer: 'linux/amd64',
  details: [{ name: 'created', value: '2026-11-20T09:30:12Z', grade: 'declared' }],
});
const NO_SIGNATURE = step('signature', { grade: 'none', gap: 'absent' });
const NO_SBOM = step('sbom', { grade: 'none', gap: 'absent' });
const COMMIT_LINK = `${REPOSITORY}/commit/${COMMIT}`;

const PLACES: readonly Place[] = [
  place('referrers API', 'absent', { asked: INDEX, detail: 'no referrers API', asOf: '2026-11-21T11:56:30Z' }),
  place('referrers fallback tag', 'absent', { asked: INDEX, asOf: '2026-11-21T11:56:30Z' }),
  place('cosign tag .att', 'found', { asked: INDEX, detail: '1 document' }),
  place('cosign tag .sig', 'absent', { asked: INDEX }),
  place('cosign tag .sbom', 'absent', { asked: INDEX }),
  place('attestation manifest in the index', 'found', { detail: '1 document' }),
  place('config labels', 'found', { detail: '4 labels' }),
  place('annotations', 'absent'),
];

/** Signed provenance, verified; the labels agree, and the base is proven. */
const GOOD = traced({
  grades: { origin: 'verified', ownership: 'none' },
  steps: [
    IMAGE_STEP,
    PLATFORM_STEP,
    step('signature', {
      grade: 'verified',
      answer: BUILDER,
      details: [
        { name: 'issuer', value: 'https://token.actions.githubusercontent.com' },
        { name: 'logged', value: '2026-11-20T09:31:44Z' },
      ],
      support: [
        edge('describedBy', { kind: 'document', digest: PROVENANCE, predicateType: 'https://slsa.dev/provenance/v1' }),
      ],
    }),
    step('build', {
      grade: 'verified',
      answer: BUILDER,
      entity: BUILD,
      link: BUILDER,
      details: [
        { name: 'run', value: RUN, grade: 'verified', link: RUN },
        { name: 'trigger', value: 'push', grade: 'verified' },
        { name: 'runner', value: 'github-hosted', grade: 'verified' },
        { name: 'started', value: '2026-11-20T09:28:02Z', grade: 'attested' },
        { name: 'finished', value: '2026-11-20T09:31:40Z', grade: 'attested' },
      ],
      support: [edge('builtBy', BUILD, { strength: 'verified' })],
    }),
    step('source', {
      grade: 'verified',
      answer: REPOSITORY,
      entity: { kind: 'repository', url: REPOSITORY },
      link: REPOSITORY,
      support: [edge('builtFrom', REVISION, { strength: 'verified' })],
    }),
    step('commit', {
      grade: 'verified',
      answer: COMMIT,
      entity: REVISION,
      link: COMMIT_LINK,
      details: [
        { name: 'ref', value: 'refs/tags/v1.4.0', grade: 'verified' },
        { name: 'version', value: '1.4.0', grade: 'declared' },
      ],
      support: [
        edge('builtFrom', REVISION, { strength: 'verified' }),
        label('builtFrom', REVISION, 'org.opencontainers.image.revision'),
      ],
    }),
    step('path', {
      grade: 'attested',
      answer: 'services/shop/Dockerfile',
      entity: { kind: 'sourcePath', repository: REPOSITORY, commit: COMMIT, path: 'services/shop/Dockerfile' },
      why: ['unsigned'],
      support: [
        edge(
          'builtAt',
          { kind: 'sourcePath', repository: REPOSITORY, commit: COMMIT, path: 'services/shop/Dockerfile' },
          { why: 'unsigned', rank: 400 },
        ),
      ],
    }),
    step('base', {
      grade: 'attested',
      answer: `docker.io/library/alpine@${BASE.digest}`,
      entity: BASE,
      details: [{ name: 'its layers', value: 'the first 1 of this image' }],
      why: ['unsigned'],
      support: [edge('basedOn', BASE, { why: 'unsigned', rank: 400 })],
    }),
    step('sbom', {
      grade: 'attested',
      answer: `https://spdx.dev/Document (${SBOM.document})`,
      why: ['unsigned'],
      entity: { kind: 'document', digest: SBOM.document, predicateType: 'https://spdx.dev/Document' },
    }),
  ],
  facts: [
    {
      about: IMAGE,
      name: 'label:org.opencontainers.image.source',
      value: REPOSITORY,
      strength: 'declared',
      support: [],
      dissent: [],
    },
    { about: IMAGE, name: 'version', conflict: ['1.4.0', 'v1.4'], strength: 'declared', support: [], dissent: [] },
  ],
  gathered: {
    places: PLACES,
    documents: [about(SIGNED), about(UNSIGNED), about(SBOM)],
    evidence: [
      edge('builtFrom', REVISION, { strength: 'verified' }),
      label('builtFrom', REVISION, 'org.opencontainers.image.revision'),
      edge('basedOn', BASE, { why: 'unsigned', rank: 400, asOf: '2026-11-21T11:00:00Z' }),
      {
        claim: { kind: 'fact', about: BUILD, name: 'trigger', value: 'push' },
        strength: 'verified',
        rank: 100,
        boundBy: 'index',
        origin: { collector: 'cosign-tags', location: 'the certificate', document: PROVENANCE },
      },
    ],
  },
});

/** Nobody signed anything; labels say where it is from. */
const PLAIN = traced({
  image: { reference: 'docker.io/acme/tool:latest', asOf: '2026-11-19T12:00:00Z' },
  grades: { origin: 'declared', ownership: 'none' },
  steps: [
    { ...IMAGE_STEP, asOf: '2026-11-19T12:00:00Z' },
    PLATFORM_STEP,
    NO_SIGNATURE,
    step('build', { grade: 'none', gap: 'absent' }),
    step('source', {
      grade: 'declared',
      answer: REPOSITORY,
      link: REPOSITORY,
      why: ['a label, which whoever builds can write'],
      support: [label('builtFrom', REVISION, 'org.opencontainers.image.source')],
    }),
    step('commit', {
      grade: 'declared',
      answer: COMMIT,
      link: COMMIT_LINK,
      why: ['a label, which whoever builds can write'],
    }),
    step('path', { grade: 'none', gap: 'absent' }),
    step('base', {
      grade: 'declared',
      answer: 'alpine:3.20',
      why: ['an annotation, and the base’s digest is not stated'],
    }),
    NO_SBOM,
  ],
  gathered: {
    places: [
      place('config labels', 'found', { at: BASE }),
      ...PLACES.map((each) => (each.carrier.startsWith('config') ? each : { ...each, result: 'absent' as const })),
    ],
    documents: [],
  },
});

/** Two signed statements of equal weight name different sources. */
const CONFLICT = traced({
  grades: { origin: 'none', ownership: 'none' },
  steps: [
    IMAGE_STEP,
    PLATFORM_STEP,
    step('signature', {
      grade: 'attested',
      answer: '2 signed documents',
      why: ['signature not checked'],
    }),
    step('build', { grade: 'attested', answer: BUILDER, link: BUILDER, why: ['signature not checked'] }),
    step('source', { grade: 'none', gap: 'absent' }),
    step('commit', {
      grade: 'none',
      gap: 'conflict',
      why: ['2 answers of equal weight'],
      dissent: [
        {
          answer: `${REPOSITORY}@${COMMIT}`,
          grade: 'attested',
          why: 'signature not checked',
          from: 'referrers API, first bundle: predicate.buildDefinition.resolvedDependencies[0]',
        },
        {
          answer: `https://github.com/acme/shop-fork@${'9'.repeat(40)}`,
          grade: 'attested',
          why: 'signature not checked',
          from: 'referrers API, second bundle: predicate.buildDefinition.resolvedDependencies[0]',
        },
      ],
    }),
    step('path', { grade: 'none', gap: 'absent' }),
    step('base', { grade: 'none', gap: 'absent' }),
    NO_SBOM,
  ],
  findings: [
    {
      code: 'CONFLICTING_ATTESTATIONS',
      severity: 'high',
      about: IMAGE,
      message: `two attestations of equal weight give ${REPOSITORY} and https://github.com/acme/shop-fork`,
      advice: 'find out which workflow may push this image, and pin it with provtrace trust pin',
      evidence: [edge('builtFrom', REVISION)],
    },
  ],
  gathered: { places: PLACES, documents: [about(SIGNED)] },
});

const TIMED_OUT: Problem = {
  collector: 'referrers',
  at: IMAGE,
  relations: ['builtBy', 'builtFrom', 'builtAt', 'basedOn', 'describedBy'],
  code: 'TIMED_OUT',
  message: 'registry.example.com did not answer within 10 s (GET /v2/acme/shop/referrers)',
  hint: 'try again with --timeout 60s, or see whether a proxy is needed',
};
const UNAUTHORISED: Problem = {
  collector: 'cosign-tags',
  at: IMAGE,
  relations: ['builtBy', 'builtFrom', 'describedBy'],
  code: 'UNAUTHORISED',
  message: 'registry.example.com refused the request: 401',
  hint: 'log in with docker login registry.example.com',
};
const UNHEARD_WHY = [TIMED_OUT, UNAUTHORISED].map(({ message, hint = '' }) => `${message} (${hint})`);

/** The image came from the store; its registry cannot be asked for anything else. */
const UNHEARD = traced({
  image: {
    reference: 'registry.example.com/acme/shop:1.4',
    root: { ...IMAGE, foundAt: [{ transport: 'registry', name: 'registry.example.com/acme/shop' }] },
    asOf: '2026-11-21T06:10:00Z',
  },
  grades: { origin: 'declared', ownership: 'none' },
  steps: [
    step('image', { answer: `registry.example.com/acme/shop@${IMAGE.digest}`, asOf: '2026-11-21T06:10:00Z' }),
    PLATFORM_STEP,
    step('signature', { grade: 'none', gap: 'unheard', why: UNHEARD_WHY }),
    step('build', { grade: 'none', gap: 'unheard', why: UNHEARD_WHY }),
    step('source', {
      grade: 'declared',
      answer: REPOSITORY,
      link: REPOSITORY,
      why: ['a label, which whoever builds can write', `could be known better: ${TIMED_OUT.message}`],
    }),
    step('commit', {
      grade: 'declared',
      answer: COMMIT,
      link: COMMIT_LINK,
      why: ['a label, which whoever builds can write'],
    }),
    step('path', { grade: 'none', gap: 'unheard', why: UNHEARD_WHY }),
    step('base', { grade: 'none', gap: 'unheard', why: UNHEARD_WHY }),
    step('sbom', { grade: 'none', gap: 'unheard', why: UNHEARD_WHY }),
  ],
  gathered: {
    problems: [UNAUTHORISED, { ...UNAUTHORISED, at: BASE }, TIMED_OUT],
    places: [
      place('referrers API', 'unheard', { detail: 'timed out' }),
      place('cosign tag .att', 'unheard', { detail: 'unauthorised' }),
      place('config labels', 'found', { detail: '2 labels', asOf: '2026-11-21T06:10:00Z' }),
    ],
  },
});

/** The labels are the base image's own; a signature is of another image. */
const LYING = traced({
  image: { reference: 'ghcr.io/acme/proxy@sha256:7cd9684be65e' },
  grades: { origin: 'attested', ownership: 'none' },
  steps: [
    IMAGE_STEP,
    PLATFORM_STEP,
    step('signature', {
      grade: 'none',
      answer: '1 signed document',
      why: [`rejected: about another digest (cosign tag .sig, ${REJECTED.document})`],
    }),
    step('build', { grade: 'attested', answer: 'a builder that does not name itself', why: ['unsigned'] }),
    step('source', {
      grade: 'attested',
      answer: 'https://github.com/acme/proxy',
      link: 'https://github.com/acme/proxy',
      why: ['unsigned'],
    }),
    step('commit', {
      grade: 'attested',
      answer: COMMIT,
      link: `https://github.com/acme/proxy/commit/${COMMIT}`,
      why: ['unsigned'],
      dissent: [
        {
          answer: 'https://github.com/GoogleContainerTools/distroless@4f6cd2f1e3bd0a5c0ad9e0ac5bd4f4c5d2a5ef6a',
          grade: 'declared',
          why: 'the base image has the same label',
          from: 'config labels org.opencontainers.image.source and org.opencontainers.image.revision',
        },
      ],
    }),
    step('path', { grade: 'attested', answer: 'Dockerfile', why: ['unsigned'] }),
    step('base', { grade: 'attested', answer: `gcr.io/distroless/static@${BASE.digest}`, why: ['unsigned'] }),
    NO_SBOM,
  ],
  findings: [
    {
      code: 'LABEL_INHERITED',
      severity: 'warn',
      about: IMAGE,
      message:
        'org.opencontainers.image.source is https://github.com/GoogleContainerTools/distroless here and in the base image gcr.io/distroless/static',
      advice: 'set the labels of this image in its own build',
      evidence: [label('builtFrom', REVISION, 'org.opencontainers.image.source')],
    },
    {
      code: 'UNSIGNED',
      severity: 'info',
      about: IMAGE,
      message: 'the provenance is not signed: whoever can push to the repository could have written it',
      advice: 'sign the attestation in the build',
      evidence: [],
    },
    {
      code: 'SUBJECT_MISMATCH',
      severity: 'high',
      about: IMAGE,
      message: `a signature under this image's tag is of ${digestOf('0ddba11')}`,
      advice: 'find out who attached it',
      evidence: [],
    },
  ],
  gathered: {
    places: PLACES,
    documents: [about(REJECTED), about(UNSIGNED)],
    remarks: [
      {
        about: IMAGE,
        code: 'PLACEHOLDER_VALUE',
        message: 'org.opencontainers.image.version is unknown',
        location: 'config label org.opencontainers.image.version',
      },
    ],
  },
});

const FAILED: TraceResult = {
  kind: 'failed',
  reference: 'ghcr.io/acme/shopp:1.4',
  error: new ToolError('NO_SUCH_IMAGE', 'ghcr.io has no acme/shopp:1.4', {
    expected: 'a manifest under that tag',
    got: '404 MANIFEST_UNKNOWN',
    hint: 'see the tags with skopeo list-tags docker://ghcr.io/acme/shopp; a private image needs docker login ghcr.io',
  }),
};

/** What strangers write: escapes, directions, credentials, commands, and every carrier's own syntax. */
export const HOSTILE_STRINGS: readonly string[] = [
  '\u001b[31mred\u001b[0m \u001b]8;;https://evil.example/\u0007link\u001b]8;;\u0007 \u001b]0;title\u0007',
  '\u009b2Jcleared\u009d0;title\u009c',
  'left\u202Eright\u202C\u2066isolated\u2069\u200Bzero\u200Dwidth\uFEFF\u{E0041}',
  'line\r\nbreak\u2028and\u2029more\u0085end\u0000',
  '::error::pwned ##[add-mask]x ::set-output name=a::b',
  '</details><script>alert(1)</script> | pipe | `tick` ``two`` [link](javascript:alert(1)) ![image](https://evil.example/x.png)',
  '@everyone #1 acme/shop#2 GH-3 https://github.com/acme/shop/issues/1 www.evil.example me@evil.example',
  '%%{init: {"theme":"dark"}}%% style x fill:#f00; "]; click a href "javascript:1" --> b <img src=x onerror=alert(1)>',
  '"] ; evil -> node [label="\\"]; } digraph {',
  '=HYPERLINK("https://evil.example","x")',
  'https://user:hunter2@github.com/acme/shop?token=abcdef&password=hunter2',
  `ghp_${'a'.repeat(36)} glpat-${'b'.repeat(20)} AKIA${'C'.repeat(16)} xoxb-123456789012-abcdef`,
  `-----BEGIN RSA PRIVATE KEY-----\n${'QUJD'.repeat(30)}\n-----END RSA PRIVATE KEY-----`,
  `eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl`,
  `\uD800lone \uDC00surrogates and za${'\u0301'.repeat(40)}lgo`,
  '漢字とかなとハングル한글と絵文字🚀🚀🚀'.repeat(12),
  'x'.repeat(1024 * 1024),
  '',
  '   ',
  '- item',
  '1. item',
  '# heading',
  'origin verified · ownership declared',
];

/** The hostile strings in every place that takes a stranger's word. */
export function hostileReport(strings: readonly string[] = HOSTILE_STRINGS): TraceReport {
  let index = 0;
  const next = (): string => strings[index++ % strings.length] ?? '';
  const grade = 'declared' as const;
  const steps = PLAIN.kind === 'traced' ? PLAIN.steps.map(({ name }) => name) : [];
  const hostileStep = (name: Step['name'], round: number): Step => ({
    ...step(name, {
      grade: round % 3 === 0 ? 'none' : grade,
      link: next(),
      why: [next(), next()],
      details: [next(), next()].map((value) => ({ name: next(), value, link: next() })),
      dissent: [next(), next()].map((answer) => ({ answer, grade, from: next(), why: next() })),
    }),
    ...(round % 3 === 0 ? { gap: 'conflict' as const } : { answer: next() }),
  });
  const evidence = strings.map((value): Evidence => ({
    claim: { kind: 'fact', about: { kind: 'imageName', name: next() }, name: `label:${next()}`, value },
    strength: grade,
    rank: 530,
    why: next(),
    boundBy: 'config',
    labels: [next()],
    origin: { collector: next(), location: next() },
  }));
  const statement: SignedDocument = {
    kind: 'statement',
    document: UNSIGNED.document,
    carrier: next(),
    statement: {
      type: next(),
      predicateType: next(),
      subject: [{ name: next(), uri: next(), digest: { [next()]: next() } }],
      predicate: {},
    },
    checked: { assurance: 'rejected', code: 'BAD_SIGNATURE', expected: next(), got: next() },
  };
  const image = traced({
    image: { reference: next(), platform: { os: next(), architecture: next(), variant: next() } },
    grades: { origin: grade, ownership: 'none' },
    steps: steps.map(hostileStep),
    facts: [
      {
        about: { kind: 'owner', handle: next() },
        name: 'author',
        value: next(),
        strength: grade,
        support: evidence,
        dissent: [],
      },
    ],
    findings: strings.map((message) => ({
      code: next(),
      severity: 'warn',
      about: { kind: 'repository', url: next() },
      message,
      advice: next(),
      evidence: [],
    })),
    gathered: {
      evidence,
      remarks: strings.map((message) => ({ about: IMAGE, code: 'MALFORMED_ITEM', message, location: next() })),
      documents: [about(statement), about(SIGNED)],
      problems: strings.map((message) => ({ ...TIMED_OUT, collector: next(), message, hint: next() })),
      places: strings.map((carrier) =>
        place(carrier, 'found', { detail: next(), at: { kind: 'review', url: next() } }),
      ),
    },
  });
  const failed: TraceResult = {
    kind: 'failed',
    reference: next(),
    error: new ToolError('MALFORMED', next(), { expected: next(), got: next(), hint: next() }),
  };
  return { images: [on(image, image, failed), failed] };
}

/** The image with what it stands on. */
function on(image: TraceResult, ...bases: readonly TraceResult[]): TraceResult {
  return image.kind === 'traced' ? withBases(image, bases) : image;
}

export const REPORTS: Readonly<Record<string, TraceReport>> = {
  good: { images: [GOOD] },
  unsigned: { images: [PLAIN] },
  conflict: { images: [CONFLICT] },
  unheard: { images: [UNHEARD] },
  lying: { images: [LYING] },
  failed: { images: [FAILED] },
  several: { images: [GOOD, FAILED, PLAIN] },
  bases: { images: [on(GOOD, PLAIN, FAILED)] },
};
