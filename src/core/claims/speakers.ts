import { matchesPattern } from '../anchored-pattern.ts';
import type { ImageRepository } from '../model/image-repository.ts';
import { formatRepository } from '../model/image-repository.ts';
import type { Checked, SignerIdentity } from '../model/statement.ts';
import type { Builder } from './builders.ts';
import { BUILDERS, GITHUB_ISSUER, KEY_BUILDERS } from './builders.ts';

/** Whom the user trusts to speak for images of a name: `trust pin`, the configuration, the command line. */
export type Pin = {
  /** Image repositories, such as `ghcr.io/acme/*`; a pattern anchored at both ends. */
  readonly images: string;
  readonly signer: PinnedSigner;
  /**
   * The root of trust by which a certificate must hold, by its name. Missing: a built-in one; `ANY_ROOT`: whichever is in use, as on
   * a command line that names the root beside the signer. One root must not be able to speak as another's signers (traps V13).
   */
  readonly root?: string;
};
export const ANY_ROOT = '*';
export type PinnedSigner =
  /** `pattern`: `*` and `**`, anchored at both ends. */
  | {
      readonly kind: 'certificate';
      readonly issuer: string;
      readonly identity: string;
      readonly match: 'exact' | 'pattern';
    }
  /** A regular expression, as cosign has it, compiled where it was read. `matches` is anchored at both ends. */
  | {
      readonly kind: 'expression';
      readonly issuer: string;
      readonly identity: string;
      readonly matches: (identity: string) => boolean;
    }
  /** `sha256:` of the key's SPKI. */
  | { readonly kind: 'key'; readonly fingerprint: string };

/** Why a signer may speak for an image (SPEC 3). */
export type Speaker =
  | { readonly by: 'pin'; readonly pin: Pin }
  | {
      readonly by: 'platform';
      readonly builder: string;
      readonly buildLevel: Builder['buildLevel'];
      readonly basis: string;
    }
  /** The account that owns the registry namespace. */
  | { readonly by: 'namespace'; readonly owner: string };

type Verified = Extract<Checked, { assurance: 'verified' }>;

/** The roots of trust that provtrace carries: what they say of an issuer is what that issuer said. */
const SPEAKING_ROOTS: Readonly<Record<string, true>> = {
  'public-good': true,
  github: true,
  'google-cloud-build': true,
};

/** Undefined for a stranger: anyone's workflow can sign a statement about anyone's digest. */
export function speakerFor(
  { signer, root }: Pick<Verified, 'signer' | 'root'>,
  repositories: readonly ImageRepository[],
  pins: readonly Pin[],
): Speaker | undefined {
  const pin = pins.find(
    (candidate) =>
      repositories.some((at) => matchesPattern(candidate.images, formatRepository(at))) &&
      isPinned(signer, candidate.signer) &&
      (signer.kind === 'key' || isRootOf(candidate, root)),
  );
  if (pin !== undefined) return { by: 'pin', pin };
  // A root that the user added may issue certificates with any issuer's name in them: it speaks where it is pinned, and nowhere else.
  if (!isSpeakingRoot(root)) return undefined;
  const builder = platformOf(signer, root);
  // A generator signs what its caller names: where the namespace belongs to an account, the run must be that account's.
  const isOwn = repositories.every((at) => !isForgeNamespace(at) || namespaceOwner(signer, at) !== undefined);
  if (builder !== undefined && (isOwn || !builder.subjectsFromCaller))
    return { by: 'platform', builder: builder.id, buildLevel: builder.buildLevel, basis: builder.basis };
  const owner = repositories.map((at) => namespaceOwner(signer, at)).find((found) => found !== undefined);
  return owner === undefined ? undefined : { by: 'namespace', owner };
}

/** True for the roots that provtrace carries. */
export function isSpeakingRoot(root: string): boolean {
  return Object.hasOwn(SPEAKING_ROOTS, root);
}

function isRootOf(pin: Pin, root: string): boolean {
  return pin.root === undefined ? isSpeakingRoot(root) : pin.root === ANY_ROOT || pin.root === root;
}

export function isPinned(signer: SignerIdentity, pinned: PinnedSigner): boolean {
  if (signer.kind === 'key') return pinned.kind === 'key' && signer.fingerprint === pinned.fingerprint;
  if (pinned.kind === 'key' || signer.issuer !== pinned.issuer) return false;
  if (pinned.kind === 'expression') return pinned.matches(signer.identity);
  return pinned.match === 'pattern'
    ? matchesPattern(pinned.identity, signer.identity)
    : signer.identity === pinned.identity;
}

type Platform = Pick<Builder, 'id' | 'buildLevel' | 'basis' | 'subjectsFromCaller'>;

function platformOf(signer: SignerIdentity, root: string): Platform | undefined {
  if (signer.kind === 'key') return KEY_BUILDERS.find((builder) => builder.root === root);
  return BUILDERS.find(
    ({ issuer, identity, extensions }) =>
      signer.issuer === issuer &&
      identity.test(signer.identity) &&
      Object.entries(extensions).every(([number, value]) => signer.extensions[Number(number)] === value),
  );
}

/** Registries whose namespaces are accounts of a forge, with the issuer that speaks for these accounts. */
const NAMESPACES: readonly {
  readonly registry: string;
  readonly forge: string;
  readonly issuer: (issuer: string) => boolean;
}[] = [
  // An enterprise has its own path beneath GitHub's issuer.
  {
    registry: 'ghcr.io/',
    forge: 'https://github.com/',
    issuer: (issuer) => issuer === GITHUB_ISSUER || issuer.startsWith(`${GITHUB_ISSUER}/`),
  },
  {
    registry: 'registry.gitlab.com/',
    forge: 'https://gitlab.com/',
    issuer: (issuer) => issuer === 'https://gitlab.com',
  },
];

function isForgeNamespace(at: ImageRepository): boolean {
  return at.transport === 'registry' && NAMESPACES.some((row) => at.name.startsWith(row.registry));
}

/** Runs that work on what strangers propose: their certificates say where they ran, and nothing more (reference/provenance.md 15). */
const PRIVILEGED_TRIGGERS = /^(?:pull_request_target|workflow_run|issue_comment|issues|discussion.*)$/;
/** Fulcio extension .20, Build Trigger, and its older form .2. */
const TRIGGERS = [20, 2];

/** Fulcio extension .16, Source Repository Owner URI: the account whose workflow ran. */
const OWNER_URI = 16;

/** `ghcr.io/acme/…` signed by a workflow of `github.com/acme`. */
function namespaceOwner(signer: SignerIdentity, at: ImageRepository): string | undefined {
  if (signer.kind === 'key' || at.transport !== 'registry' || signer.issuer === undefined) return undefined;
  const { issuer, extensions } = signer;
  if (TRIGGERS.some((number) => PRIVILEGED_TRIGGERS.test(extensions[number] ?? ''))) return undefined;
  const namespace = NAMESPACES.find((row) => at.name.startsWith(row.registry) && row.issuer(issuer));
  const owner = extensions[OWNER_URI];
  if (namespace === undefined || owner === undefined || !owner.startsWith(namespace.forge)) return undefined;
  const path = at.name.slice(namespace.registry.length).toLowerCase();
  const account = owner.slice(namespace.forge.length).toLowerCase();
  return account !== '' && path.startsWith(`${account}/`) ? owner : undefined;
}
