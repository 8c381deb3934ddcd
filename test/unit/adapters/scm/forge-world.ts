import { createHash } from 'node:crypto';
import { afterEach } from 'vitest';
import { createAttestationSource } from '../../../../src/adapters/scm/attestation-source.ts';
import type { ForgeToken } from '../../../../src/adapters/scm/forge-tokens.ts';
import type { HttpClientOptions } from '../../../../src/adapters/http/http.ts';
import type { Digest } from '../../../../src/core/model/digest.ts';
import { parseDigest } from '../../../../src/core/model/digest.ts';
import type { ToolError } from '../../../../src/core/errors.ts';
import type { Forge } from '../../../../src/core/model/forge.ts';
import type {
  AttestationAnswer,
  AttestationSource,
  KeptAttestation,
} from '../../../../src/ports/attestation-source.ts';
import type { TestServer } from '../../../support/http-server.ts';
import { TEST_NOW_MS, openHttp } from '../../../support/http-world.ts';

export const TOKEN = 'ghp_the-secret-of-ada';
export const NOW_SECONDS = TEST_NOW_MS / 1000;

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** Closes it when the test is over. */
export function opened<Each extends { close(): Promise<void> }>(each: Each): Each {
  open.push(each);
  return each;
}

export function subject(name: string): Digest {
  return sha256(Buffer.from(name));
}

export function sha256(bytes: Uint8Array): Digest {
  return parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`)!;
}

/** Something that looks like a bundle; what it says does not matter to whoever fetches it. */
export function bundle(note: string): { readonly mediaType: string; readonly note: string } {
  return { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', note };
}

/** The document as the forge stores it. */
export function stored(note: string): { readonly text: string; readonly document: Digest } {
  const text = JSON.stringify(bundle(note));
  return { text, document: sha256(Buffer.from(text)) };
}

export type SourceWorld = {
  readonly source: AttestationSource;
  /** What would have been waited between attempts, in milliseconds. */
  readonly pauses: readonly number[];
  /** Moves the clock. */
  readonly advance: (ms: number) => void;
};

/** The adapter, with the token that the user keeps for `host`, if any. */
export function openSource(
  token?: { readonly host: string; readonly token?: string; readonly failure?: ToolError },
  options: Partial<HttpClientOptions> = {},
): SourceWorld {
  const { http, pauses } = openHttp(options);
  opened(http);
  let nowMs = TEST_NOW_MS;
  const tokenFor = async (host: string): Promise<ForgeToken | undefined> => {
    if (token?.failure !== undefined) throw token.failure;
    return host === token?.host ? { token: token.token ?? TOKEN, source: 'GH_TOKEN' } : undefined;
  };
  const source = createAttestationSource({ http, tokens: { tokenFor }, clock: { nowMs: () => nowMs } });
  return {
    source,
    pauses,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

export function githubAt(server: TestServer): Forge {
  return { kind: 'github', host: 'github.com', apiUrl: `http://${server.host}` };
}

export function outcomesOf(answers: readonly AttestationAnswer[]): readonly AttestationAnswer['outcome'][] {
  return answers.map(({ outcome }) => outcome);
}

/** What was found, as text, and the code of what could not be read. */
export function shown(answers: readonly AttestationAnswer[]): readonly (readonly string[] | string)[] {
  return outcomesOf(answers).map((outcome) => {
    if (outcome.kind === 'absent') return outcome.reason;
    return outcome.kind === 'failed' ? outcome.error.code : outcome.value.map(noteOf);
  });
}

function noteOf(kept: KeptAttestation): string {
  return 'error' in kept ? kept.error.code : (/"note":"([^"]*)"/.exec(Buffer.from(kept.bytes).toString())?.[1] ?? '');
}

/** The error of the only answer, or of the only attestation in it. */
export function errorIn(answers: readonly AttestationAnswer[]): ToolError {
  const [outcome, ...more] = outcomesOf(answers);
  if (more.length === 0 && outcome?.kind === 'failed') return outcome.error;
  const [kept] = outcome?.kind === 'found' ? outcome.value : [];
  if (kept !== undefined && 'error' in kept) return kept.error;
  throw new Error(`there is no error in ${JSON.stringify(shown(answers))}`);
}
