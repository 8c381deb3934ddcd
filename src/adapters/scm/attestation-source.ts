import { failed, toInstant } from '../../core/model/outcome.ts';
import type { AttestationQuery, AttestationSource } from '../../ports/attestation-source.ts';
import type { ForgeClient, ForgeClientOptions } from './forge-client.ts';
import { createForgeClients } from './forge-client.ts';
import { githubAttestations } from './github-attestations.ts';
import { gitlabAttestations } from './gitlab-attestations.ts';
import type { ListAttestations } from './kept-attestations.ts';
import { answerFor, asToolError } from './kept-attestations.ts';

/** The attestations that GitHub and GitLab keep, over their REST APIs. */
export function createAttestationSource(options: ForgeClientOptions): AttestationSource {
  const clientOf = createForgeClients(options);
  return {
    fetchAttestations: async (query) => {
      const asOf = toInstant(options.clock.nowMs());
      try {
        const list = listerOf(await clientOf(query.forge), query);
        return await Promise.all(query.digests.map((subject) => answerFor(subject, asOf, list)));
      } catch (error) {
        const outcome = failed(asToolError(error));
        return query.digests.map((subject) => ({ subject, outcome }));
      }
    },
  };
}

function listerOf(client: ForgeClient, { forge, path, digests }: AttestationQuery): ListAttestations {
  switch (forge.kind) {
    case 'github':
      return githubAttestations(client, path, digests);
    case 'gitlab':
      return gitlabAttestations(client, path);
    // The others keep none.
    case 'gitea':
    case 'forgejo':
    case 'bitbucketCloud':
    case 'bitbucketDataCenter':
      return async () => [];
  }
}
