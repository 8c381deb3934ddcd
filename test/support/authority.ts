import type { CertificateLog } from './authority-certificate-log.ts';
import { createCertificateLog } from './authority-certificate-log.ts';
import type { Issuer } from './authority-certificates.ts';
import {
  CODE_SIGNING,
  NOBODY,
  alternativeNames,
  createIntermediate,
  createRoot,
  extendedUsages,
  fulcioExtension,
  issueCertificate,
  issuedBy,
  names,
  signingUsage,
} from './authority-certificates.ts';
import type {
  AttestationLayerRequest,
  BundleRequest,
  SignedLayer,
  SimpleSigningRequest,
} from './authority-documents.ts';
import { signAttestationLayer, signBundle, signSimpleSigning } from './authority-documents.ts';
import type { BundleJson } from './authority-documents.ts';
import type { KeyKind, KeyPair } from './authority-keys.ts';
import { createKeyPair, spki } from './authority-keys.ts';
import type { TransparencyLog } from './authority-log.ts';
import { createRekorV1, createRekorV2 } from './authority-log.ts';
import type { TimestampAuthority } from './authority-timestamps.ts';
import { createTimestampAuthority } from './authority-timestamps.ts';

/**
 * A Sigstore of the tests' own: authority, certificate log, Rekor of both kinds, time-stamping authority. Everything that it signs
 * is really signed, so that a verifier that holds its `trusted_root.json` can tell every alteration.
 */
export type Authority = {
  readonly name: string;
  /** When it signs, unless told otherwise. */
  readonly at: Date;
  readonly root: Issuer;
  /** Who issues first. */
  readonly intermediates: readonly Issuer[];
  readonly certificateLog: CertificateLog;
  readonly rekor: { readonly v1: TransparencyLog; readonly v2: TransparencyLog };
  readonly timestamps: TimestampAuthority;
  readonly trustedRootJson: string;
  /** The same as an object, a new one each time, to be altered. */
  trustedRoot(): TrustedRootJson;
  issue(request?: LeafRequest): Leaf;
  signBundle(request: BundleRequest): BundleJson;
  signSimpleSigning(request: SimpleSigningRequest): SignedLayer;
  signAttestationLayer(request: AttestationLayerRequest): SignedLayer;
};

export type AuthorityOptions = {
  readonly name: string;
  readonly at?: Date;
  /** How many authorities stand between the root and the signers. */
  readonly intermediates?: number;
  /** Where they are found: in the trusted root, or only in what is signed. */
  readonly intermediatesIn?: 'root' | 'bundle';
  /** False for one like GitHub's: no logs of any kind, only time stamps. */
  readonly logs?: boolean;
  /** The name under which Rekor v1 signs its checkpoints, where that is not its host. */
  readonly checkpointName?: string;
  /** The same of Rekor v2, which must not. */
  readonly tileOrigin?: string;
  readonly timestampKind?: KeyKind;
};

export type LeafRequest = {
  /** A URI, or an e-mail address. */
  readonly identity?: string;
  readonly issuer?: string;
  /** Fulcio's extensions by number. */
  readonly extensions?: Readonly<Record<number, string>>;
  readonly keyPair?: KeyPair;
  readonly at?: Date;
  readonly usages?: readonly string[] | 'none';
  /** In place of the identity: GeneralNames in DER. */
  readonly alternativeNames?: readonly Buffer[];
  readonly extraExtensions?: readonly Buffer[];
  readonly certificateLog?: boolean;
};
export type Leaf = { readonly certificate: Buffer; readonly keyPair: KeyPair };

type Window = { start?: string; end?: string };
type AuthorityJson = { certChain: { certificates: { rawBytes: string }[] }; validFor: Window };
type LogJson = {
  baseUrl?: string;
  publicKey: { rawBytes: string; keyDetails: string; validFor: Window };
  logId: { keyId: string };
};
export type TrustedRootJson = {
  mediaType: string;
  tlogs: LogJson[];
  certificateAuthorities: AuthorityJson[];
  ctlogs: LogJson[];
  timestampAuthorities: AuthorityJson[];
};

export const DEFAULT_IDENTITY = 'https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main';
export const DEFAULT_ISSUER = 'https://token.actions.githubusercontent.com';
const DEFAULT_TIME = new Date('2026-03-01T12:00:00Z');
const LEAF_MINUTES = 10;

