import type { LookupFunction } from 'node:net';
import { ToolError } from '../../core/errors.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import { repositoryKey } from '../../core/source-url.ts';
import type { Contributor, ObjectId } from '../../core/model/source.ts';
import type { PathHistory, ReachedSource, SourceLocation, SourceObjects, SourceRefs } from '../../ports/source-code.ts';
import type { HostPolicy } from '../http/host-policy.ts';
import { createHostQueue } from '../http/host-queue.ts';
import type { HttpClient } from '../http/http.ts';
import { parseSourceAddress, refused } from './address.ts';
import { attempt } from './attempt.ts';
import type { CertificateWriter } from './certificate-file.ts';
import { createCertificateWriter } from './certificate-file.ts';
import { readLog } from './contributors.ts';
import type { GitCredential, GitCredentials } from './credentials.ts';
import { GIT_CREDENTIAL } from './credentials.ts';
import type { Environment } from './environment.ts';
import { outcomeOfFailure } from './failure.ts';
import type { Fetched, FetchOptions } from './fetch.ts';
import { fetchObjects } from './fetch.ts';
import type { Git } from './git.ts';
import { fetchHttpRefs } from './http-refs.ts';
import { fetchListedRefs } from './ls-remote.ts';
import { createOwnRepositories } from './own-repository.ts';
import { refsAt, walkToCommit } from './reachability.ts';
import { initialise } from './repository-folder.ts';
import type { Passage, Transport } from './transport.ts';
import { openTransport } from './transport.ts';
import type { Workplace } from './workplace.ts';

const FETCHES_PER_HOST = 4;
/** With its parents: what a commit changed, and what it merged, can then be asked for without another request. */
const COMMIT_EXTENT = ['--depth=2'];
/** Objects are asked for by their ids, and what is at hand makes no difference to what is sent. */
const NO_NEGOTIATION = ['fetch.negotiationAlgorithm=noop'];

export type OriginOptions = {
  readonly git: Git;
  readonly workplace: Workplace;
  readonly http: HttpClient;
  readonly credentials: GitCredentials;
  readonly policy: HostPolicy;
  readonly env: Environment;
  readonly lookup: LookupFunction;
  /** Told of each time that git goes out to a host. */
  readonly onContact: (host: string) => void;
};
export type Origin = SourceObjects & { close(): Promise<void> };

/** Repositories where they are, asked through HTTP and the git program. What was fetched is at hand until `close`. */
export function createOrigin(options: OriginOptions): Origin {
  return new GitOrigin(options);
}

class GitOrigin implements Origin {
  readonly #options: OriginOptions;
  readonly #repositories: ReturnType<typeof createOwnRepositories>;
  readonly #certificates: CertificateWriter;
  readonly #inTurn = createHostQueue(FETCHES_PER_HOST);

  constructor(options: OriginOptions) {
    this.#options = options;
    this.#repositories = createOwnRepositories(options);
    this.#certificates = createCertificateWriter(options.workplace);
  }

