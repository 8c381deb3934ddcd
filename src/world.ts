import { hash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { readSettings, settingsFolder } from './adapters/settings/files.ts';
import { defaultStorePath } from './adapters/store/default-store-path.ts';
import { openStore } from './adapters/store/open-store.ts';
import type { SourceTools } from './collect/sources.ts';
import type { GlobalOptions, SourcesOptions, Tools } from './commands/command.ts';
import { ToolError } from './core/errors.ts';
import { registryHost } from './core/model/image-repository.ts';
import type { ImageReference } from './core/model/image-reference.ts';
import { parseImageReference } from './core/model/image-reference.ts';
import type { Settings } from './core/settings/settings.ts';
import type { Clock } from './ports/clock.ts';
import type { Forge } from './core/model/forge.ts';
import type { Terminal } from './progress.ts';
import { openProgress } from './progress.ts';
import { openOutput } from './output.ts';
import type { Network } from './network.ts';
import { forgesInUse, openNetwork } from './network.ts';
import { locateIn, parseRepository } from './repositories.ts';
import { version } from './version.ts';
import { bundlesOf, keyFingerprint, openTrust, openVerifier, readBundles, readNamedFile } from './verifying.ts';

export type Streams = { readonly stdin: Readable; readonly stdout: Terminal; readonly stderr: Terminal };

export type WorldOptions = {
  readonly streams: Streams;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly workingFolder: string;
  readonly clock?: Clock;
  /** Told of every request that leaves this machine. */
  readonly onRequest?: (sent: { readonly method: string; readonly url: URL }) => void;
  /** A file, or `none` to keep nothing. */
  readonly cache: string | undefined;
  readonly config: string | undefined;
  readonly output: string | undefined;
  readonly timeoutMs: number | undefined;
  readonly colour: boolean;
  readonly global: GlobalOptions;
  /** Those that may be asked, in place of the public and configured ones. */
  readonly forges?: readonly Forge[];
  /** Neither repositories nor catalogs are asked. */
  readonly sources?: 'unasked';
};

/** The live adapters, wrapped. Nothing is opened before it is asked for; disposing closes what was. */
export interface World extends AsyncDisposable {
  readonly tools: Tools;
  /** Writes `--output FILE`, where it was given, in one step. */
  finish(): Promise<void>;
}

export async function openWorld(options: WorldOptions): Promise<World> {
  const { env, streams, global, workingFolder } = options;
  const clock = options.clock ?? { nowMs: () => Date.now() };
  const homeDirectory = findHome(env);
  const given = options.config === undefined ? {} : { given: options.config };
  const settings = await readSettings({ env, homeDirectory, workingFolder, ...given });
  const progress = openProgress(streams.stderr, global.quiet);
  const output = openOutput({ ...options, stdout: streams.stdout });
  const notice = (text: string): void => progress.notice(text);
  const store = new Lazy(() => openStore({ path: storePath(options, homeDirectory), clock, notice }));
  const namedHosts = new Set<string>();
  const forges = options.forges ?? forgesInUse(settings, env);
  const network = new Lazy(() =>
    openNetwork({
      env,
      homeDirectory,
      clock,
      settings,
      global,
      progress,
      forges,
      namedHosts,
      signal: options.signal,
      timeoutMs: options.timeoutMs,
      onRequest: options.onRequest,
      store: () => store.value,
    }),
  );
  const folder = settingsFolder({ env, homeDirectory });
  const trust = openTrust({ folder, workingFolder, clock, settings, http: () => network.value.http });

  const tools: Tools = {
    ...programTools(),
    settings,
    global,
    screen: screenOf(options, settings),
    clock,
    progress,
    openVerifier: (given) => openVerifier(given, { trust, workingFolder }),
    trust: trust.files,
    forges,
    get registry() {
      return network.value.registry;
    },
    get layers() {
      return network.value.unkept;
    },
    get attestations() {
      return network.value.attestations;
    },
    openSources: async (choices) =>
      options.sources === 'unasked' ? undefined : openSources(network.value, choices, { forges, workingFolder }),
    get store() {
      return store.value;
    },
    ...namingTools({ ...options, clock }, namedHosts),
    inputLines: () => createInterface({ input: streams.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
    ...fileTools(workingFolder),
    ...output.writing,
  };
  return {
    tools,
    finish: output.finish,
    [Symbol.asyncDispose]: async () => {
      progress.update(undefined);
      await network.opened?.close();
      store.opened?.close();
    },
  };
}

/** The clone that one stands in is found too. */
async function openSources(
  network: Network,
  { clones, verifier, verifyArtifact }: SourcesOptions,
  { forges, workingFolder }: { readonly forges: readonly Forge[]; readonly workingFolder: string },
): Promise<SourceTools> {
  const namedClones = clones.map((folder) => resolve(workingFolder, folder));
  const opened = await network.openSources({ clones: [...namedClones, workingFolder], namedClones, verifyArtifact });
  return { ...opened, verifier, carryBundles: bundlesOf, forges };
}

/** What the user typed to what it names; hosts in it may be on a private network. */
function namingTools(
  { env, workingFolder, clock, signal }: WorldOptions & { readonly clock: Clock },
  namedHosts: Set<string>,
): Pick<Tools, 'parseReference' | 'parseRepository' | 'locateClone'> {
  return {
    parseReference: (text) => parseNamed(text, { workingFolder, namedHosts }),
    parseRepository: (text) => parseRepository(text, namedHosts),
    locateClone: (paths) => locateIn(paths, { env, workingFolder, clock, signal }),
  };
}

async function listFolders(path: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch (cause) {
    throw new ToolError('USAGE', `${path} cannot be read`, { expected: 'a folder', cause });
  }
}

/** What hangs on nothing that was chosen. */
function programTools(): Pick<Tools, 'version' | 'hash' | 'keyFingerprint' | 'hostPlatform'> {
  const hostPlatform = { os: 'linux', architecture: ARCHITECTURES[process.arch] ?? process.arch };
  return { version: version(), hash, keyFingerprint, hostPlatform };
}

/** Files and folders that the user names. */
function fileTools(
  workingFolder: string,
): Pick<Tools, 'readFile' | 'listFolders' | 'readBundles' | 'readLayer' | 'writeLayout'> {
  return {
    readFile: (path) => readNamedFile(path, workingFolder),
    listFolders: (path) => listFolders(resolve(workingFolder, path)),
    readBundles: (paths) => readBundles(paths, workingFolder),
    readLayer: async (layer, isWanted) =>
      (await import('./adapters/layout/layer-files.ts')).layerFiles(layer, isWanted),
    writeLayout: async (path, content) =>
      (await import('./adapters/layout/write-layout.ts')).writeLayout(resolve(workingFolder, path), content),
  };
}

/** Its host is one that the user named. */
function parseNamed(text: string, known: { workingFolder: string; namedHosts: Set<string> }): ImageReference {
  const reference = parseImageReference(text, (path) => resolve(known.workingFolder, path));
  const host = reference.kind === 'located' ? registryHost(reference.repository) : undefined;
  if (host !== undefined) known.namedHosts.add(host);
  return reference;
}

/** Node's names for processors to OCI's (Go's). */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'arm',
  ia32: '386',
  ppc64: 'ppc64le',
  s390x: 's390x',
  riscv64: 'riscv64',
  loong64: 'loong64',
};

/** Opened when it is first asked for; `opened` is undefined until then. */
class Lazy<Value> {
  opened: Value | undefined;
  readonly #open: () => Value;

  constructor(open: () => Value) {
    this.#open = open;
  }

  get value(): Value {
    this.opened ??= this.#open();
    return this.opened;
  }
}

function storePath({ cache, env }: WorldOptions, homeDirectory: string | undefined): string | undefined {
  if (cache === 'none') return ':memory:';
  return cache ?? defaultStorePath(env, homeDirectory);
}

function findHome(env: WorldOptions['env']): string | undefined {
  if (env['HOME'] !== undefined && env['HOME'] !== '') return env['HOME'];
  try {
    return homedir();
  } catch {
    return undefined;
  }
}

/** https://no-color.org, and `FORCE_COLOR` as other tools have it. */
function screenOf({ streams, env, colour, output }: WorldOptions, settings: Settings): Tools['screen'] {
  const isTerminal = streams.stdout.isTTY === true && output === undefined;
  const wanted = colour && !env['NO_COLOR'] && settings.output?.color !== false && env['TERM'] !== 'dumb';
  const width = Number(env['COLUMNS']) || streams.stdout.columns || 80;
  return {
    colour: wanted && (isTerminal || Boolean(env['FORCE_COLOR'])),
    width: Math.max(40, width),
    links: isTerminal && wanted,
    ...(isTerminal ? { isTerminal } : {}),
  };
}
