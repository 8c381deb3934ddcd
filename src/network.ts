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
import { createAttestationSource } from './adapters/scm/attestation-source.ts';
import { createCredentialPrograms } from './adapters/scm/credential-programs.ts';
import type { ForgeTokens } from './adapters/scm/forge-tokens.ts';
import { createForgeTokens } from './adapters/scm/forge-tokens.ts';
import { rememberingAttestations } from './adapters/store/remembering-attestations.ts';
import { rememberingRegistry } from './adapters/store/remembering-registry.ts';
import { sharingRegistry } from './adapters/store/sharing-registry.ts';
import type { GlobalOptions } from './commands/command.ts';
import { catalogHosts } from './core/catalog/settings.ts';
import { ToolError } from './core/errors.ts';
import type { Settings } from './core/settings/settings.ts';
import type { Forge } from './core/model/forge.ts';
import type { AttestationSource } from './ports/attestation-source.ts';
import type { Clock } from './ports/clock.ts';
import type { Progress } from './ports/progress.ts';
import type { Registry } from './ports/registry.ts';
import type { Store } from './ports/store.ts';
import type { OpenedSourceTools, SourceToolsOptions } from './source-tools.ts';

/** One image asks for about five things at once; whoever wants more images side by side wants more requests. */
const REQUESTS_PER_HOST_MIN = 8;
const REQUESTS_PER_JOB = 4;

export type NetworkOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string | undefined;
  readonly signal: AbortSignal;
  readonly timeoutMs: number | undefined;
  readonly onRequest: ((sent: { readonly method: string; readonly url: URL }) => void) | undefined;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly global: GlobalOptions;
  readonly progress: Progress;
  readonly forges: readonly Forge[];
  /** Hosts on the command line: they may be on a private network. */
  readonly namedHosts: ReadonlySet<string>;
  readonly store: () => Store;
};

export type Network = {
  readonly http: HttpClient;
  readonly registry: Registry;
  /** The same without a memory. */
  readonly unkept: Registry;
  readonly attestations: AttestationSource;
  /** Repositories, forges and catalogs; closed with the rest. */
  openSources(choices: SourceChoices): Promise<OpenedSourceTools>;
  close(): Promise<void>;
};
/** What a command says of the sources it asks. */
export type SourceChoices = Pick<SourceToolsOptions, 'clones' | 'verifyArtifact'> & {
  /** Those of the clones that the user named: they must be clones. */
  readonly namedClones: readonly string[];
};

/** What lies outside this machine, each wrapped in one visible order: asked in this run, kept in the file, and then the place itself. */
export function openNetwork(options: NetworkOptions): Network {
  const { settings, namedHosts, progress, global, timeoutMs } = options;
  const named = new Set([...namedForgeHosts(options), ...catalogHosts(settings.catalogs ?? [])]);
  const reach = {
    hosts: hostsOf(new Map(Object.entries(settings.registries ?? {}))),
    namedByUser: (host: string): boolean => named.has(host) || namedHosts.has(host),
    signal: timeoutMs === undefined ? options.signal : AbortSignal.any([options.signal, timeoutSignal(timeoutMs)]),
  };
  const http = createHttpClient({
    ...reach,
    clock: options.clock,
    env: options.env,
    requestsPerHost: Math.max(REQUESTS_PER_HOST_MIN, global.jobs * REQUESTS_PER_JOB),
    onRequest: (sent) => {
      progress.update(`asking ${sent.url.host}`);
      options.onRequest?.(sent);
    },
  });
  const tokens = openTokens(options);
  const opened: OpenedSourceTools[] = [];
  return {
    http,
    ...openRegistries(http, options),
    attestations: openAttestations(http, tokens, options),
    openSources: async (choices) => {
      const { assertClones, openSourceTools } = await import('./source-tools.ts');
      await assertClones(choices.namedClones);
      const { store, ...given } = options;
      const sources = openSourceTools({
        ...given,
        ...reach,
        ...choices,
        http,
        tokens,
        store: store(),
        mode: modeOf(options),
      });
      opened.push(sources);
      return sources;
    },
    close: async () => {
      await Promise.all(opened.map((sources) => sources.close()));
      await http.close();
    },
  };
}