  fetchRefs(at: SourceLocation): ReturnType<SourceObjects['fetchRefs']> {
    return attempt(async () => {
      const address = parseSourceAddress(at);
      if (address.kind === 'http') return fetchHttpRefs(this.#options, at, address.candidates);
      if (address.kind === 'clone') throw refused(at, 'a clone that was not named with --source');
      return this.#listRefs(at, address.url);
    });
  }

  readObjects(at: SourceLocation, ids: readonly ObjectId[]): ReturnType<SourceObjects['readObjects']> {
    return attempt(async () => {
      const own = await this.#repositories.opened(at.repository);
      return found(own === undefined ? new Map() : await own.reader.read(ids));
    });
  }

  fetchCommits(at: ReachedSource, ids: readonly ObjectId[]): Promise<Outcome<readonly ObjectId[], 'noSuchCommit'>> {
    const what = `${ids.length === 1 ? 'the commit' : 'the commits'} ${ids.join(' and ')} of ${repositoryKey(at.repository)}`;
    return this.#fetch(at, ids, { what, extent: COMMIT_EXTENT });
  }

  fetchFiles(at: ReachedSource, ids: readonly ObjectId[]): Promise<Outcome<readonly ObjectId[], 'noSuchCommit'>> {
    return this.#fetch(at, ids, { what: `files of ${repositoryKey(at.repository)}` });
  }

  fetchReachability(
    at: ReachedSource,
    commit: { readonly id: ObjectId; readonly bytes: Uint8Array },
  ): ReturnType<SourceObjects['fetchReachability']> {
    return attempt(async () => {
      const refs = refsAt(at, commit.id);
      if (refs.length > 0) return found({ refs });
      const { git, workplace } = this.#options;
      const folder = await workplace.newFolder('history');
      return found(await this.#atHost(at, (transport) => walkToCommit({ git, at, transport, folder, commit })));
    });
  }

  fetchContributors(at: ReachedSource, asked: PathHistory): Promise<Outcome<readonly Contributor[], 'noSuchCommit'>> {
    return attempt(async () => {
      const { git, workplace } = this.#options;
      const gitFolder = await workplace.newFolder('contributors');
      await initialise(gitFolder, { objectFormat: at.refs.objectFormat });
      const base = {
        git,
        at,
        gitFolder,
        what: `the history of ${repositoryKey(at.repository)}`,
        filter: 'blob:none',
      } as const;
      // The oldest commit of a history that is cut off has no parent to be compared with: one more makes it older than what is asked.
      for (const extent of [`--shallow-since=${asked.since}`, '--deepen=1']) {
        const fetched = await this.#atHost(at, (transport) =>
          fetchObjects([asked.commit], { ...base, transport, extent: [extent] }),
        );
        if (fetched.messages !== undefined) return outcomeOf(fetched);
      }
      return found(await readLog(git, gitFolder, { ...asked, workFolder: await workplace.newFolder('mailmap') }));
    });
  }

  async close(): Promise<void> {
    await this.#repositories.close();
  }

  async #listRefs(at: SourceLocation, url: URL): Promise<Outcome<SourceRefs, 'noSuchRepository'>> {
    const { git, workplace } = this.#options;
    const gitFolder = await workplace.newFolder('refs');
    await initialise(gitFolder, { objectFormat: 'sha1' });
    const transport = await this.#transportTo({ url, namedBy: at.namedBy, credential: undefined });
    this.#options.onContact(url.host);
    return this.#inTurn(url.host, () => fetchListedRefs(at, { git, gitFolder, url, transport }));
  }

  #fetch(
    at: ReachedSource,
    ids: readonly ObjectId[],
    asked: Pick<FetchOptions, 'what' | 'extent'>,
  ): Promise<Outcome<readonly ObjectId[], 'noSuchCommit'>> {
    return attempt(async () => {
      const { git } = this.#options;
      const own = await this.#repositories.open(at);
      const fetched = await own.inTurn(() =>
        this.#atHost(at, (transport) =>
          fetchObjects(ids, {
            ...asked,
            git,
            at,
            transport,
            gitFolder: own.gitFolder,
            filter: 'blob:none',
            configuration: NO_NEGOTIATION,
          }),
        ),
      );
      return fetched.messages === undefined ? found(ids) : outcomeOf(fetched);
    });
  }

  async #atHost<Result>(at: ReachedSource, task: (transport: Transport) => Promise<Result>): Promise<Result> {
    const url = new URL(at.refs.address);
    const transport = await this.#transportTo({
      url,
      namedBy: at.namedBy,
      credential: await this.#credentialOf(at, url),
    });
    this.#options.onContact(url.host);
    return this.#inTurn(url.host, () => task(transport));
  }

  #transportTo(passage: Passage): Promise<Transport> {
    return openTransport(passage, { ...this.#options, certificates: this.#certificates });
  }

  /** The one that its refs were read with. */
  #credentialOf({ refs }: ReachedSource, url: URL): Promise<GitCredential | undefined> {
    const { credentials } = this.#options;
    if (refs.credential === undefined) return Promise.resolve(undefined);
    return refs.credential === GIT_CREDENTIAL ? credentials.askGit(url) : credentials.tokenFor(url);
  }
}

function outcomeOf(fetched: Fetched): Outcome<never, 'noSuchCommit'> {
  const outcome = outcomeOfFailure(fetched.messages ?? '', fetched);
  if (outcome.kind !== 'absent') return outcome;
  if (outcome.reason === 'noSuchCommit') return absent('noSuchCommit');
  return failed(
    new ToolError(
      'NOT_READABLE',
      `could not read ${fetched.what}: ${fetched.host} does not have the repository any more`,
    ),
  );
}
