import { rename, unlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { createHttpClient } from './adapters/http/http-client.ts';
import type { HttpClient } from './adapters/http/http.ts';
import {
  createArchiveRegistry,
  createDockerArchiveRegistry,
  createLayoutRegistry,
} from './adapters/layout/registries.ts';
import { routingRegistry } from './adapters/registry-router.ts';
import { createCredentialSource } from './adapters/registry/credentials.ts';
import { hostsOf } from './adapters/registry/endpoint.ts';
import { createDistributionRegistry } from './adapters/registry/registry.ts';
import { readSettings } from './adapters/settings/files.ts';
import { defaultStorePath } from './adapters/store/default-store-path.ts';
import { openStore } from './adapters/store/open-store.ts';
import { rememberingRegistry } from './adapters/store/remembering-registry.ts';
import { sharingRegistry } from './adapters/store/sharing-registry.ts';
import { embeddedTrustRoots } from './adapters/sigstore/trusted-root-file.ts';
import type { GlobalOptions, Tools } from './commands/command.ts';
import { ToolError } from './core/errors.ts';
import type { ImageRepository } from './core/model/image-repository.ts';
import { registryHost } from './core/model/image-repository.ts';
import { parseImageReference } from './core/model/image-reference.ts';
import type { Settings } from './core/settings/settings.ts';
import type { Clock } from './ports/clock.ts';
import type { Progress } from './ports/progress.ts';
import type { Registry } from './ports/registry.ts';
import type { Terminal } from './progress.ts';
import { openProgress } from './progress.ts';
import { openVerifier, readBundles } from './verifying.ts';

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
  const settings = await readSettings({
    env,
    homeDirectory,
    workingFolder,
    ...(options.config === undefined ? {} : { given: options.config }),
  });
  const progress = openProgress(streams.stderr, global.quiet);
  const output = openOutput(options);
  const store = new Lazy(() =>
    openStore({ path: storePath(options, homeDirectory), clock, notice: (text) => progress.notice(text) }),
  );
  const namedHosts = new Set<string>();
  const network = new Lazy(() => openNetwork({ ...options, clock }, { settings, progress, namedHosts, homeDirectory }));
  const registry = new Lazy(() => openRegistry({ network: network.value, store: store.value, clock, global }));

  const tools: Tools = {
    settings,
    global,
    screen: screenOf(options, settings),
    clock,
    progress,
    hostPlatform: { os: 'linux', architecture: ARCHITECTURES[process.arch] ?? process.arch },
    openVerifier: (given) => openVerifier(given, { roots: embeddedTrustRoots(), workingFolder }),
    readBundles: (paths) => readBundles(paths, workingFolder),
    trust: NO_TRUST_FILES,
    get registry() {
      return registry.value;
    },
    get store() {
      return store.value;
    },
    parseReference: (text) => {
      const reference = parseImageReference(text, (path) => resolve(workingFolder, path));
      const host = reference.kind === 'located' ? registryHost(reference.repository) : undefined;
      if (host !== undefined) namedHosts.add(host);
      return reference;
    },
    inputLines: () => createInterface({ input: streams.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
    write: output.write,
  };
  return {
    tools,
    finish: output.finish,
    [Symbol.asyncDispose]: async () => {
      progress.update(undefined);
      await network.opened?.http.close();
      store.opened?.close();
    },
  };
}

const NO_TRUST_FILES: Tools['trust'] = {
  readPins: async () => [],
  addPins: async () => undefined,
  removePins: async () => 0,
  listRoots: async () => [],
  importRoots: async () => [],
  updateRoots: async () => [],
};

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

type Network = {
  readonly http: HttpClient;
  readonly registry: Registry;
  readonly credentialKey: (at: ImageRepository) => Promise<string | undefined>;
};

/** One image asks for about five things at once; whoever wants more images side by side wants more requests. */
const REQUESTS_PER_HOST_MIN = 8;
const REQUESTS_PER_JOB = 4;

function openNetwork(
  options: WorldOptions & { readonly clock: Clock },
  known: { settings: Settings; progress: Progress; namedHosts: ReadonlySet<string>; homeDirectory: string | undefined },
): Network {
  const { env, clock, timeoutMs, onRequest } = options;
  const registries = Object.entries(known.settings.registries ?? {});
  const http = createHttpClient({
    clock,
    env,
    hosts: hostsOf(new Map(registries)),
    requestsPerHost: Math.max(REQUESTS_PER_HOST_MIN, options.global.jobs * REQUESTS_PER_JOB),
    namedByUser: (host) => known.namedHosts.has(host),
    signal: timeoutMs === undefined ? options.signal : AbortSignal.any([options.signal, timeoutSignal(timeoutMs)]),
    onRequest: (sent) => {
      known.progress.update(`asking ${sent.url.host}`);
      onRequest?.(sent);
    },
  });
  const credentials = createCredentialSource({ env, homeDirectory: known.homeDirectory });
  return {
    http,
    registry: createDistributionRegistry({
      http,
      credentials,
      clock,
      mirrors: new Map(registries.map(([host, { mirrors }]) => [host, mirrors ?? []])),
      notice: (text) => known.progress.notice(text),
    }),
    credentialKey: async (at) => (await credentials.credentialFor(at).catch(() => undefined))?.key,
  };
}

/** The whole of `Registry`, wrapped in one visible order: what was asked in this run, what the file holds, and then the place itself. */
function openRegistry(parts: {
  network: Network;
  store: Tools['store'];
  clock: Clock;
  global: GlobalOptions;
}): Registry {
  const { network, store, clock, global } = parts;
  const remembering = rememberingRegistry({
    registry: network.registry,
    store,
    clock,
    audienceFor: async (at) => {
      const key = await network.credentialKey(at);
      return key === undefined ? '' : store.audienceOf(key);
    },
    mode: global.offline ? 'offline' : global.refresh ? 'refresh' : 'normal',
  });
  const local = {
    layout: createLayoutRegistry(),
    ociArchive: createArchiveRegistry(),
    dockerArchive: createDockerArchiveRegistry(),
  };
  return sharingRegistry(routingRegistry({ registry: remembering, ...local }));
}

function timeoutSignal(timeoutMs: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(
    () => controller.abort(new ToolError('TIMED_OUT', `not done after ${timeoutMs} ms (--timeout)`)),
    timeoutMs,
  ).unref();
  return controller.signal;
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
  };
}

function openOutput({ streams, output, workingFolder }: WorldOptions): {
  write: (text: string) => Promise<void>;
  finish: () => Promise<void>;
} {
  if (output === undefined) return { write: (text) => writeTo(streams.stdout, text), finish: async () => undefined };
  const parts: string[] = [];
  return {
    write: async (text) => {
      parts.push(text);
    },
    finish: () => replaceFile(resolve(workingFolder, output), parts.join('')),
  };
}

/** A reader of the file never sees half of it. */
async function replaceFile(path: string, text: string): Promise<void> {
  const partial = join(dirname(path), `.provtrace-${process.pid}.partial`);
  try {
    await writeFile(partial, text);
    await rename(partial, path);
  } catch (cause) {
    await unlink(partial).catch(() => undefined);
    throw new ToolError('OUTPUT_NOT_WRITABLE', `${path} cannot be written`, {
      expected: 'a file in a folder that may be written to',
      cause,
    });
  }
}

function writeTo(stream: Writable, text: string): Promise<void> {
  return new Promise((done, fail) => {
    stream.write(text, (error) => (error === null || error === undefined ? done() : fail(error)));
  });
}
