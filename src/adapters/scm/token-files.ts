import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import { isRecord } from '../../core/json.ts';
import { parseNetrc } from './netrc.ts';

const FILE_BYTES_MAX = 1024 * 1024;

export type TokenFilesOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string | undefined;
  readonly readFile?: (path: string) => Promise<Uint8Array>;
};
/** A file in which another tool keeps tokens, each with its host. */
export type TokenFile = {
  /** Undefined where there is no home to look in. */
  readonly path: string | undefined;
  /** Tokens by host; none where there is no such file. Read once. @throws ToolError `NOT_READABLE`, `INVALID_CONFIGURATION` */
  tokens(): Promise<ReadonlyMap<string, string>>;
};

/** Where gh, glab, tea and netrc keep what they log in with. */
export function tokenFiles(options: TokenFilesOptions): Readonly<Record<'gh' | 'glab' | 'tea' | 'netrc', TokenFile>> {
  const { env, homeDirectory: home, readFile: read = readFile } = options;
  const configured = env['XDG_CONFIG_HOME'];
  // The XDG specification: a relative path is to be ignored.
  const settings = configured !== undefined && isAbsolute(configured) ? configured : within(home, '.config');
  const open = (path: string | undefined, parse: Parse): TokenFile => ({
    path,
    tokens: once(() => readTokens(path, { parse, read })),
  });
  return {
    gh: open(within(env['GH_CONFIG_DIR'] || within(settings, 'gh'), 'hosts.yml'), parseGh),
    glab: open(within(env['GLAB_CONFIG_DIR'] || within(settings, 'glab-cli'), 'config.yml'), parseGlab),
    tea: open(within(settings, join('tea', 'config.yml')), parseTea),
    netrc: open(env['NETRC'] || within(home, '.netrc'), async (text) => parseNetrc(text)),
  };
}

function within(folder: string | undefined, name: string): string | undefined {
  return folder === undefined ? undefined : join(folder, name);
}

type Parse = (text: string) => Promise<ReadonlyMap<string, string>>;

async function readTokens(
  path: string | undefined,
  how: { readonly parse: Parse; readonly read: (path: string) => Promise<Uint8Array> },
): Promise<ReadonlyMap<string, string>> {
  const bytes = path === undefined ? undefined : await how.read(path).catch(unlessMissing(path));
  if (path === undefined || bytes === undefined) return new Map();
  if (bytes.length > FILE_BYTES_MAX) {
    throw new ToolError('INVALID_CONFIGURATION', `${path} is too large for a file of tokens`, {
      expected: `at most ${FILE_BYTES_MAX} bytes`,
      got: `${bytes.length}`,
    });
  }
  return how.parse(new TextDecoder().decode(bytes)).catch(() => {
    // The parser's error quotes what it read, which can be a token.
    throw new ToolError('INVALID_CONFIGURATION', `${path} cannot be understood`, {
      expected: 'YAML',
      hint: 'log in again with the tool that wrote it',
    });
  });
}

function unlessMissing(path: string): (cause: unknown) => undefined {
  return (cause) => {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR'))
      return undefined;
    throw new ToolError('NOT_READABLE', `${path} cannot be read`, { expected: 'a readable file', cause });
  };
}

/** gh: the hosts at the top, each with its `oauth_token`, unless the system's keyring has it. */
const parseGh: Parse = async (text) => tokensOf(await parseYaml(text), 'oauth_token');

/** glab: the same below `hosts`, with `token`. */
const parseGlab: Parse = async (text) => {
  const config = await parseYaml(text);
  return tokensOf(isRecord(config) ? config['hosts'] : undefined, 'token');
};

/** tea: a list of logins, each with the address of its host. */
const parseTea: Parse = async (text) => {
  const config = await parseYaml(text);
  const logins = isRecord(config) && Array.isArray(config['logins']) ? config['logins'] : [];
  return new Map(
    logins.flatMap((login: unknown) => {
      const { url, token } = isRecord(login) ? login : {};
      const host = typeof url === 'string' ? URL.parse(url)?.host : undefined;
      return host && typeof token === 'string' && token !== '' ? [[host, token] as const] : [];
    }),
  );
};

function tokensOf(hosts: unknown, key: string): ReadonlyMap<string, string> {
  const entries = isRecord(hosts) ? Object.entries(hosts) : [];
  return new Map(
    entries.flatMap(([host, entry]) => {
      const token = isRecord(entry) ? entry[key] : undefined;
      return typeof token === 'string' && token !== '' ? [[host.toLowerCase(), token] as const] : [];
    }),
  );
}

/** Every scalar as it was written: glab tags its tokens as null. */
async function parseYaml(text: string): Promise<unknown> {
  const { parse } = await import('yaml');
  const value: unknown = parse(text, { schema: 'failsafe', logLevel: 'error' });
  return value;
}

function once<Value>(read: () => Promise<Value>): () => Promise<Value> {
  let value: Promise<Value> | undefined;
  return () => (value ??= read());
}
