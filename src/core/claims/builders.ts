/** A build platform's own identity: what signs with it, no tenant's step can have written (reference/provenance.md 14). Data, not code. */
export type Builder = {
  readonly id: string;
  /** Exact. */
  readonly issuer: string;
  /** Anchored at both ends. */
  readonly identity: RegExp;
  /** Fulcio extensions (by their number) that the certificate must have, with their exact values. */
  readonly extensions: Readonly<Record<number, string>>;
  /** It signs whatever digest its caller names: what it says is true of the caller's run, and the image need not be the caller's. */
  readonly subjectsFromCaller: boolean;
  /** What the platform's documents may conclude at most, and by whose word. */
  readonly buildLevel: 1 | 2 | 3;
  readonly basis: string;
};

export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';
const SEMVER = String.raw`v\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?`;

function slsaGenerator(file: string): RegExp {
  // Branches and short tags can be moved; slsa-verifier refuses them too.
  return new RegExp(
    String.raw`^https://github\.com/slsa-framework/slsa-github-generator/\.github/workflows/${file}@refs/tags/${SEMVER}$`,
  );
}

export const BUILDERS: readonly Builder[] = [
  {
    id: 'slsa-github-generator',
    issuer: GITHUB_ISSUER,
    identity: slsaGenerator(String.raw`(?:generator_container_slsa3|generator_generic_slsa3)\.yml`),
    extensions: {},
    subjectsFromCaller: true,
    buildLevel: 3,
    basis: 'slsa-verifier lists it',
  },
  {
    id: 'slsa-github-generator',
    issuer: GITHUB_ISSUER,
    identity: slsaGenerator(String.raw`(?:builder_go_slsa3|builder_container-based_slsa3)\.yml`),
    extensions: {},
    subjectsFromCaller: false,
    buildLevel: 3,
    basis: 'slsa-verifier lists it',
  },
  {
    id: 'docker/github-builder',
    issuer: GITHUB_ISSUER,
    // Not at a bare commit: GitHub finds those of forks under the name of the parent, and runs them as its workflow.
    identity:
      /^https:\/\/github\.com\/docker\/github-builder(?:-experimental)?\/\.github\/workflows\/[^@]+@refs\/(?:heads|tags)\/.+$/,
    extensions: { 11: 'github-hosted' },
    subjectsFromCaller: false,
    buildLevel: 2,
    basis: 'Docker claims level 3',
  },
];

/** Google Cloud Build signs with keys of its own, which the verifying adapter knows by this name of their root. */
export const KEY_BUILDERS: readonly {
  readonly root: string;
  readonly id: string;
  readonly subjectsFromCaller: false;
  readonly buildLevel: 3;
  readonly basis: string;
}[] = [
  {
    root: 'google-cloud-build',
    id: 'Google Cloud Build',
    subjectsFromCaller: false,
    buildLevel: 3,
    basis: 'Google claims level 3',
  },
];
