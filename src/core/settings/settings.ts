import * as v from 'valibot';
import { catalogSettingsSchema } from '../catalog/settings.ts';
import { FORGE_KINDS } from '../model/forge.ts';
import { OUTPUT_FORMATS } from '../model/formats.ts';

/** How one registry host is reached. */
const registrySchema = v.strictObject({
  /** Asked first, in order: `host[:port]`. Gets its own credentials only. */
  mirrors: v.optional(v.array(v.string())),
  /** PEM file of certificate authorities, beside the system's. */
  caFile: v.optional(v.string()),
  plainHttp: v.optional(v.boolean()),
});

/** What anybody may choose, also a file that a pull request can change: how results look, and nothing about whom to trust or where to go. */
const projectEntries = {
  output: v.optional(
    v.strictObject({ format: v.optional(v.picklist(OUTPUT_FORMATS)), color: v.optional(v.boolean()) }),
  ),
  platform: v.optional(v.string()),
  jobs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64))),
};

/** A forge that is not github.com or gitlab.com, or one of these at another address. */
const forgeSchema = v.strictObject({
  host: v.pipe(v.string(), v.toLowerCase()),
  kind: v.picklist(FORGE_KINDS),
  apiUrl: v.optional(v.pipe(v.string(), v.url())),
});

/** A file of `trust.roots`, where the certificate is not of a built-in root. */
const pinRoot = v.optional(v.string());

/** Who may speak for images of a name: a certificate's identity with its issuer, or a key's fingerprint. */
const pinSchema = v.union([
  v.strictObject({ images: v.string(), identity: v.string(), issuer: v.string(), root: pinRoot }),
  v.strictObject({ images: v.string(), identityPattern: v.string(), issuer: v.string(), root: pinRoot }),
  v.strictObject({ images: v.string(), key: v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/)) }),
]);

const trustSchema = v.strictObject({
  /** Files with roots of trust, beside those that are built in or imported. */
  roots: v.optional(v.array(v.string())),
  /** PEM files of keys that signatures may be made with. They speak for an image where a pin says so. */
  keys: v.optional(v.array(v.string())),
  pins: v.optional(v.array(pinSchema)),
  /** Who signs commits with which SSH key: the file of ssh-keygen(1), instead of the one that git's own global configuration names. */
  allowedSigners: v.optional(v.string()),
});

/** A policy file for all images, or one for each pattern of names: the most specific pattern decides. */
const policiesSchema = v.union([v.string(), v.record(v.string(), v.string())]);

/** `provtrace.yaml` found upwards from the working folder (SPEC 8). */
export const projectSettingsSchema = v.strictObject({
  ...projectEntries,
  /** The file for `policy check`, and for nothing that is required of an image. */
  policy: v.optional(v.string()),
});
/** `provtrace.yaml` of the user, or given by `--config` (SPEC 8). */
export const userSettingsSchema = v.strictObject({
  ...projectEntries,
  registries: v.optional(v.record(v.string(), registrySchema)),
  forges: v.optional(v.array(forgeSchema)),
  catalogs: v.optional(v.array(catalogSettingsSchema)),
  trust: v.optional(trustSchema),
  policies: v.optional(policiesSchema),
});

export type ProjectSettings = v.InferOutput<typeof projectSettingsSchema>;
export type UserSettings = v.InferOutput<typeof userSettingsSchema>;
export type PinSettings = v.InferOutput<typeof pinSchema>;
export type RegistrySettings = v.InferOutput<typeof registrySchema>;
/** The user's settings, with what the project's file chose where the user's says nothing. */
export type Settings = UserSettings & {
  /** That of the project's file, for `policy check` alone. */ readonly policyToCheck?: string;
};
