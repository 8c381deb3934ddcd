import type { ImageRepository } from '../core/model/image-repository.ts';
import type { Registry } from '../ports/registry.ts';

export type RegistriesByTransport = {
  readonly registry: Registry;
  readonly layout: Registry;
  readonly ociArchive: Registry;
  readonly dockerArchive: Registry;
};

/** One Registry for every way of naming an image (SPEC 1): the repository's transport says which of them is asked. */
export function routingRegistry(registries: RegistriesByTransport): Registry {
  const byTransport: Readonly<Record<ImageRepository['transport'], Registry>> = {
    registry: registries.registry,
    oci: registries.layout,
    'oci-archive': registries.ociArchive,
    'docker-archive': registries.dockerArchive,
  };
  return {
    fetchManifest: (at, name) => byTransport[at.transport].fetchManifest(at, name),
    fetchBlob: (at, digest, bytesMax) => byTransport[at.transport].fetchBlob(at, digest, bytesMax),
    fetchReferrers: (at, subject) => byTransport[at.transport].fetchReferrers(at, subject),
    listTags: (at, tagsMax) => byTransport[at.transport].listTags(at, tagsMax),
  };
}
