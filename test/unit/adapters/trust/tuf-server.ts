import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { TestServer } from '../../../support/http-server.ts';
import { startServer } from '../../../support/http-server.ts';

type Key = { readonly id: string; readonly hex: string; readonly privateKey: KeyObject };
type Signed = Readonly<Record<string, unknown>>;

/** Files by their path, to be altered by a test as whoever holds the server could. */
export type TufFiles = Map<string, Buffer>;
export type TufServer = TestServer & { readonly url: string; readonly files: TufFiles };

export function createTufKey(): Key {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const hex = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
  return { id: createHash('sha256').update(hex).digest('hex'), hex, privateKey };
}

export type TufContent = {
  readonly key: Key;
  /** The bytes of `trusted_root.json`. */
  readonly target: string;
  /** Of timestamp, snapshot and targets. */
  readonly version?: number;
  /** Of the timestamp. */
  readonly expires?: string;
  readonly targetName?: string;
};

/** A repository of The Update Framework (specification 1.0, consistent snapshots) with one key for all roles, really signed. */
export function tufFiles({
  key,
  target,
  version = 1,
  expires = FAR,
  targetName = 'trusted_root.json',
}: TufContent): TufFiles {
  const hash = createHash('sha256').update(target).digest('hex');
  const described = { [targetName]: { length: Buffer.byteLength(target), hashes: { sha256: hash } } };
  return new Map([
    ['timestamp.json', signed(key, { _type: 'timestamp', version, expires, meta: { 'snapshot.json': { version } } })],
    [
      `${version}.snapshot.json`,
      signed(key, { _type: 'snapshot', version, expires: FAR, meta: { 'targets.json': { version } } }),
    ],
    [`${version}.targets.json`, signed(key, { _type: 'targets', version, expires: FAR, targets: described })],
    [`targets/${hash}.${targetName}`, Buffer.from(target)],
  ]);
}

/** What a client starts from, and what is served as `N.root.json`. `signers` are those of this version and of the one before. */
export function tufRoot(key: Key, version = 1, signers: readonly Key[] = [key]): Buffer {
  const role = { keyids: [key.id], threshold: 1 };
  const root = {
    _type: 'root',
    version,
    expires: FAR,
    consistent_snapshot: true,
    keys: { [key.id]: { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: key.hex } } },
    roles: { root: role, timestamp: role, snapshot: role, targets: role },
  };
  return envelope(root, signers);
}

/** Serves the files; what is not there is 404. */
export async function startTuf(files: TufFiles): Promise<TufServer> {
  const server = await startServer({
    answer: (request, response) => {
      const bytes = files.get((request.url ?? '').slice(1));
      response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
    },
  });
  return { ...server, url: `http://${server.host}`, files };
}

const FAR = '2099-01-01T00:00:00Z';

function signed(key: Key, content: Signed): Buffer {
  return envelope(content, [key]);
}

function envelope(content: Signed, signers: readonly Key[]): Buffer {
  const whole = { spec_version: '1.0.31', ...content };
  const bytes = Buffer.from(canonical(whole));
  const signatures = signers.map(({ id, privateKey }) => ({
    keyid: id,
    sig: sign(undefined, bytes, privateKey).toString('hex'),
  }));
  return Buffer.from(JSON.stringify({ signatures, signed: whole }));
}

/** Canonical JSON (wiki.laptop.org/go/Canonical_JSON) of text without anything to escape. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}
