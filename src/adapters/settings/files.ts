import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { ProjectSettings, Settings, UserSettings } from '../../core/settings/settings.ts';

const NAME = 'provtrace.yaml';
const FILE_BYTES_MAX = 1024 * 1024;
/** Folders that are looked at upwards from the working folder. */
const PARENTS_MAX = 64;

const DECIDED_BY_USER =
  'a file in a working folder can be changed by a pull request, so it chooses output, platform, jobs and the file of policy check only; put this into $XDG_CONFIG_HOME/provtrace/provtrace.yaml or name a file with --config';

export type SettingsPlaces = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string | undefined;
  readonly workingFolder: string;
  /** `--config FILE`: read instead of the user's own, and it must be there. */
  readonly given?: string;
};

/**
 * The user's configuration, and beneath it what a `provtrace.yaml` found upwards from the working folder may choose (SPEC 8).
 * @throws ToolError `INVALID_CONFIGURATION`
 */
export async function readSettings(places: SettingsPlaces): Promise<Settings> {
  const userPath = places.given === undefined ? userSettingsPath(places) : resolve(places.workingFolder, places.given);
  const [userText, project] = await Promise.all([
    userPath === undefined ? undefined : readIfThere(userPath),
    findProject(places.workingFolder, userPath),
  ]);
  if (userText === undefined && places.given !== undefined) {
    throw new ToolError('INVALID_CONFIGURATION', `there is no file ${userPath}`, {
      expected: 'a configuration file, named by --config',
    });
  }
  if (userText === undefined && project === undefined) return {};
  const user = userText === undefined ? {} : await parseUser(userText, userPath ?? NAME);
  const { policy, ...chosen } = project === undefined ? {} : await parseProject(project.text, project.path);
  return {
    ...chosen,
    ...user,
    ...(policy === undefined || project === undefined ? {} : { policyToCheck: resolve(dirname(project.path), policy) }),
    ...(chosen.output === undefined ? {} : { output: { ...chosen.output, ...user.output } }),
  };
}

/** The folder that holds the user's configuration and imported roots of trust; undefined where there is no home. */
export function settingsFolder({
  env,
  homeDirectory,
}: Pick<SettingsPlaces, 'env' | 'homeDirectory'>): string | undefined {
  const base = env['XDG_CONFIG_HOME'];
  // The XDG specification: a relative path is to be ignored.
  if (base !== undefined && isAbsolute(base)) return join(base, 'provtrace');
  return homeDirectory === undefined ? undefined : join(homeDirectory, '.config', 'provtrace');
}

function userSettingsPath(places: SettingsPlaces): string | undefined {
  const folder = settingsFolder(places);
  return folder === undefined ? undefined : join(folder, NAME);
}

// The parser is loaded only where there is a file: yaml costs 40 ms of start-up.
async function parseUser(text: string, path: string): Promise<UserSettings> {
  const [{ parseSettings }, { userSettingsSchema }] = await Promise.all([
    import('../../core/settings/parse.ts'),
    import('../../core/settings/settings.ts'),
  ]);
  return withWholePaths(parseSettings({ text, path, schema: userSettingsSchema }), dirname(path));
}

/** Files that the configuration names lie where it lies, whatever the working folder. */
function withWholePaths(settings: UserSettings, folder: string): UserSettings {
  const { registries, catalogs, trust, policies } = settings;
  const whole = (path: string): string => resolve(folder, path);
  return {
    ...settings,
    ...(registries === undefined
      ? {}
      : {
          registries: mapValues(registries, (registry) =>
            registry.caFile === undefined ? registry : { ...registry, caFile: whole(registry.caFile) },
          ),
        }),
    ...(catalogs === undefined
      ? {}
      : {
          catalogs: catalogs.map((catalog) =>
            'file' in catalog ? { ...catalog, file: whole(catalog.file) } : catalog,
          ),
        }),
    ...(policies === undefined
      ? {}
      : { policies: typeof policies === 'string' ? whole(policies) : mapValues(policies, whole) }),
    ...(trust === undefined
      ? {}
      : {
          trust: {
            ...trust,
            roots: trust.roots?.map(whole),
            pins: trust.pins?.map((pin) =>
              'root' in pin && pin.root !== undefined ? { ...pin, root: whole(pin.root) } : pin,
            ),
            keys: trust.keys?.map(whole),
            allowedSigners: trust.allowedSigners === undefined ? undefined : whole(trust.allowedSigners),
          },
        }),
  };
}

function mapValues<Value>(
  values: Readonly<Record<string, Value>>,
  change: (value: Value) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}

async function parseProject(text: string, path: string): Promise<ProjectSettings> {
  const [{ parseSettings }, { projectSettingsSchema }] = await Promise.all([
    import('../../core/settings/parse.ts'),
    import('../../core/settings/settings.ts'),
  ]);
  const forbidden = {
    registries: DECIDED_BY_USER,
    forges: DECIDED_BY_USER,
    catalogs: DECIDED_BY_USER,
    trust: DECIDED_BY_USER,
    policies: DECIDED_BY_USER,
  };
  return parseSettings({ text, path, schema: projectSettingsSchema, forbidden });
}

async function findProject(
  workingFolder: string,
  userPath: string | undefined,
): Promise<{ path: string; text: string } | undefined> {
  let folder = workingFolder;
  for (let depth = 0; depth < PARENTS_MAX; depth++) {
    const path = join(folder, NAME);
    const text = path === userPath ? undefined : await readIfThere(path);
    if (text !== undefined) return { path, text };
    if (dirname(folder) === folder) return undefined;
    folder = dirname(folder);
  }
  return undefined;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    if (size > FILE_BYTES_MAX)
      throw new ToolError('INVALID_CONFIGURATION', `${path} is too large`, {
        expected: `at most ${FILE_BYTES_MAX} bytes`,
        got: `${size}`,
      });
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof ToolError) throw error;
    if (isMissing(error)) return undefined;
    throw new ToolError('INVALID_CONFIGURATION', `${path} cannot be read`, {
      expected: 'a readable file',
      cause: error,
    });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
