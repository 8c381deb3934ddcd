import { ToolError } from '../../core/errors.ts';
import { isRecord, parseJson } from '../../core/json.ts';
import type { Credential } from './credential.ts';
import { credentialOf, identityToken } from './credential.ts';

/** What docker's `config.json` or podman's `auth.json` says of logging in. Keys are `host[:port]`, podman's also `host[:port]/path`. */
export type AuthFile = {
  /** An entry that cannot be read is the error that using it is. */
  readonly entries: ReadonlyMap<string, Credential | ToolError>;
  /** Host to the name of its helper; an empty name says that there is none. */
  readonly helpers: ReadonlyMap<string, string>;
  /** The helper of all other hosts. */
  readonly store?: string;
};

const HUB_ALIASES: ReadonlySet<string> = new Set(['index.docker.io', 'registry-1.docker.io']);

/**
 * `path` is for messages, which hold nothing of the file's content.
 * @throws ToolError `INVALID_CONFIGURATION`
 */
export function parseAuthFile(bytes: Uint8Array, path: string): AuthFile {
  const raw = readObject(bytes, path);
  const { auths, credHelpers, credsStore } = raw;
  const entries = membersOf(auths).flatMap(([key, value]) => {
    const entry = parseEntry(value, `${path}, entry ${key}`);
    return entry === undefined ? [] : [[normaliseKey(key), entry] as const];
  });
  const helpers = membersOf(credHelpers).flatMap(([key, name]) =>
    typeof name === 'string' ? [[normaliseKey(key), name] as const] : [],
  );
  return {
    entries: new Map(entries),
    helpers: new Map(helpers),
    ...(typeof credsStore === 'string' && credsStore !== '' ? { store: credsStore } : {}),
  };
}

/**
 * The one form of a key. Docker writes URLs and means the host (`https://index.docker.io/v1/`), podman writes hosts and repositories.
 */
export function normaliseKey(key: string): string {
  const bare = key.replace(/^https?:\/\//i, '').replace(/\/+$/, '');
  const [written = '', ...path] = bare.split('/');
  const lower = written.toLowerCase();
  const host = HUB_ALIASES.has(lower) ? 'docker.io' : lower;
  const isHostAlone = path.length === 0 || /^v[12]$/.test(path.join('/'));
  return isHostAlone ? host : [host, ...path].join('/');
}

function readObject(bytes: Uint8Array, path: string): { auths?: unknown; credHelpers?: unknown; credsStore?: unknown } {
  try {
    const raw = parseJson(bytes, path);
    if (isRecord(raw)) return raw;
  } catch {
    // The parser's error quotes what it read, which can be a password.
  }
  throw new ToolError('INVALID_CONFIGURATION', `${path} is not an auth file`, { expected: 'a JSON object' });
}

function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isRecord(value) ? Object.entries(value) : [];
}

/** Undefined for an entry that says nothing: docker leaves `{}` behind where a helper holds the secret. */
function parseEntry(value: unknown, where: string): Credential | ToolError | undefined {
  if (!isRecord(value)) return undefined;
  const { auth, username, password, identitytoken } = value;
  if (isText(identitytoken)) return identityToken(identitytoken);
  if (isText(auth)) return decodeAuth(auth, where);
  return isText(username) && isText(password) ? credentialOf(username, password) : undefined;
}

function decodeAuth(auth: string, where: string): Credential | ToolError {
  // Old versions of docker padded with NUL.
  const text = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = text.indexOf(':');
  if (colon > 0) return credentialOf(text.slice(0, colon), text.slice(colon + 1));
  return new ToolError('INVALID_CONFIGURATION', `${where} is not a login`, {
    expected: 'auth: USER:PASSWORD in base64',
    hint: 'log out and in again',
  });
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