function openTokens({ env, homeDirectory, settings }: NetworkOptions): ForgeTokens {
  return createForgeTokens({
    env,
    homeDirectory,
    forges: configuredForges(settings),
    programs: createCredentialPrograms({ env }),
  });
}

function openRegistries(http: HttpClient, options: NetworkOptions): Pick<Network, 'registry' | 'unkept'> {
  const { env, homeDirectory, clock, settings, progress, store } = options;
  const credentials = createCredentialSource({ env, homeDirectory });
  const mirrors = new Map(
    Object.entries(settings.registries ?? {}).map(([host, registry]) => [host, registry.mirrors ?? []]),
  );
  const notice = (text: string): void => progress.notice(text);
  const distribution = createDistributionRegistry({ http, credentials, clock, mirrors, notice });
  const remembering = rememberingRegistry({
    registry: distribution,
    store: store(),
    clock,
    audienceFor: async (at) => audienceOf(store(), (await credentials.credentialFor(at).catch(() => undefined))?.key),
    mode: modeOf(options),
  });
  const local = {
    layout: createLayoutRegistry(),
    ociArchive: createArchiveRegistry(),
    dockerArchive: createDockerArchiveRegistry(),
  };
  return {
    registry: sharingRegistry(routingRegistry({ registry: remembering, ...local })),
    // Offline, the memory is all that may be asked.
    unkept: routingRegistry({ registry: options.global.offline ? remembering : distribution, ...local }),
  };
}

function openAttestations(http: HttpClient, tokens: ForgeTokens, options: NetworkOptions): AttestationSource {
  const { clock, store } = options;
  return rememberingAttestations({
    source: createAttestationSource({ http, tokens, clock }),
    store: store(),
    clock,
    audienceFor: async ({ host }) => audienceOf(store(), (await tokens.tokenFor(host).catch(() => undefined))?.token),
    mode: modeOf(options),
  });
}

function audienceOf(store: Store, secret: string | undefined): string {
  return secret === undefined ? '' : store.audienceOf(secret);
}

function modeOf({ global }: NetworkOptions): 'normal' | 'refresh' | 'offline' {
  if (global.offline) return 'offline';
  return global.refresh ? 'refresh' : 'normal';
}

const PUBLIC_FORGES: readonly Forge[] = [
  { kind: 'github', host: 'github.com' },
  { kind: 'gitlab', host: 'gitlab.com' },
  { kind: 'bitbucketCloud', host: 'bitbucket.org' },
  { kind: 'forgejo', host: 'codeberg.org' },
];

/** The forges that may be asked: the public ones, those of the environment as gh and glab have it, and the configured ones, which come first. */
export function forgesInUse(settings: Settings, env: NetworkOptions['env']): readonly Forge[] {
  const named: Forge[] = [
    ...(env['GH_HOST'] ? [{ kind: 'github' as const, host: env['GH_HOST'].toLowerCase() }] : []),
    ...(env['GITLAB_HOST'] ? [{ kind: 'gitlab' as const, host: env['GITLAB_HOST'].toLowerCase() }] : []),
  ];
  const all = [...configuredForges(settings), ...named, ...PUBLIC_FORGES];
  return all.filter((forge, index) => all.findIndex(({ host }) => host === forge.host) === index);
}

function configuredForges({ forges = [] }: Settings): readonly Forge[] {
  return forges.map(({ kind, host, apiUrl }) => ({ kind, host, ...(apiUrl === undefined ? {} : { apiUrl }) }));
}

/** The user named these: by configuration or environment. */
function namedForgeHosts({ settings, env }: NetworkOptions): readonly string[] {
  const configured = configuredForges(settings).flatMap(({ host, apiUrl }) => [
    host,
    ...(apiUrl === undefined ? [] : [new URL(apiUrl).host]),
  ]);
  const ofEnvironment = [env['GH_HOST'], env['GITLAB_HOST']].flatMap((host) => (host ? [host.toLowerCase()] : []));
  return [...configured, ...ofEnvironment];
}

function timeoutSignal(timeoutMs: number): AbortSignal {
  const controller = new AbortController();
  const giveUp = (): void => controller.abort(new ToolError('TIMED_OUT', `not done after ${timeoutMs} ms (--timeout)`));
  setTimeout(giveUp, timeoutMs).unref();
  return controller.signal;
}
