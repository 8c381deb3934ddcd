import { withoutUndefined } from '../../core/defined.ts';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ToolError } from '../../core/errors.ts';
import { toInstant } from '../../core/model/outcome.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KeptPin, RootSummary, RootUpdate } from '../../core/model/trust-report.ts';
import type { TrustFiles } from '../../ports/trust-files.ts';
import { importRootFile } from './imported-roots.ts';
import type { Key, KeyReader } from './pinned-keys.ts';
import { pemByFingerprint, pinnedKeys } from './pinned-keys.ts';
import type { FilePin, WhileLocked } from './pins-file.ts';
import { changePinsFile, pinKey, readPinsFile } from './pins-file.ts';
import type { Root, RootReader } from './root.ts';
import { summaryOf } from './root-summary.ts';
import { readRoots } from './roots-in-use.ts';
import type { RootRepository } from './tuf-repository.ts';
import { keepUpdated } from './updated-roots.ts';

export type TrustFilesOptions<EachRoot extends Root, EachKey extends Key> = {
  /** `trust` in the folder of the user's configuration; undefined where there is no home. */
  readonly folder: string | undefined;
  readonly workingFolder: string;
  readonly roots: RootReader<EachRoot>;
  /** Files with roots that the configuration names, beside those that are built in or imported. */
  readonly configuredRoots?: readonly string[];
  readonly readKeys: KeyReader<EachKey>;
  /** Of the built-in roots. */
  readonly repositories: readonly RootRepository[];
  readonly whileLocked: WhileLocked;
  readonly clock: Clock;
};

/** The trust files, and what of them the verifier is to be opened with. */
export interface UserTrust<EachRoot extends Root, EachKey extends Key> extends TrustFiles {
  /** In the order in which they are to be tried. @throws ToolError `INVALID_CONFIGURATION` */
  loadRoots(): Promise<readonly EachRoot[]>;
  /** Those that pins name. @throws ToolError `INVALID_CONFIGURATION` */
  loadKeys(): Promise<readonly EachKey[]>;
}

/** Pins in `pins.json`, roots in `roots/` and `updated/`, what TUF repositories have shown in `tuf/`. */
export function createTrustFiles<EachRoot extends Root, EachKey extends Key>(
  options: TrustFilesOptions<EachRoot, EachKey>,
): UserTrust<EachRoot, EachKey> {
  const { folder, workingFolder, roots, readKeys, repositories, configuredRoots = [] } = options;
  const pins = (): readonly FilePin[] => (folder === undefined ? [] : readPinsFile(pinsPath(folder)));
  return {
    readPins: async () => pins().map(withoutKey),
    loadKeys: async () => pinnedKeys(pins(), readKeys),
    loadRoots: async () => readRoots({ folder, configuredRoots }, roots).inUse.map(({ root }) => root),
    listRoots: async () => {
      const { inUse, problems } = readRoots({ folder, configuredRoots }, roots);
      return { roots: inUse.map(({ root, kind }) => summaryOf(root, kind)), problems };
    },
    addPins: async (pinned, keyFiles) => {
      const path = pinsPath(writable(folder));
      const keys = await pemByFingerprint(
        keyFiles.map((file) => resolve(workingFolder, file)),
        readKeys,
      );
      const kept = pinned.map((pin): FilePin => {
        const publicKey = pin.signer.kind === 'key' ? keys.get(pin.signer.fingerprint) : undefined;
        return publicKey === undefined ? pin : { ...pin, publicKey };
      });
      return { path, added: addTo(path, kept, options.whileLocked).map(withoutKey) };
    },
    removePins: async (images) => {
      if (!pins().some((pin) => pin.images === images)) return [];
      let removed: readonly FilePin[] = [];
      changePinsFile(pinsPath(writable(folder)), options.whileLocked, (all) => {
        removed = all.filter((pin) => pin.images === images);
        return all.filter((pin) => pin.images !== images);
      });
      return removed.map(withoutKey);
    },
    importRoots: async (path) => {
      const {
        path: kept,
        isNew,
        roots: read,
        problems,
      } = await importRootFile(writable(folder), resolve(workingFolder, path), roots);
      return { path: kept, isNew, roots: read.map((root) => summaryOf(root, 'imported')), problems };
    },
    updateRoots: async () => {
      const updating = { ...options, folder: writable(folder) };
      return Promise.all(repositories.map((repository) => updateFrom(repository, updating)));
    },
  };
}

function withoutKey({ images, signer, root }: FilePin): KeptPin {
  return withoutUndefined({ images, signer, root });
}

/** @returns those that were not there yet. */
function addTo(path: string, pins: readonly FilePin[], whileLocked: WhileLocked): readonly FilePin[] {
  let added: readonly FilePin[] = [];
  changePinsFile(path, whileLocked, (before) => {
    const all = new Map(before.map((pin) => [pinKey(pin), pin]));
    added = pins.filter((pin) => !all.has(pinKey(pin)));
    for (const pin of pins) all.set(pinKey(pin), { ...all.get(pinKey(pin)), ...pin });
    return [...all.values()];
  });
  return added;
}

type Updating<EachRoot extends Root> = {
  readonly folder: string;
  readonly roots: RootReader<EachRoot>;
  readonly clock: Clock;
};

async function updateFrom<EachRoot extends Root>(
  repository: RootRepository,
  { folder, roots, clock }: Updating<EachRoot>,
): Promise<RootUpdate> {
  const { name, url } = repository;
  const remembered = join(folder, 'tuf', name);
  try {
    const bytes = await repository.fetchRoot(remembered);
    if (bytes === undefined) return { kind: 'unstarted', name, source: url, path: join(remembered, 'root.json') };
    const before = rootBefore(folder, name, roots);
    const { root, problems } = keepUpdated(folder, { name, source: url, asOf: toInstant(clock.nowMs()), bytes }, roots);
    const now = summaryOf(root, 'updated');
    return { kind: 'updated', name, source: url, isChanged: !isSame(before, now), root: now, problems };
  } catch (error) {
    if (error instanceof ToolError) return { kind: 'failed', name, source: url, error };
    throw error;
  }
}

/** Undefined where it cannot be read: it is about to be written anew. */
function rootBefore<EachRoot extends Root>(
  folder: string,
  name: string,
  roots: RootReader<EachRoot>,
): RootSummary | undefined {
  try {
    const before = readRoots({ folder, configuredRoots: [] }, roots).inUse.find(({ root }) => root.name === name);
    return before === undefined ? undefined : summaryOf(before.root, before.kind);
  } catch {
    return undefined;
  }
}

function isSame(before: RootSummary | undefined, now: RootSummary): boolean {
  return (
    before !== undefined &&
    isDeepStrictEqual({ ...before, kind: '', source: '', asOf: '' }, { ...now, kind: '', source: '', asOf: '' })
  );
}

function pinsPath(folder: string): string {
  return join(folder, 'pins.json');
}

function writable(folder: string | undefined): string {
  if (folder !== undefined) return folder;
  throw new ToolError('INVALID_CONFIGURATION', 'there is no folder to keep it in', {
    expected: 'a home folder',
    got: 'none',
    hint: 'set HOME or XDG_CONFIG_HOME',
  });
}
