import * as v from 'valibot';
import { FINDING_CODES } from '../findings/index.ts';
import { VULNERABILITY_SEVERITIES } from './policy-input.ts';
import {
  LIST_LENGTH_MAX,
  age,
  demanded,
  expecting,
  someEntries,
  digest,
  listOf,
  namePattern,
  oneOf,
  pattern,
  repository,
  text,
  wholeNumber,
} from './shape-parts.ts';
import type { SignerDemand } from './signer-demand.ts';
import { PINNINGS } from './signer-demand.ts';

const issuer = text('The OIDC issuer that vouched for the identity, exactly.');
const root = v.optional(
  v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(1_024),
    expecting('the name of one root of trust', v.regex(/^[^*]*[^*\s][^*]*$/)),
    v.description('The root of trust by which the certificate must hold, by its name; else a built-in one.'),
  ),
);

const signer: v.GenericSchema<unknown, SignerDemand> = v.pipe(
  v.union([
    v.strictObject({ issuer, identity: text('The identity in the certificate, exactly.'), root }),
    v.strictObject({
      issuer,
      identityPattern: pattern('The identity; * within a part, ** anything, anchored at both ends.'),
      root,
    }),
    v.strictObject({
      issuer,
      workflow: text(
        'The workflow that signed: owner/repo/.github/workflows/x.yml, with its host where that is not github.com.',
      ),
      ref: v.optional(pattern('What follows its @: refs/tags/v*.')),
      pinnedTo: v.optional(oneOf('How the workflow is named: by a tag, by a commit, or by either.', PINNINGS)),
      root,
    }),
    v.strictObject({ key: digest('The SHA-256 of the public key (SPKI, DER).') }),
  ]),
  v.title('signer'),
  v.description('Whom a policy names: a certificate’s identity with its issuer, a workflow, or a key.'),
);
const signedBy = v.optional(
  listOf(
    'Any of these signed it. Else whoever may speak for the image: a signer that this rule requires, a build platform, the owner of the namespace.',
    signer,
  ),
);
const present = v.optional(demanded('There is one that is signed.'));
/** A section with nothing in it would demand nothing. */
const section = <Entries extends v.ObjectEntries>(description: string, entries: Entries) =>
  v.pipe(v.strictObject(entries), someEntries('at least one demand'), v.description(description));

const signers = v.pipe(
  v.strictObject({
    of: listOf('Who may have signed the image or its provenance.', signer),
    atLeast: v.optional(wholeNumber('How many different ones must have; 1 where it is left out.', { from: 1, to: 20 })),
    imageSignature: v.optional(demanded('By signatures of the image itself: provenance that they signed is none.')),
  }),
  v.check(
    ({ of, atLeast = 1 }) => atLeast <= differentOf(of) || of.some(isOpen),
    'no more than are named: it could never hold',
  ),
  v.description('Who must have signed the image.'),
);

/** How many there are; one that is there twice is one. */
function differentOf(items: readonly unknown[]): number {
  return new Set(items.map((item) => JSON.stringify(item))).size;
}

/** More than one signer can be meant. */
function isOpen(demand: SignerDemand): boolean {
  return 'identityPattern' in demand || 'identityTest' in demand;
}

const branchesOrTags = {
  branches: v.optional(listOf('Branches, by their short names.', namePattern('A branch: release-*.'))),
  defaultBranch: v.optional(demanded('The default branch of the repository.')),
};

const provenance = section('One and the same signed provenance must meet all of this.', {
  present,
  signedBy,
  builders: v.optional(listOf('Any of these built it.', pattern('The builder’s id.'))),
  buildTypes: v.optional(listOf('Any of these build types.', pattern('The build type.'))),
  repositories: v.optional(
    listOf(
      'It was made from any of these.',
      repository('A source repository; with or without wildcards after its host.'),
    ),
  ),
  repositoryIds: v.optional(
    listOf('The forge’s own number for the repository, which survives a new name.', text('A number.')),
  ),
  ref: v.optional(
    section('It was made from any of these.', {
      ...branchesOrTags,
      tags: v.optional(listOf('Tags, by their short names.', namePattern('A tag: v*.'))),
    }),
  ),
  triggers: v.optional(listOf('What may have started the build.', text('In the words of the CI system: push.'))),
  runners: v.optional(listOf('On what it may have run.', text('A class of runners: github-hosted.'))),
  parameters: v.optional(
    v.pipe(
      // A list is a record too for valibot, by its numbers.
      v.record(
        v.pipe(text('A parameter by its dotted name.'), expecting('a name', v.regex(/\D/))),
        pattern('Its value.'),
      ),
      someEntries('at least one parameter'),
      v.description('What was chosen for the build.'),
    ),
  ),
  maxAge: v.optional(age('Not built, or not signed, longer ago: 30d.')),
  buildLevel: v.optional(wholeNumber('SLSA’s build level, at least.', { from: 1, to: 3 })),
  sourceLevel: v.optional(wholeNumber('SLSA’s source level of the commit, at least.', { from: 1, to: 4 })),
  hermetic: v.optional(demanded('The build had no network.')),
  complete: v.optional(demanded('The builder says that its list of materials is complete.')),
  noFindings: v.optional(
    section('Nothing of this kind was found.', {
      severity: v.optional(oneOf('Of this severity, or graver.', ['info', 'warn', 'high'])),
      codes: v.optional(listOf('Of these codes.', oneOf('The code of a finding.', FINDING_CODES))),
    }),
  ),
});

