import { withoutUndefined } from '../../core/defined.ts';
import { ToolError } from '../../core/errors.ts';
import type { Descriptor } from '../../core/model/descriptor.ts';
import type { Digest } from '../../core/model/digest.ts';
import type { ImageRepository } from '../../core/model/image-repository.ts';
import { formatRepository } from '../../core/model/image-repository.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed, found } from '../../core/model/outcome.ts';
import type { FetchedManifest, ManifestName, Registry } from '../../ports/registry.ts';
import { fileError } from './local-files.ts';

/**
 * One layout or archive that is open. Undefined is "not there"; what goes wrong is thrown, as a ToolError or as the file system's
 * error, and without saying where: `registryOver` adds that.
 */
export interface LocalImages {
  fetchManifest(name: ManifestName): Promise<FetchedManifest | undefined>;
  fetchBlob(digest: Digest, bytesMax: number): Promise<Uint8Array | undefined>;
  /** Undefined where the form has no referrers. */
  fetchReferrers(subject: Digest): Promise<readonly Descriptor[] | undefined>;
  /** Every name that a reference can choose by. */
  names(): readonly string[];
}

/** The layouts or archives of this machine as a Registry: the repository's name is the path. */
export function registryOver(open: (path: string) => Promise<LocalImages>): Registry {
  return {
    fetchManifest: (at, name) => settle(at, 'noSuchManifest', async () => (await open(at.name)).fetchManifest(name)),
    fetchBlob: (at, digest, bytesMax) =>
      settle(at, 'noSuchBlob', async () => (await open(at.name)).fetchBlob(digest, bytesMax)),
    fetchReferrers: (at, subject) =>
      settle(at, 'noReferrersApi', async () => (await open(at.name)).fetchReferrers(subject)),
    listTags: (at, tagsMax) =>
      settle(at, 'noSuchRepository', async () => (await open(at.name)).names().toSorted().slice(0, tagsMax)),
  };
}

/** Only an error that a user can act on is an answer; any other is a fault of provtrace and goes on up. */
async function settle<Value, Absence extends string>(
  at: ImageRepository,
  absence: Absence,
  ask: () => Promise<Value | undefined>,
): Promise<Outcome<Value, Absence>> {
  try {
    const value = await ask();
    return value === undefined ? absent(absence) : found(value);
  } catch (thrown) {
    const error = fileError(thrown);
    if (error instanceof ToolError) return failed(located(error, at));
    throw error;
  }
}

function located(error: ToolError, at: ImageRepository): ToolError {
  const { code, message, expected, got, hint, cause } = error;
  return new ToolError(code, `${message} (${formatRepository(at)})`, withoutUndefined({ expected, got, hint, cause }));
}
