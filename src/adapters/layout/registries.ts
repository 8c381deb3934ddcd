import { join } from 'node:path';
import type { Registry } from '../../ports/registry.ts';
import { openArchive } from './archive-source.ts';
import { openDockerArchive } from './docker-archive.ts';
import { openFolder } from './folder-source.ts';
import { registryOver } from './local-images.ts';
import { openOciLayout } from './oci-layout.ts';
import { openedOnce } from './opened.ts';

/** `oci:DIR`: OCI image layouts in folders. */
export function createLayoutRegistry(): Registry {
  const open = openedOnce(
    async (path) => openOciLayout(await openFolder(path)),
    (path) => join(path, 'index.json'),
  );
  return registryOver(open);
}

/** `oci-archive:FILE`: OCI image layouts in tar archives, plain or compressed with gzip or zstd. */
export function createArchiveRegistry(): Registry {
  const open = openedOnce(
    async (path) => openOciLayout(await openArchive(path)),
    (path) => path,
  );
  return registryOver(open);
}

/** `docker-archive:FILE`: what `docker save` writes, plain or compressed likewise. */
export function createDockerArchiveRegistry(): Registry {
  const open = openedOnce(
    async (path) => openDockerArchive(await openArchive(path)),
    (path) => path,
  );
  return registryOver(open);
}
