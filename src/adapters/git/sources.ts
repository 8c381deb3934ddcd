import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Clock } from '../../ports/clock.ts';
import type { SourceLocation, SourceObjects } from '../../ports/source-code.ts';
import { createHostPolicy } from '../http/host-policy.ts';
import type { HttpClient, HttpClientOptions } from '../http/http.ts';
import { parseSourceAddress } from './address.ts';
import { unlessToolError } from './attempt.ts';
import { findClone } from './clone-folder.ts';
import type { Clone } from './clone.ts';
import { openClone } from './clone.ts';
import type { GitCredentials, TokenSource } from './credentials.ts';
import { createGitCredentials } from './credentials.ts';
import type { Environment } from './environment.ts';
import { createGit } from './git.ts';
import { createOrigin } from './origin.ts';
import { createWorkplace } from './workplace.ts';

export type GitSourcesOptions = Pick<HttpClientOptions, 'hosts' | 'namedByUser'> & {
  readonly http: HttpClient;
  readonly tokens: TokenSource;
  readonly clock: Clock;
  readonly env: Environment;
  /** Where temporary folders may be made. */
  readonly temporaryFolder: string;
  /** Folders in clones, those that the user named first; one that is in no clone is passed over. */
  readonly clones: readonly string[];
  /** By default 120 s, for one command of git. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Told of each time that git goes out to a host. */
  readonly onContact?: (host: string) => void;
  readonly program?: string;
  readonly lookup?: LookupFunction;
};

/** What `createSourceCode` stands on, with nothing remembered yet. */
export interface GitSources {
  readonly origin: SourceObjects;
  readonly clones: () => Promise<readonly Clone[]>;
  /**
   * The secrets themselves that a repository is asked with, for a salted hash; undefined for none. git's credential helpers are asked only
   * where `isLoginNeeded`: some take their time, and some show a window. What goes wrong here goes wrong again, and is told, when it is asked.
   */
  credentialKey(at: SourceLocation, options: { readonly isLoginNeeded: boolean }): Promise<string | undefined>;
  /** Ends programs and removes what was fetched. */
  close(): Promise<void>;
}

/** Nothing is run, and no folder made, before something is asked. */
export function openGitSources(options: GitSourcesOptions): GitSources {
  const { program = 'git', env, timeoutMs, onContact = () => {} } = options;
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const workplace = createWorkplace({ parent: options.temporaryFolder, clock: options.clock });
  const git = createGit({ program, env, workplace, signal, timeoutMs });
  const credentials = createGitCredentials({ program, env, workplace, tokens: options.tokens, signal });
  const policy = createHostPolicy(options);
  const origin = createOrigin({
    git,
    workplace,
    http: options.http,
    credentials,
    policy,
    env,
    lookup: options.lookup ?? lookup,
    onContact,
  });
  let clones: Promise<readonly Clone[]> | undefined;

  async function openClones(): Promise<readonly Clone[]> {
    const found = await Promise.all(options.clones.map(findClone));
    const byRoot = new Map(found.flatMap((folder) => (folder === undefined ? [] : [[folder.root, folder] as const])));
    return [...byRoot.values()].map((folder) => openClone({ git, workplace, folder }));
  }

  return {
    origin,
    clones: () => (clones ??= openClones()),
    credentialKey: (at, { isLoginNeeded }) => keyOf(credentials, at, isLoginNeeded).catch(unlessToolError),
    close: async () => {
      ending.abort();
      const opened = await clones;
      await Promise.all([origin.close(), ...(opened ?? []).map((clone) => clone.close())]);
      await workplace.close();
    },
  };
}

async function keyOf(
  credentials: GitCredentials,
  at: SourceLocation,
  isLoginNeeded: boolean,
): Promise<string | undefined> {
  const address = parseSourceAddress(at);
  // Nobody tells with which of the user's keys ssh was let in.
  const [url] = address.kind === 'http' ? address.candidates : [];
  if (url === undefined) return undefined;
  const token = await credentials.tokenFor(url);
  const kept = isLoginNeeded ? await credentials.askGit(url) : undefined;
  // Which of them the server accepts it alone knows: who lacks one is somebody else.
  const keys = [token, kept].flatMap((credential) => (credential === undefined ? [] : [credential.key]));
  return keys.length === 0 ? undefined : keys.join('\n');
}