export function createAuthority(options: AuthorityOptions): Authority {
  const { name, at = DEFAULT_TIME, logs = true } = options;
  const root = createRoot(name, createKeyPair('P-384'), at);
  const intermediates = createChain(root, options);
  const certificateLog = createCertificateLog();
  const authority = {
    name,
    at,
    root,
    intermediates,
    certificateLog,
    rekor: {
      v1: createRekorV1(`https://rekor.${name}.test`, options.checkpointName),
      v2: createRekorV2(`https://log1.rekor.${name}.test`, options.tileOrigin),
    },
    timestamps: createTimestampAuthority(name, at, options.timestampKind),
  };
  const issue = (request: LeafRequest = {}): Leaf =>
    issueLeaf(authority, logs ? request : { ...request, certificateLog: false });
  const trustedRoot = (): TrustedRootJson => trustedRootOf(authority, options);
  const signing = { ...authority, issue, logs, chainInBundle: options.intermediatesIn === 'bundle' };
  return {
    ...authority,
    issue,
    trustedRoot,
    trustedRootJson: JSON.stringify(trustedRoot()),
    signBundle: (request) => signBundle(signing, request),
    signSimpleSigning: (request) => signSimpleSigning(signing, request),
    signAttestationLayer: (request) => signAttestationLayer(signing, request),
  };
}

type Parts = Omit<
  Authority,
  'issue' | 'trustedRoot' | 'trustedRootJson' | 'signBundle' | 'signSimpleSigning' | 'signAttestationLayer'
>;

function createChain(
  root: Issuer,
  { name, at = DEFAULT_TIME, intermediates = 1 }: AuthorityOptions,
): readonly Issuer[] {
  const chain: Issuer[] = [];
  for (let below = intermediates - 1; below >= 0; below--) {
    const keyPair = createKeyPair('P-384');
    chain.unshift(
      createIntermediate(chain[0] ?? root, {
        organization: name,
        commonName: `intermediate ${below}`,
        keyPair,
        around: at,
        pathLength: below,
      }),
    );
  }
  return chain;
}

function issueLeaf({ root, intermediates, certificateLog, at }: Parts, request: LeafRequest): Leaf {
  const issuer = intermediates[0] ?? root;
  const keyPair = request.keyPair ?? createKeyPair();
  const {
    identity = DEFAULT_IDENTITY,
    issuer: tokenIssuer = DEFAULT_ISSUER,
    usages = [CODE_SIGNING],
    at: notBefore = at,
  } = request;
  const claims = { 1: tokenIssuer, 8: tokenIssuer, ...request.extensions };
  const certificate = issueCertificate({
    subject: NOBODY,
    publicKey: keyPair,
    issuer,
    notBefore,
    notAfter: new Date(notBefore.getTime() + LEAF_MINUTES * 60_000),
    extensions: [
      signingUsage(),
      ...(usages === 'none' ? [] : [extendedUsages(usages)]),
      issuedBy(issuer),
      alternativeNames(
        ...(request.alternativeNames ?? [identity.includes('://') ? names.uri(identity) : names.email(identity)]),
      ),
      ...Object.entries(claims).map(([number, text]) => fulcioExtension(Number(number), text)),
      ...(request.extraExtensions ?? []),
    ],
    ...(request.certificateLog === false
      ? {}
      : { afterwards: (tbs: Buffer) => certificateLog.stamp(tbs, issuer, notBefore) }),
  });
  return { certificate, keyPair };
}

function trustedRootOf(
  { at, root, intermediates, certificateLog, rekor, timestamps }: Parts,
  { logs = true, intermediatesIn = 'root' }: AuthorityOptions,
): TrustedRootJson {
  const start = new Date(at.getTime() - 365 * 24 * 60 * 60 * 1000).toISOString();
  const chain = [...(intermediatesIn === 'root' ? intermediates : []), root].map(({ certificate }) => certificate);
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: logs ? [logJson(rekor.v1, start), logJson(rekor.v2, start)] : [],
    certificateAuthorities: [authorityJson(chain, start)],
    ctlogs: logs ? [logJson({ ...certificateLog, url: 'https://ctfe.test' }, start)] : [],
    timestampAuthorities: [authorityJson(timestamps.chain, start)],
  };
}

function authorityJson(chain: readonly Buffer[], start: string): AuthorityJson {
  return {
    certChain: { certificates: chain.map((certificate) => ({ rawBytes: certificate.toString('base64') })) },
    validFor: { start },
  };
}

function logJson(
  log: { readonly keyPair: KeyPair; readonly id: Buffer; readonly url: string },
  start: string,
): LogJson {
  const keyDetails = log.keyPair.kind === 'Ed25519' ? 'PKIX_ED25519' : 'PKIX_ECDSA_P256_SHA_256';
  return {
    baseUrl: log.url,
    publicKey: { rawBytes: spki(log.keyPair).toString('base64'), keyDetails, validFor: { start } },
    logId: { keyId: log.id.toString('base64') },
  };
}
