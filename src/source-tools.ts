import { tmpdir } from 'node:os';
import { createCatalogSource } from './adapters/catalog/catalog-source.ts';
import { createCommitSignatures } from './adapters/commit-signatures/commit-signatures.ts';
import { findClone } from './adapters/git/clone-folder.ts';
import { createGit } from './adapters/git/git.ts';
import { initialise, writeObject } from './adapters/git/repository-folder.ts';
import { createSourceCode } from './adapters/git/source-code.ts';
import { openGitSources } from './adapters/git/sources.ts';
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
import type { Clock } from './ports/clock.ts';
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
  const { env, homeDirectory, settings, http, tokens, store, clock, mode, signal, progress } = options;
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
  const { allowedSigners } = settings.trust ?? {};
  return {
    sourceCode,
    codeForge: createCodeForge({
      http,
      tokens,
      clock,
      memory: createAnswerMemory({ store, clock, mode }),
      notice: (text) => progress.notice(text),
    }),
    commitSignatures: createCommitSignatures({
      git: createGit({ program: 'git', env, workplace, signal, timeoutMs: GIT_TIMEOUT_MS }),
      repositories: { newFolder: (kind) => workplace.newFolder(kind), initialise, writeObject },
      env,
      homeDirectory,
      ...(allowedSigners === undefined ? {} : { allowedSignersFile: allowedSigners }),
      verifyArtifact: options.verifyArtifact,
    }),
    catalogs: createCatalogSource({
      settings: settings.catalogs ?? [],
      folder: temporaryFolder,
      http,
      source: sourceCode,
      store,
      clock,
      mode,
      env,
    }),
    close: async () => {
      await sources.close();
      await workplace.close();
    },
  };
}
