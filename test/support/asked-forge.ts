import { afterEach } from 'vitest';
import type { AnswerMemory } from '../../src/adapters/scm/answer-memory.ts';
import type { ForgeClient } from '../../src/adapters/scm/forge-client.ts';
import { createAnswerMemory } from '../../src/adapters/scm/answer-memory.ts';
import { createForgeClients } from '../../src/adapters/scm/forge-client.ts';
import { openStore } from '../../src/adapters/store/open-store.ts';
import type { ToolError } from '../../src/core/errors.ts';
import type { ForgeKind } from '../../src/core/model/forge.ts';
import type { Outcome } from '../../src/core/model/outcome.ts';
import type { TestServer } from './http-server.ts';
import { TEST_NOW_MS, openHttp } from './http-world.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

/** Closes it when the test is over. */
export function closedAfterTest<Each extends { close(): Promise<void> }>(each: Each): Each {
  open.push(each);
  return each;
}

export type AskedForge = {
  readonly kind: ForgeKind;
  readonly host: string;
  readonly server: TestServer;
  /** The path of the API on that server, `api/v1`. */
  readonly api: string;
  readonly token?: string;
  readonly memory?: AnswerMemory;
};

export type RememberedForge = {
  readonly client: ForgeClient;
  /** Moves the clock. */
  readonly advance: (ms: number) => void;
};

/** A client for a forge whose API is that server. */
export async function clientFor({ kind, host, server, api, token, memory }: AskedForge): Promise<ForgeClient> {
  const { http } = openHttp();
  closedAfterTest(http);
  const tokenFor = async (asked: string) =>
    token !== undefined && asked === host ? { token, source: 'the test' } : undefined;
  const clientOf = createForgeClients({
    http,
    tokens: { tokenFor },
    clock: { nowMs: () => TEST_NOW_MS },
    ...(memory === undefined ? {} : { memory }),
  });
  return clientOf({ kind, host, apiUrl: `http://${server.host}/${api}` });
}

/** What was found; anything else fails the test, and says why. */
export function valueOf<Value>(outcome: Outcome<Value, string>): Value {
  if (outcome.kind === 'found') return outcome.value;
  throw new Error(outcome.kind === 'absent' ? `absent: ${outcome.reason}` : `failed: ${outcome.error.message}`);
}

/** The error of what failed; anything else fails the test. */
export function errorOf(outcome: Outcome<unknown, string>): ToolError {
  if (outcome.kind === 'failed') return outcome.error;
  throw new Error(`not failed, but ${outcome.kind}`);
}

/** `found`, the reason of an absence, or the code of an error. */
export function gist(outcome: Outcome<unknown, string>): string {
  if (outcome.kind === 'failed') return outcome.error.code;
  return outcome.kind === 'absent' ? outcome.reason : 'found';
}

/** A client that remembers, as the one of a later run would. */
export async function rememberingClientFor(forge: Omit<AskedForge, 'memory'>): Promise<RememberedForge> {
  let nowMs = TEST_NOW_MS;
  const clock = { nowMs: () => nowMs };
  const store = openStore({ path: ':memory:', clock, notice: () => {} });
  closedAfterTest({ close: async () => store.close() });
  const memory = createAnswerMemory({ store, clock, mode: 'normal' });
  return {
    client: await clientFor({ ...forge, memory }),
    advance: (ms) => {
      nowMs += ms;
    },
  };
}
