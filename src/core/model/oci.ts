import * as v from 'valibot';
import { withoutUndefined } from '../defined.ts';
import { ToolError } from '../errors.ts';
import { isRecord, parseJson } from '../json.ts';
import type { Descriptor, Platform } from './descriptor.ts';
import { MEDIA_TYPES } from './descriptor.ts';
import type { Digest } from './digest.ts';
import { parseDigest } from './digest.ts';

/** OCI image manifest or Docker schema 2 manifest; also an artifact manifest, whose config is empty. */
export type ImageManifest = {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations: Readonly<Record<string, string>>;
};
/** OCI image index or Docker manifest list. */
export type ImageIndex = {
  readonly kind: 'index';
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly manifests: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations: Readonly<Record<string, string>>;
};
/** What an image config is read for (image-spec, config.md). */
export type ImageConfig = {
  readonly platform?: Platform;
  readonly created?: string;
  readonly author?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Labels whose values are too long to be kept. */
  readonly labelsLeftOut: readonly string[];
  readonly diffIds: readonly Digest[];
  readonly history: readonly HistoryEntry[];
};
export type HistoryEntry = {
  readonly createdBy: string;
  readonly author?: string;
  readonly comment?: string;
  readonly emptyLayer: boolean;
};

const INDEX_TYPES = [MEDIA_TYPES.ociIndex, MEDIA_TYPES.dockerList] as const;
const MANIFEST_TYPES = [MEDIA_TYPES.ociManifest, MEDIA_TYPES.dockerManifest] as const;
/** A manifest or index lists at most this many descriptors; the rest of a longer list is refused with the document. */
const DESCRIPTORS_MAX = 10_000;
/** What a message shows of a value that is not what it should be. */
const SHOWN_LENGTH_MAX = 200;
/** Longer values are left out: nothing that provtrace asks is answered by one. */
const VALUE_LENGTH_MAX = 64 * 1024;

const text = v.fallback(v.optional(v.string()), undefined);
/** Strings stay, everything else in the map is left out: a bad item costs the item. */
const stringMap = v.pipe(
  v.unknown(),
  v.transform((value): Record<string, string> => {
    const entries = isRecord(value) ? Object.entries(value) : [];
    return Object.fromEntries(
      entries.filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length <= VALUE_LENGTH_MAX,
      ),
    );
  }),
);
const digestSchema = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }): Digest => {
    const digest = parseDigest(dataset.value);
    if (digest !== undefined) return digest;
    addIssue({ message: 'a digest', expected: 'a digest' });
    return NEVER;
  }),
);
const platformSchema = v.fallback(
  v.optional(
    v.pipe(
      v.object({ os: v.string(), architecture: v.string(), variant: text, 'os.version': text }),
      v.transform((raw): Platform =>
        withoutUndefined({
          os: raw.os,
          architecture: raw.architecture,
          variant: raw.variant,
          osVersion: raw['os.version'],
        }),
      ),
    ),
  ),
  undefined,
);
const descriptorSchema = v.pipe(
  v.object({
    mediaType: v.fallback(v.string(), ''),
    digest: digestSchema,
    size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    artifactType: text,
    annotations: stringMapOf(),
    platform: platformSchema,
  }),
  v.transform((raw): Descriptor => withoutUndefined(raw)),
);
const common = {
  mediaType: text,
  artifactType: text,
  subject: v.fallback(v.optional(descriptorSchema), undefined),
  annotations: stringMapOf(),
};
const manifestSchema = v.object({
  ...common,
  config: descriptorSchema,
  layers: listOf(descriptorSchema),
});
const indexSchema = v.object({ ...common, manifests: listOf(v.unknown()) });

/** `null` is how Go writes an empty list. */
function listOf<Item extends v.GenericSchema>(item: Item) {
  return v.nullable(v.pipe(v.array(item), v.maxLength(DESCRIPTORS_MAX)), []);
}

function stringMapOf(): v.OptionalSchema<typeof stringMap, Record<string, never>> {
  return v.optional(stringMap, {});
}

/**
 * A manifest or index, of OCI or Docker schema 2. The registry's media type is used only where the document has none: a wrong header
 * must not turn one into the other.
 * @throws ToolError `MALFORMED` for what is neither; `UNSUPPORTED` for Docker schema 1.
 */