const materials = section('What went into the build, as every trusted provenance of the image lists it.', {
  signedBy,
  hosts: v.optional(listOf('Inputs come from these hosts alone.', text('A host, with its port where it has one.'))),
  repositories: v.optional(listOf('Source comes from these repositories alone.', repository('A repository.'))),
  baseImages: v.optional(
    listOf('Base images are these alone.', pattern('An image with its registry, without tag: docker.io/library/*.')),
  ),
  digests: v.optional(demanded('Every input is named with a digest.')),
  base: v.optional(
    v.pipe(
      v.strictObject({
        rule: text('The rule that base images must meet.'),
        depth: v.optional(
          wholeNumber('How many of them, one below the other; 1 where it is left out.', { from: 1, to: 5 }),
        ),
      }),
      v.description('The base image must meet a rule of its own.'),
    ),
  ),
});

const sbom = section('One and the same signed SBOM must meet all of this; packages are forbidden in every one.', {
  present,
  signedBy,
  formats: v.optional(listOf('Any of these formats.', pattern('A format: cyclonedx-*.'))),
  boundToDigest: v.optional(demanded('It names the digest of this image.')),
  maxAge: v.optional(age('Not made longer ago: 30d.')),
  forbidden: v.optional(
    listOf(
      'Packages that must not be in the image.',
      v.pipe(
        v.strictObject({
          purl: v.pipe(
            text('A package URL, without version: pkg:npm/left-pad.'),
            expecting('a package URL without version', v.regex(/^pkg:[a-z][a-z0-9.+-]*\/[^@?#]+$/)),
          ),
          versions: v.optional(text('The versions: vers:npm/<1.3.0, or a range of npm’s. All, where it is left out.')),
        }),
        v.description('A package.'),
      ),
    ),
  ),
});

const source = section('What is known of the commit.', {
  onBranch: v.optional(section('Any of these branches holds it.', branchesOrTags)),
  signedCommits: v.optional(demanded('Its signature is good.')),
  reviewedBy: v.optional(wholeNumber('So many approved it who are not its authors.', { from: 1, to: 20 })),
  ownersPresent: v.optional(demanded('It has owners.')),
  ownersNotStale: v.optional(demanded('All its owners are still there.')),
  serviceKnown: v.optional(demanded('The service that it is part of is known.')),
});

const attestations = listOf(
  'Each of these statements must be there.',
  v.pipe(
    v.strictObject({
      predicateType: text('What is stated, exactly.'),
      signedBy,
      cel: v.optional(text('An expression over `predicate` that must be true. glob() is there instead of matches().')),
    }),
    v.description('A signed statement about the image.'),
  ),
);

const vulnerabilities = v.pipe(
  v.strictObject({
    noneAbove: oneOf(
      'The gravest that is allowed, unless a trusted VEX statement settles it.',
      VULNERABILITY_SEVERITIES,
    ),
    signedBy,
    maxAge: v.optional(age('Not scanned longer ago: 7d.')),
  }),
  v.description('What a trusted scan reports, and every one of them.'),
);

const SECTIONS = {
  signers: v.optional(v.pipe(signers, v.title('signers'))),
  provenance: v.optional(v.pipe(provenance, v.title('provenance'))),
  materials: v.optional(v.pipe(materials, v.title('materials'))),
  sbom: v.optional(v.pipe(sbom, v.title('sbom'))),
  source: v.optional(v.pipe(source, v.title('source'))),
  attestations: v.optional(v.pipe(attestations, v.title('attestations'))),
  vulnerabilities: v.optional(v.pipe(vulnerabilities, v.title('vulnerabilities'))),
};

type Sections = { readonly [Name in keyof typeof SECTIONS]?: v.InferOutput<(typeof SECTIONS)[Name]> };
/** What is required of an image: all that is here must hold. */
export type Requirement = Sections & {
  readonly all?: readonly Requirement[] | undefined;
  readonly any?: readonly Requirement[] | undefined;
  readonly atLeast?: { readonly n: number; readonly of: readonly Requirement[] } | undefined;
};

/** How deep `all`, `any` and `atLeast` nest. Written out instead of recursive, so that errors know the keys of every level. */
const NESTING_MAX = 6;
const REQUIREMENT = 'All that is written here must hold.';

function requirementAt(depth: number): v.GenericSchema<unknown, Requirement> {
  const title = v.title<Requirement, `requirement-${number}`>(`requirement-${depth}`);
  if (depth === 0) return v.pipe(section(REQUIREMENT, SECTIONS), title);
  const part = requirementAt(depth - 1);
  const parts = (description: string) => v.optional(listOf(description, part));
  const chosen = v.pipe(
    v.strictObject({
      n: wholeNumber('How many.', { from: 1, to: LIST_LENGTH_MAX }),
      of: listOf('The choices.', part),
    }),
    v.check(
      ({ of }) => differentOf(of) === of.length,
      'choices that differ: one that is there twice would count twice',
    ),
    v.check(({ n, of }) => n <= of.length, 'no more than there are choices: it could never hold'),
    v.description('So many of these must hold.'),
  );
  const whole: v.GenericSchema<unknown, Requirement> = section(REQUIREMENT, {
    ...SECTIONS,
    all: parts('Each of these must hold.'),
    any: parts('One of these must hold.'),
    atLeast: v.optional(chosen),
  });
  return v.pipe(whole, title);
}

export const requirementShape = requirementAt(NESTING_MAX);
