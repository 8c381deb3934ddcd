import * as v from 'valibot';
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

/** `provtrace.yaml` found upwards from the working folder (SPEC 8). */
export const projectSettingsSchema = v.strictObject(projectEntries);
/** `provtrace.yaml` of the user, or given by `--config` (SPEC 8). */
export const userSettingsSchema = v.strictObject({
  ...projectEntries,
  registries: v.optional(v.record(v.string(), registrySchema)),
});

export type ProjectSettings = v.InferOutput<typeof projectSettingsSchema>;
export type UserSettings = v.InferOutput<typeof userSettingsSchema>;
export type RegistrySettings = v.InferOutput<typeof registrySchema>;
/** The user's settings, with what the project's file chose where the user's says nothing. */
export type Settings = UserSettings;
