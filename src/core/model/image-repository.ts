/**
 * Where the bytes of an image are kept: a repository in a registry, or a layout or archive on this machine.
 * `name` is `host[:port]/path` for a registry, and an absolute path otherwise.
 */
export type ImageRepository = {
  readonly transport: 'registry' | 'oci' | 'oci-archive' | 'docker-archive';
  readonly name: string;
};

/** As a person writes it: `ghcr.io/acme/shop`, `oci:/srv/layout`. */
export function formatRepository(repository: ImageRepository): string {
  return repository.transport === 'registry' ? repository.name : `${repository.transport}:${repository.name}`;
}

/** The host of a registry repository, with its port; undefined for what is on this machine. */
export function registryHost(repository: ImageRepository): string | undefined {
  return repository.transport === 'registry' ? repository.name.slice(0, repository.name.indexOf('/')) : undefined;
}
