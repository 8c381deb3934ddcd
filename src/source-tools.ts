import { tmpdir } from 'node:os';
import { findClone } from './adapters/git/clone-folder.ts';
import { createGit } from './adapters/git/git.ts';
import { initialise, writeObject } from './adapters/git/repository-folder.ts';
import { createSourceCode } from './adapters/git/source-code.ts';
import { openGitSources } from './adapters/git/sources.ts';
import type { Workplace } from './adapters/git/workplace.ts';
import { createWorkplace } from './adapters/git/workplace.ts';
import type { HttpClient, HttpClientOptions } from './adapters/http/http.ts';
import { createAnswerMemory } from './adapters/scm/answer-memory.ts';
import { createCodeForge } from './adapters/scm/code-forge.ts';
import type { ForgeTokens } from './adapters/scm/forge-tokens.ts';
import { rememberingSourceCode } from './adapters/store/remembering-source-code.ts';
import type { SourceTools } from './collect/sources.ts';
import { ToolError } from './core/errors.ts';
import type { Settings } from './core/settings/settings.ts';
import type { ArtifactVerifier } from './ports/artifact-verifier.ts';
import type { CatalogSource } from './ports/catalog-source.ts';
import type { Clock } from './ports/clock.ts';
import type { CommitSignatures } from './ports/commit-signatures.ts';
import type { SourceCode } from './ports/source-code.ts';
import type { Progress } from './ports/progress.ts';
import type { Store } from './ports/store.ts';

const GIT_TIMEOUT_MS = 30_000;

export type SourceToolsOptions = Pick<HttpClientOptions, 'hosts' | 'namedByUser'> & {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string | undefined;
  readonly settings: Settings;
  readonly http: HttpClient;
  readonly tokens: ForgeTokens;
  readonly store: Store;
  readonly clock: Clock;
  readonly mode: 'normal' | 'refresh' | 'offline';
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Clones on this machine, those that the user named first. */
  readonly clones: readonly string[];
  /** For what gitsign signed. */
  readonly verifyArtifact: ArtifactVerifier;
};
export type OpenedSourceTools = Omit<SourceTools, 'forges' | 'verifier' | 'carryBundles'> & { close(): Promise<void> };

/** @throws ToolError `USAGE` for a folder that the user named and that is in no clone */
export async function assertClones(folders: readonly string[]): Promise<void> {
  for (const folder of folders)
    if ((await findClone(folder)) === undefined)
      throw new ToolError('USAGE', `${folder} is in no clone of a git repository`, {
        expected: 'a clone, or a bare repository',
      });
}

/** Repositories, forges and catalogs. Nothing is run, and no folder made, before something is asked. */
export function openSourceTools(options: SourceToolsOptions): OpenedSourceTools {
  const { env, http, tokens, store, clock, mode, signal, progress } = options;
  const temporaryFolder = env['TMPDIR'] || tmpdir();
  const sources = openGitSources({
    hosts: options.hosts ?? new Map(),
    namedByUser: options.namedByUser ?? (() => false),
    http,
    tokens,
    clock,
    env,
    temporaryFolder,
    clones: options.clones,
    signal,
    onContact: (host) => progress.update(`asking ${host}`),
  });
  const origin = rememberingSourceCode({
    source: sources.origin,
    store,
    clock,
    mode,
    audienceFor: async (at, asked) => {
      const secret = await sources.credentialKey(at, asked);
      return secret === undefined ? '' : store.audienceOf(secret);
    },
  });
  const sourceCode = createSourceCode({ ...sources, origin });
  const workplace = createWorkplace({ parent: temporaryFolder, clock });
  return {
    sourceCode,
    codeForge: createCodeForge({
      http,
      tokens,
      clock,
      memory: createAnswerMemory({ store, clock, mode }),
      notice: (text) => progress.notice(text),
    }),
    commitSignatures: openCommitSignatures({ ...options, workplace }),
    catalogs: openCatalogs({ ...options, sourceCode, temporaryFolder }),
    close: async () => {
      await sources.close();
      await workplace.close();
    },
  };
}

/** Loaded at the first signature: start-up counts, and most commits have none. */
function openCommitSignatures(options: SourceToolsOptions & { readonly workplace: Workplace }): CommitSignatures {
  const { env, homeDirectory, settings, signal, workplace, verifyArtifact } = options;
  const { allowedSigners } = settings.trust ?? {};
  let opened: Promise<CommitSignatures> | undefined;
  const open = async (): Promise<CommitSignatures> => {
    const { createCommitSignatures } = await import('./adapters/commit-signatures/commit-signatures.ts');
    return createCommitSignatures({
      git: createGit({ program: 'git', env, workplace, signal, timeoutMs: GIT_TIMEOUT_MS }),
      repositories: { newFolder: (kind) => workplace.newFolder(kind), initialise, writeObject },
      env,
      homeDirectory,
      ...(allowedSigners === undefined ? {} : { allowedSignersFile: allowedSigners }),
      verifyArtifact,
    });
  };
  return {
    check: async (commit) => (commit.signature === undefined ? undefined : (await (opened ??= open())).check(commit)),
  };
}

/** Loaded where the configuration names some. */
function openCatalogs(
  options: SourceToolsOptions & { readonly sourceCode: SourceCode; readonly temporaryFolder: string },
): CatalogSource {
  const { settings, temporaryFolder, sourceCode, http, store, clock, mode, env } = options;
  const catalogs = settings.catalogs ?? [];
  let opened: Promise<CatalogSource> | undefined;
  const open = async (): Promise<CatalogSource> => {
    const { createCatalogSource } = await import('./adapters/catalog/catalog-source.ts');
    const asked = { http, source: sourceCode, store, clock, mode, env };
    return createCatalogSource({ settings: catalogs, folder: temporaryFolder, ...asked });
  };
  return {
    readCatalogs: async () => (catalogs.length === 0 ? [] : (await (opened ??= open())).readCatalogs()),
  };
}
