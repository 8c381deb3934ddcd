import { readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fetcher } from 'tuf-js';
import { ToolError } from '../../core/errors.ts';
import { errorOfStatus } from '../http/failure.ts';
import type { HttpClient } from '../http/http.ts';
import { damaged, messageOf, notWritable, readIfThere, replacePrivately } from './private-files.ts';
import { ROOT_FILE_BYTES_MAX } from './root.ts';

/** Where the publisher of a built-in root publishes the next one. */
export interface RootRepository {
  /** Of the built-in root. */
  readonly name: string;
  readonly url: string;
  /**
   * The root that is published now, its signatures checked (The Update Framework, specification 1.0). It remembers in `folder`
   * what it was shown, so that nobody can show it anything older.
   * @returns undefined, without asking, where no TUF root is known by which the answer could be checked.
   * @throws ToolError for what could not be heard, or does not hold
   */
  fetchRoot(folder: string): Promise<Uint8Array | undefined>;
}

export type TufRepositoryOptions = {
  readonly name: string;
  /** Without a slash at its end. */
  readonly url: string;
  /** The TUF `root.json` to start from when nothing is remembered. */
  readonly seed: () => Promise<Uint8Array | undefined>;
  readonly http: () => HttpClient;
};

const TARGET = 'trusted_root.json';
/** tuf-js's own bound for what says of itself how long it is. */
const METADATA_BYTES_MAX = 512_000;

/** tuf-js, by which the metadata is checked, is loaded when it is asked: all requests go the way that all others go. */
export function createTufRepository({ name, url, seed, http }: TufRepositoryOptions): RootRepository {
  return {
    name,
    url,
    async fetchRoot(folder) {
      const start = readIfThere(join(folder, 'root.json'), METADATA_BYTES_MAX) ?? (await seed());
      if (start === undefined) return undefined;
      const fetching = await fetcherFor({ http: http(), folder });
      try {
        return await fetchTarget({ folder, url, start, fetcher: fetching.fetcher });
      } catch (error) {
        throw fetching.failure() ?? (await refusal(url, error));
      }
    },
  };
}

async function fetchTarget({
  folder,
  url,
  start,
  fetcher,
}: {
  folder: string;
  url: string;
  start: Uint8Array;
  fetcher: Fetcher;
}): Promise<Uint8Array> {
  const { Updater } = await import('tuf-js');
  const path = join(folder, 'root.json');
  replacePrivately(path, start);
  const updater = starting(
    path,
    () =>
      new Updater({
        metadataDir: folder,
        metadataBaseUrl: url,
        targetDir: folder,
        targetBaseUrl: `${url}/targets`,
        fetcher,
      }),
  );
  const target = await updater.getTargetInfo(TARGET);
  if (target === undefined) throw new Error(`there is no ${TARGET}`);
  return readFileSync((await updater.findCachedTarget(target)) ?? (await updater.downloadTarget(target)));
}

function starting<Started>(path: string, start: () => Started): Started {
  try {
    return start();
  } catch (cause) {
    throw damaged(path, {
      expected: 'TUF root metadata',
      got: messageOf(cause),
      hint: 'remove it; what provtrace carries with it is used to start again',
      cause,
    });
  }
}

/** `failure` is why the last request gave nothing: tuf-js keeps of an error no more than its message. */
async function fetcherFor({
  http,
  folder,
}: {
  http: HttpClient;
  folder: string;
}): Promise<{ fetcher: Fetcher; failure: () => ToolError | undefined }> {
  const { DownloadHTTPError } = await import('tuf-js/dist/error.js');
  let failure: ToolError | undefined;
  const downloadBytes: Fetcher['downloadBytes'] = async (address, bytesMax) => {
    const url = new URL(address);
    const what = `the trust metadata ${url.pathname.slice(1)}`;
    try {
      const response = await http.send({
        method: 'GET',
        url,
        what,
        namedBy: 'provtrace trust update',
        bytesMax: Math.min(bytesMax, ROOT_FILE_BYTES_MAX),
      });
      failure = response.status === 200 ? undefined : errorOfStatus(response, what);
      // By 403 or 404 the next version of the TUF root is known not to be there.
      if (failure !== undefined) throw new DownloadHTTPError(failure.message, response.status);
      return Buffer.from(response.bytes);
    } catch (error) {
      if (error instanceof ToolError) failure = error;
      throw error;
    }
  };
  const downloadFile: Fetcher['downloadFile'] = async (address, bytesMax, use) => {
    const path = join(folder, 'download.partial');
    writeFileSync(path, await downloadBytes(address, bytesMax));
    try {
      return await use(path);
    } finally {
      await rm(path, { force: true });
    }
  };
  return { fetcher: { downloadBytes, downloadFile }, failure: () => failure };
}

async function refusal(url: string, error: unknown): Promise<ToolError> {
  const { PersistError } = await import('tuf-js/dist/error.js');
  if (error instanceof ToolError) return error;
  if (error instanceof PersistError) return notWritable('what trust update was shown', error);
  return new ToolError('MALFORMED', `the answer of ${url} does not hold`, {
    expected: 'metadata with the signatures of its keys, not expired, and not older than what was shown before',
    got: messageOf(error),
    hint: 'try again later',
    cause: error,
  });
}