export function parseManifest(bytes: Uint8Array, mediaType: string): ImageManifest | ImageIndex {
  const raw = parseJson(bytes, 'the manifest');
  if (isRecord(raw) && raw['schemaVersion'] === 1) {
    throw new ToolError('UNSUPPORTED', 'the manifest is of Docker schema 1, which no registry should serve any more', {
      hint: 'pull and push the image again with a current tool',
    });
  }
  if (isRecord(raw) && 'manifests' in raw && ('layers' in raw || 'config' in raw)) {
    // CVE-2021-41190: one digest that is an image to one client and an index to another.
    throw new ToolError('MALFORMED', 'the manifest is an image and an index at once', {
      expected: 'layers or manifests, not both',
    });
  }
  if (isRecord(raw) && 'manifests' in raw) {
    const index = check(indexSchema, raw, 'index');
    const manifests = index.manifests.flatMap((item) => {
      const parsed = v.safeParse(descriptorSchema, item);
      return parsed.success ? [parsed.output] : [];
    });
    return withoutUndefined({
      ...index,
      kind: 'index' as const,
      mediaType: index.mediaType ?? oneOf(INDEX_TYPES, mediaType),
      manifests,
    });
  }
  const manifest = check(manifestSchema, raw, 'manifest');
  return withoutUndefined({
    ...manifest,
    kind: 'manifest' as const,
    mediaType: manifest.mediaType ?? oneOf(MANIFEST_TYPES, mediaType),
  });
}

/** The type that was said if it is one of these, else the first of them. */
function oneOf(types: readonly [string, ...string[]], said: string): string {
  return types.find((type) => type === said) ?? types[0];
}

const configSchema = v.object({
  os: text,
  architecture: text,
  variant: text,
  created: text,
  author: text,
  config: v.fallback(v.optional(v.object({ Labels: stringMapOf() })), undefined),
  rootfs: v.fallback(v.optional(v.object({ diff_ids: v.fallback(v.array(v.unknown()), []) })), undefined),
  history: v.fallback(v.array(v.unknown()), []),
});
const historySchema = v.object({
  created_by: v.fallback(v.string(), ''),
  author: text,
  comment: text,
  empty_layer: v.fallback(v.boolean(), false),
});

/**
 * The config of a container image.
 * @throws ToolError `MALFORMED`; `NOT_AN_IMAGE` where the document is no image config.
 */
export function parseImageConfig(bytes: Uint8Array): ImageConfig {
  const raw = parseJson(bytes, 'the image config');
  if (
    !isRecord(raw) ||
    !(isRecord(raw['rootfs']) || isRecord(raw['config']) || typeof raw['architecture'] === 'string')
  ) {
    throw new ToolError('NOT_AN_IMAGE', 'the config is not that of a container image', {
      expected: 'an object with architecture, config, rootfs',
    });
  }
  const config = check(configSchema, raw, 'image config');
  return withoutUndefined({
    platform:
      config.os === undefined || config.architecture === undefined
        ? undefined
        : withoutUndefined({ os: config.os, architecture: config.architecture, variant: config.variant }),
    created: config.created,
    author: config.author,
    labels: config.config?.Labels ?? {},
    labelsLeftOut: longLabels(raw['config']),
    diffIds: (config.rootfs?.diff_ids ?? []).flatMap((id) => (typeof id === 'string' ? (parseDigest(id) ?? []) : [])),
    history: config.history.flatMap((item): HistoryEntry[] => {
      const entry = v.safeParse(historySchema, item);
      if (!entry.success) return [];
      const { created_by, author, comment, empty_layer } = entry.output;
      return [withoutUndefined({ createdBy: created_by, author, comment, emptyLayer: empty_layer })];
    }),
  });
}

function longLabels(config: unknown): readonly string[] {
  const labels = isRecord(config) && isRecord(config['Labels']) ? Object.entries(config['Labels']) : [];
  return labels
    .filter(([, value]) => typeof value === 'string' && value.length > VALUE_LENGTH_MAX)
    .map(([name]) => name);
}

function check<Schema extends v.GenericSchema>(schema: Schema, raw: unknown, what: string): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, raw);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new ToolError('MALFORMED', `the ${what} is not one: ${v.getDotPath(issue) ?? 'the document'}`, {
    expected: issue.expected ?? issue.message,
    got: issue.received.slice(0, SHOWN_LENGTH_MAX),
  });
}
