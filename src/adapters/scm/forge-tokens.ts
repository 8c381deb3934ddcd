import { ToolError } from '../../core/errors.ts';
import type { Forge } from '../../ports/attestation-source.ts';
import { isGithubCloud, isTenancy } from './api-address.ts';
import type { TokenFile, TokenFilesOptions } from './token-files.ts';
import { tokenFiles } from './token-files.ts';

/** A token, and where it was found, as messages name it. The token itself is in no message. */
export type ForgeToken = { readonly token: string; readonly source: string };

export interface ForgeTokens {
  /**
   * The token that the user keeps for this host (`github.com`), and for no other.
   * @throws ToolError `INVALID_CONFIGURATION`, `NOT_READABLE` where there may be one and it could not be read: that must not look like there being none
   */
  tokenFor(host: string): Promise<ForgeToken | undefined>;
}

export type ForgeTokensOptions = TokenFilesOptions & {
  /** Those that the user's configuration names. */
  readonly forges: readonly Forge[];
};

/**
 * Tokens from where gh and glab keep them: the variables first, then the tools' own files, then netrc. A variable names no host: it is for github.com
 * and gitlab.com, for what `GH_HOST` and `GITLAB_HOST` name, and for configured forges, and goes nowhere else (SPEC 8).
 */
export function createForgeTokens(options: ForgeTokensOptions): ForgeTokens {
  const { env } = options;
  const files = tokenFiles(options);
  const named: NamedHosts = {
    github: hostIn(env['GH_HOST']),
    gitlab: hostIn(env['GITLAB_HOST']),
    forges: options.forges,
  };
  return {
    tokenFor: async (written) => {
      const host = written.toLowerCase();
      const kind = kindOf(host, named);
      for (const variable of variablesFor(host, kind, named)) {
        const token = tokenIn(env[variable], variable);
        if (token !== undefined) return token;
      }
      const kept = [...(kind === 'gitlab' ? [] : [files.gh]), ...(kind === 'github' ? [] : [files.glab]), files.netrc];
      return firstOf(kept, kind === 'github' ? [host, `api.${host}`] : [host]);
    },
  };
}

type NamedHosts = {
  readonly github: string | undefined;
  readonly gitlab: string | undefined;
  readonly forges: readonly Forge[];
};

function kindOf(host: string, named: NamedHosts): Forge['kind'] | undefined {
  const configured = named.forges.find((forge) => forge.host === host)?.kind;
  if (configured !== undefined) return configured;
  if (isGithubCloud(host) || host === named.github) return 'github';
  return host === 'gitlab.com' || host === named.gitlab ? 'gitlab' : undefined;
}

/** The variables that may hold a token for the host, the first first: gh's and glab's own rules, and never further than SPEC 8. */
function variablesFor(host: string, kind: Forge['kind'] | undefined, named: NamedHosts): readonly string[] {
  const isNamed = named.forges.some((forge) => forge.host === host) || host === named.github || host === named.gitlab;
  if (host === 'github.com' || (isNamed && isTenancy(host))) return ['GH_TOKEN', 'GITHUB_TOKEN'];
  if (isNamed && kind === 'github') return ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'];
  // One token for whichever host: where a host is named, it is that one's alone.
  if (named.gitlab !== undefined) return host === named.gitlab ? ['GITLAB_TOKEN'] : [];
  return host === 'gitlab.com' || (isNamed && kind === 'gitlab') ? ['GITLAB_TOKEN'] : [];
}

async function firstOf(files: readonly TokenFile[], hosts: readonly string[]): Promise<ForgeToken | undefined> {
  for (const file of files) {
    const tokens = await file.tokens();
    const host = hosts.find((name) => tokens.has(name));
    const token = host === undefined ? undefined : tokenIn(tokens.get(host), file.path ?? '');
    if (token !== undefined) return token;
  }
  return undefined;
}

function tokenIn(value: string | undefined, source: string): ForgeToken | undefined {
  const token = value?.trim() ?? '';
  if (token === '') return undefined;
  if (/^[\x21-\x7e]+$/.test(token)) return { token, source };
  throw new ToolError('INVALID_CONFIGURATION', `${source} holds no token`, {
    expected: 'letters, digits and signs, without spaces',
  });
}

/** glab takes an address too. */
function hostIn(value: string | undefined): string | undefined {
  const host = (value ?? '')
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '');
  return host === '' ? undefined : host;
}
