import type { Forge, ForgeKind } from '../../core/model/forge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent } from '../../core/model/outcome.ts';
import type { CodeForge } from '../../ports/code-forge.ts';
import { asFailure } from './answer-memory.ts';
import { bitbucketForge } from './bitbucket-forge.ts';
import type { ForgeApi, OpenForgeApi } from './forge-api.ts';
import type { ForgeClientOptions } from './forge-client.ts';
import { createForgeClients } from './forge-client.ts';
import { giteaForge } from './gitea-forge.ts';
import { githubForge } from './github-forge.ts';
import { gitlabForge } from './gitlab-forge.ts';
import { probeForge } from './probe-forge.ts';

/** A new product is a row here. */
const APIS: Readonly<Record<ForgeKind, OpenForgeApi>> = {
  github: githubForge,
  gitlab: gitlabForge,
  gitea: giteaForge,
  forgejo: giteaForge,
  bitbucketCloud: bitbucketForge,
  bitbucketDataCenter: bitbucketForge,
};

/** Longer than any path of groups that GitLab allows. */
const PATH_LENGTH_MAX = 1024;
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** The forges, each asked over its own API with the token that the user keeps for it, and all with one memory. */
export function createCodeForge(options: ForgeClientOptions): CodeForge {
  const clientOf = createForgeClients(options);

  async function ask<Value, Absence extends string>(
    forge: Forge,
    question: (api: ForgeApi) => Promise<Outcome<Value, Absence>>,
  ): Promise<Outcome<Value, Absence>> {
    try {
      return await question(APIS[forge.kind](await clientOf(forge)));
    } catch (error) {
      return asFailure(error);
    }
  }

  return {
    fetchCommit: async ({ forge, path, commit }) => {
      if (!isPath(path)) return absent('noSuchRepository');
      if (!COMMIT.test(commit)) return absent('noSuchCommit');
      return ask(forge, (api) => api.fetchCommit({ path, commit }));
    },
    fetchTeam: async (forge, handle) =>
      isPath(handle) ? ask(forge, (api) => api.fetchTeam(handle)) : absent('noSuchTeam'),
    fetchAccount: async (forge, login) =>
      isPath(login) && !login.includes('/') ? ask(forge, (api) => api.fetchAccount(login)) : absent('noSuchAccount'),
    probe: (host) => probeForge(host, options),
  };
}

/** It becomes part of an address: segments of dots would lead elsewhere in the API. */
function isPath(path: string): boolean {
  return (
    path.length <= PATH_LENGTH_MAX && path.split('/').every((segment) => /^(?!\.{1,2}$)[^\s\p{Cc}\\]+$/u.test(segment))
  );
}
