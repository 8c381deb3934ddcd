import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  createArchiveRegistry,
  createDockerArchiveRegistry,
  createLayoutRegistry,
} from '../../../../src/adapters/layout/registries.ts';
import type { Digest } from '../../../../src/core/model/digest.ts';
import type { ImageRepository } from '../../../../src/core/model/image-repository.ts';
import type { Outcome } from '../../../../src/core/model/outcome.ts';
import type { FetchedManifest, Registry } from '../../../../src/ports/registry.ts';
import type { Files, Packing } from '../../../support/repository-files.ts';
import { writeFolder, writeTar } from '../../../support/repository-files.ts';

/** A folder that is gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'provtrace-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** One layout or archive, and the questions that can be asked of it. */
export type Place = {
  readonly path: string;
  readonly registry: Registry;
  readonly at: ImageRepository;
  sole(): Promise<Outcome<FetchedManifest, string>>;
  tagged(tag: string): Promise<Outcome<FetchedManifest, string>>;
  digested(digest: Digest): Promise<Outcome<FetchedManifest, string>>;
};

export function layoutAt(path: string): Place {
  return place(createLayoutRegistry(), { transport: 'oci', name: path });
}

export function archiveAt(path: string): Place {
  return place(createArchiveRegistry(), { transport: 'oci-archive', name: path });
}

export function dockerArchiveAt(path: string): Place {
  return place(createDockerArchiveRegistry(), { transport: 'docker-archive', name: path });
}

export async function layoutOf(files: Files): Promise<Place> {
  const folder = await temporaryFolder();
  await writeFolder(folder, files);
  return layoutAt(folder);
}

export async function archiveOf(files: Files, packing?: Packing): Promise<Place> {
  return archiveAt(await tarOf(files, packing));
}

export async function dockerArchiveOf(files: Files, packing?: Packing): Promise<Place> {
  return dockerArchiveAt(await tarOf(files, packing));
}

/** The digest, the reason why there is none, or the error's code. */
export function digestIn(outcome: Outcome<FetchedManifest, string>): string {
  return outcome.kind === 'found' ? outcome.value.digest : answerOf(outcome);
}

/** `found`, the reason for absence, or the error's code. */
export function answerOf(outcome: Outcome<unknown, string>): string {
  if (outcome.kind === 'failed') return outcome.error.code;
  return outcome.kind === 'absent' ? outcome.reason : 'found';
}

function place(registry: Registry, at: ImageRepository): Place {
  return {
    path: at.name,
    registry,
    at,
    sole: () => registry.fetchManifest(at, { kind: 'sole' }),
    tagged: (tag) => registry.fetchManifest(at, { kind: 'tag', tag }),
    digested: (digest) => registry.fetchManifest(at, { kind: 'digest', digest }),
  };
}

async function tarOf(files: Files, packing: Packing = 'plain'): Promise<string> {
  const file = join(await temporaryFolder(), 'image.tar');
  await writeTar(file, files, packing);
  return file;
}
