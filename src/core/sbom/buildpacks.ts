import { isRecord, parseJson } from '../json.ts';
import { ToolError } from '../errors.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { ImageConfig, ImageManifest } from '../model/oci.ts';

const LABEL = 'io.buildpacks.lifecycle.metadata';
/** Those of the image; what was there when it was built is not in it (buildpacks/spec, platform.md). */
const LAUNCH_FILE = /^(?:\.\/)?layers\/sbom\/launch\/(?:.+\/)?sbom\.(?<format>cdx|spdx|syft)\.json$/;
const TYPES: Readonly<Record<string, string>> = {
  cdx: 'application/vnd.cyclonedx+json',
  spdx: 'application/spdx+json',
  syft: 'application/vnd.syft+json',
};

/**
 * The layer in which Cloud Native Buildpacks put SBOMs: the label has its diff id, whose place among the config's is the layer's place
 * in the manifest (reference/provenance.md 13.1). Undefined where the image was built otherwise, or the label leads nowhere.
 */
export function sbomLayer(config: ImageConfig, manifest: ImageManifest): Descriptor | undefined {
  const label = config.labels[LABEL];
  if (label === undefined) return undefined;
  const place = config.diffIds.findIndex((diffId) => diffId === diffIdIn(label));
  return place < 0 ? undefined : manifest.layers[place];
}

function diffIdIn(label: string): unknown {
  try {
    const metadata = parseJson(new TextEncoder().encode(label), `the label ${LABEL}`);
    const sbom = isRecord(metadata) ? metadata['sbom'] : undefined;
    return isRecord(sbom) ? sbom['sha'] : undefined;
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

/** The media type of a file of that layer; undefined for one that is no SBOM of the image. */
export function launchSbomType(name: string): string | undefined {
  return TYPES[LAUNCH_FILE.exec(name)?.groups?.['format'] ?? ''];
}
