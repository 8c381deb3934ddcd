import type { Digest } from '../model/digest.ts';
import { parseDigest } from '../model/digest.ts';
import type { Component } from './model.ts';
import { readPurl } from './purl.ts';

/** Trivy's names for what it scanned, and our own; its `DiffID`s are layers, of which many images have the same. */
const IMAGE_PROPERTIES = new Set([
  'aquasecurity:trivy:ImageID',
  'aquasecurity:trivy:RepoDigest',
  'aquasecurity:trivy:ManifestDigest',
  'provtrace:image:digest',
]);

/** The image digests that an SBOM's root names, wherever tools put them (reference/provenance.md 13.1): in the order of the places, each once. */
export function namedDigestsOf(root: Component): readonly Digest[] {
  // The digest of a file that was scanned is none of an image.
  const isImage =
    root.kind === undefined || root.kind === 'container' || root.purl?.type === 'oci' || root.purl?.type === 'docker';
  if (!isImage) return [];
  const texts = [
    ...root.hashes.map(({ algorithm, value }) => `${algorithm}:${value}`),
    root.purl?.version,
    root.version,
    root.name,
    readPurl(root.id)?.version,
    root.id,
    ...root.properties.filter(({ name }) => IMAGE_PROPERTIES.has(name)).map(({ value }) => value),
  ];
  const digests = texts.flatMap((text) => digestIn(text ?? '') ?? []);
  return [...new Set(digests)];
}

/** `sha256:…` alone, behind the `@` of a name, or with the prefix twice as one version of syft writes it. */
function digestIn(text: string): Digest | undefined {
  const hex = /(?:^|[@:])(?<algorithm>sha256|sha512):(?<hex>[0-9a-f]{64,128})$/.exec(text)?.groups;
  return hex === undefined ? undefined : parseDigest(`${hex['algorithm']}:${hex['hex']}`);
}

/** What an SBOM says of the image that it was found with: it names one of its digests, names others only, or names none. */
export type Binding = 'named' | 'another' | 'silent';

/** `digests`: all that the image has, of index, platform and configuration. */
export function bindingOf(namedDigests: readonly Digest[], digests: readonly Digest[]): Binding {
  if (namedDigests.length === 0) return 'silent';
  return namedDigests.some((digest) => digests.includes(digest)) ? 'named' : 'another';
}
