import { ToolError } from '../../core/errors.ts';
import { isRecord, parseJson } from '../../core/json.ts';
import type { Digest } from '../../core/model/digest.ts';
import { parseDigest } from '../../core/model/digest.ts';
import { failed } from '../../core/model/outcome.ts';
import type { Forge } from '../../core/model/forge.ts';
import type {
  AttestationAnswer,
  AttestationQuery,
  AttestationSource,
  KeptAttestation,
} from '../../ports/attestation-source.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import type { MemoryMode } from './repository-memory.ts';
import { RepositoryMemory } from './repository-memory.ts';
import { SharedAnswers } from './shared-answers.ts';

/** Attestations follow the push, mostly by the same pipeline: as long as a list of referrers. */
const ATTESTATIONS_LIFE_MS = 300_000;
/** Of what is kept as content; the bundle says itself of which version it is. */
const BUNDLE = 'application/vnd.dev.sigstore.bundle+json';

export type RememberingAttestationsOptions = {
  readonly source: AttestationSource;
  readonly store: Store;
  readonly clock: Clock;
  /** `Store.audienceOf` the token that this forge is asked with, '' for none. Does not reject. */
  readonly audienceFor: (forge: Forge) => Promise<string>;
  readonly mode: MemoryMode;
};

/**
 * Forges whose attestations are remembered: a list for each digest, and the bundles as content under their own. A list of which something could not be
 * read is not kept. What is asked twice at once is asked once.
 */
export function rememberingAttestations(options: RememberingAttestationsOptions): AttestationSource {
  const { source, store, clock, mode } = options;
  const underWay = new SharedAnswers<readonly KeptAttestation[], 'noAttestations'>(() => false);
  return {
    fetchAttestations: async (query) => {
      const repository = `${query.forge.host}/${query.path}`;
      const memory = new RepositoryMemory({
        store,
        clock,
        mode,
        repository,
        audience: await options.audienceFor(query.forge),
      });
      const ask = together(source, query);
      return Promise.all(
        query.digests.map(async (subject) => {
          const answer = () => memory.answer(questionAbout(subject, { memory, ask }));
          return { subject, outcome: await underWay.answer(`${repository} ${subject}`, answer) };
        }),
      );
    },
  };
}

type Ask = (subject: Digest) => Promise<AttestationAnswer['outcome']>;

/** One question about all digests that are not remembered. It waits until each of them was looked up, which takes no waiting. */
function together(source: AttestationSource, query: AttestationQuery): Ask {
  const digests: Digest[] = [];
  let answers: Promise<readonly AttestationAnswer[]> | undefined;
  return async (subject) => {
    digests.push(subject);
    answers ??= Promise.resolve().then(() => source.fetchAttestations({ ...query, digests }));
    const answer = (await answers).find((each) => each.subject === subject);
    return answer?.outcome ?? failed(new ToolError('MALFORMED', `${query.forge.host} gave no answer about ${subject}`));
  };
}

function questionAbout(subject: Digest, { memory, ask }: { readonly memory: RepositoryMemory; readonly ask: Ask }) {
  return {
    kind: 'attestations',
    name: subject,
    lifeMs: ATTESTATIONS_LIFE_MS,
    absence: 'noAttestations' as const,
    ask: () => ask(subject),
    format: (kept: readonly KeptAttestation[], learnedAtMs: number) => keep(memory, kept, learnedAtMs),
    parse: (text: string) => recall(memory, text),
  };
}

/** The bytes first: a list must not promise what is not there. */
function keep(memory: RepositoryMemory, kept: readonly KeptAttestation[], learnedAtMs: number): string | undefined {
  const listed: { readonly document: Digest; readonly repositoryId?: string }[] = [];
  for (const attestation of kept) {
    if ('error' in attestation) return undefined;
    const { bytes, ...item } = attestation;
    memory.keepContent({ mediaType: BUNDLE, digest: item.document, bytes }, learnedAtMs);
    listed.push(item);
  }
  return JSON.stringify(listed);
}

/** Undefined where the list or one of the bundles is not whole any more. */
function recall(memory: RepositoryMemory, text: string): readonly KeptAttestation[] | undefined {
  const listed = readList(text);
  const kept = listed.flatMap((item): readonly KeptAttestation[] => {
    const { document, repositoryId } = isRecord(item) ? item : {};
    const digest = parseDigest(String(document));
    const content = digest === undefined ? undefined : memory.shownContent(digest);
    if (content === undefined) return [];
    return [
      { ...(typeof repositoryId === 'string' ? { repositoryId } : {}), bytes: content.bytes, document: content.digest },
    ];
  });
  return kept.length > 0 && kept.length === listed.length ? kept : undefined;
}

function readList(text: string): readonly unknown[] {
  try {
    const list = parseJson(new TextEncoder().encode(text), 'the list of attestations');
    return Array.isArray(list) ? list : [];
  } catch (error) {
    if (error instanceof ToolError) return [];
    throw error;
  }
}
