import { withoutUndefined } from '../../core/defined.ts';
import { ToolError } from '../../core/errors.ts';
import { parseJson } from '../../core/json.ts';
import type { Descriptor, Platform } from '../../core/model/descriptor.ts';
import { MEDIA_TYPES } from '../../core/model/descriptor.ts';
import { parseManifest } from '../../core/model/oci.ts';

// The lists that a fact's value holds. Reading gives undefined for what is no such list (any more).

/** As the image index that a registry would answer with, so that what is kept has the same reader as what is fetched. */
export function formatReferrers(referrers: readonly Descriptor[]): string {
  const manifests = referrers.map(({ platform, ...descriptor }) => ({
    ...descriptor,
    ...(platform === undefined ? {} : { platform: ociPlatform(platform) }),
  }));
  return JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests });
}

function ociPlatform({ osVersion, ...platform }: Platform): object {
  return withoutUndefined({ ...platform, 'os.version': osVersion });
}

export function parseReferrers(text: string): readonly Descriptor[] | undefined {
  return unlessMalformed(() => {
    const index = parseManifest(new TextEncoder().encode(text), MEDIA_TYPES.ociIndex);
    return index.kind === 'index' ? index.manifests : undefined;
  });
}

export function formatTags(tags: readonly string[]): string {
  return JSON.stringify(tags);
}

export function parseTags(text: string): readonly string[] | undefined {
  return unlessMalformed(() => {
    const tags = parseJson(new TextEncoder().encode(text), 'the tag list');
    return Array.isArray(tags) && tags.every((tag) => typeof tag === 'string') ? tags : undefined;
  });
}

function unlessMalformed<Value>(parse: () => Value): Value | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}
