import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { ImageRepository } from '../../core/model/image-repository.ts';
import { registryHost } from '../../core/model/image-repository.ts';
import type { AuthFile } from './auth-file.ts';
import { parseAuthFile } from './auth-file.ts';
import { askCredentialHelper } from './credential-helper.ts';
import type { Credential, CredentialSource } from './credential.ts';

const AUTH_FILE_BYTES_MAX = 4 * 1024 * 1024;

export type CredentialSourceOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string | undefined;
  readonly readFile?: (path: string) => Promise<Uint8Array>;
};

/**
 * Logins from where docker and podman keep them. Files are looked at in the order of `authFilePaths`, and the first that has a login
 * for the repository decides; within a file: podman's entry for the repository or a part of its path, then as docker does the host's
 * own helper, the general helper, the host's entry. Each file is read and each helper run at most once.
 */
export function createCredentialSource(options: CredentialSourceOptions): CredentialSource {
  const { env, readFile: read = readFile } = options;
  const paths = authFilePaths(options);
  const files = new Map<string, Promise<AuthFile | undefined>>();
  const answers = new Map<string, Promise<Credential | undefined>>();

  const fileAt = (path: string): Promise<AuthFile | undefined> => once(files, path, () => readAuthFile(path, read));
  const askHelper = (name: string, host: string): Promise<Credential | undefined> =>
    once(answers, `${name} ${host}`, () => askCredentialHelper({ name, server: helperServer(host), env }));

  async function lookIn(path: string, keys: readonly [...string[], string]): Promise<Credential | undefined> {
    const file = await fileAt(path);
    if (file === undefined) return undefined;
    const host = keys.at(-1) ?? '';
    const specific = entryOf(file, keys.slice(0, -1));
    if (specific !== undefined) return specific;
    const helper = file.helpers.get(host) ?? file.store ?? '';
    return (helper === '' ? undefined : await askHelper(helper, host)) ?? entryOf(file, [host]);
  }

  return {
    credentialFor: async (repository) => {
      const keys = keysOf(repository);
      if (keys === undefined) return undefined;
      const faults: unknown[] = [];
      for (const path of paths) {
        try {
          const credential = await lookIn(path, keys);
          if (credential !== undefined) return credential;
        } catch (fault) {
          faults.push(fault);
        }
      }
      if (faults.length > 0) throw faults[0];
      return undefined;
    },
  };
}

/** What a variable names before what lies in its usual place; docker's before podman's. */
export function authFilePaths({ env, homeDirectory }: Omit<CredentialSourceOptions, 'readFile'>): readonly string[] {
  const home = (...parts: string[]): string | undefined =>
    homeDirectory === undefined ? undefined : join(homeDirectory, ...parts);
  const configHome = env['XDG_CONFIG_HOME'];
  return [
    env['REGISTRY_AUTH_FILE'] || undefined,
    env['DOCKER_CONFIG'] ? join(env['DOCKER_CONFIG'], 'config.json') : home('.docker', 'config.json'),
    env['XDG_RUNTIME_DIR'] ? join(env['XDG_RUNTIME_DIR'], 'containers', 'auth.json') : undefined,
    // The XDG specification: a relative path is to be ignored.
    configHome !== undefined && isAbsolute(configHome)
      ? join(configHome, 'containers', 'auth.json')
      : home('.config', 'containers', 'auth.json'),
  ].filter((path) => path !== undefined);
}

/** The keys that a login for the repository can have, the most specific first and the host last. */
function keysOf(repository: ImageRepository): readonly [...string[], string] | undefined {
  const host = registryHost(repository);
  if (host === undefined) return undefined;
  const parts = repository.name.slice(host.length + 1).split('/');
  const specific = parts.map((_, index) => [host, ...parts.slice(0, parts.length - index)].join('/'));
  return [...specific, host];
}

function entryOf(file: AuthFile, keys: readonly string[]): Credential | undefined {
  const entry = keys.map((key) => file.entries.get(key)).find((found) => found !== undefined);
  if (entry instanceof ToolError) throw entry;
  return entry;
}

/** `docker login` hands its helpers the URL of Docker Hub's old index. */
function helperServer(host: string): string {
  return host === 'docker.io' ? 'https://index.docker.io/v1/' : host;
}

async function readAuthFile(path: string, read: (path: string) => Promise<Uint8Array>): Promise<AuthFile | undefined> {
  const bytes = await read(path).catch((cause: unknown) => {
    if (isMissing(cause)) return undefined;
    throw new ToolError('NOT_READABLE', `${path} cannot be read`, { expected: 'a readable auth file', cause });
  });
  if (bytes === undefined) return undefined;
  if (bytes.length <= AUTH_FILE_BYTES_MAX) return parseAuthFile(bytes, path);
  throw new ToolError('INVALID_CONFIGURATION', `${path} is too large for an auth file`, {
    expected: `at most ${AUTH_FILE_BYTES_MAX} bytes`,
    got: `${bytes.length}`,
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function once<Value>(known: Map<string, Promise<Value>>, key: string, ask: () => Promise<Value>): Promise<Value> {
  const value = known.get(key) ?? ask();
  known.set(key, value);
  return value;
}
