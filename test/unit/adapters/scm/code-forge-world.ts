import type { HttpClientOptions } from '../../../../src/adapters/http/http.ts';
import type { AnswerMode } from '../../../../src/adapters/scm/answer-memory.ts';
import { createAnswerMemory } from '../../../../src/adapters/scm/answer-memory.ts';
import { createCodeForge } from '../../../../src/adapters/scm/code-forge.ts';
import type { ForgeToken } from '../../../../src/adapters/scm/forge-tokens.ts';
import { openStore } from '../../../../src/adapters/store/open-store.ts';
import type { ToolError } from '../../../../src/core/errors.ts';
import type { Forge, ForgeKind } from '../../../../src/core/model/forge.ts';
import type { Outcome } from '../../../../src/core/model/outcome.ts';
import type { CodeForge } from '../../../../src/ports/code-forge.ts';
import type { Store } from '../../../../src/ports/store.ts';
import type { TestServer } from '../../../support/http-server.ts';
import { TEST_NOW_MS, openHttp } from '../../../support/http-world.ts';
import { opened } from './forge-world.ts';

export const COMMIT = '7fd1a60b01f91b314f59955a4e4d4e80d8edf11d';
export const OTHER_COMMIT = '553c2077f0edc3d5dc5d17262f6aa498e69d6f8e';
/** `asOf` of what is learned while the clock stands. */
export const NOW = '2026-11-21T12:00:00Z';

export type ForgeWorldOptions = {
  readonly token?: ForgeToken | undefined;
  readonly mode?: AnswerMode;
  readonly store?: Store;
  readonly http?: Partial<HttpClientOptions>;
};
export type ForgeWorld = {
  readonly forges: CodeForge;
  readonly notices: readonly string[];
  readonly store: Store;
  /** Moves the clock. */
  readonly advance: (ms: number) => void;
};

let nowMs = TEST_NOW_MS;

/** The forges as they are built for real, with a store in memory; one clock for all worlds of a test, which `startClock` sets back. */
export function openForges({ token, mode = 'normal', ...options }: ForgeWorldOptions = {}): ForgeWorld {
  const clock = { nowMs: () => nowMs };
  const { http } = openHttp(options.http);
  opened(http);
  const store = options.store ?? openStore({ path: ':memory:', clock, notice: () => {} });
  const notices: string[] = [];
  const forges = createCodeForge({
    http,
    clock,
    tokens: { tokenFor: async () => token },
    memory: createAnswerMemory({ store, clock, mode }),
    notice: (text) => notices.push(text),
  });
  return { forges, notices, store, advance: (ms) => void (nowMs += ms) };
}

export function startClock(): void {
  nowMs = TEST_NOW_MS;
}

const HOSTS: Readonly<Partial<Record<ForgeKind, string>>> = { github: 'github.com', gitlab: 'gitlab.com' };

/** That server in place of the public one. */
export function forgeAt(server: TestServer, kind: 'github' | 'gitlab'): Forge {
  return { kind, host: HOSTS[kind] ?? '', apiUrl: `http://${server.host}` };
}

export function valueOf<Value, Absence extends string>(outcome: Outcome<Value, Absence>): Value {
  if (outcome.kind === 'found') return outcome.value;
  throw outcome.kind === 'failed' ? outcome.error : new Error(`it is absent: ${outcome.reason}`);
}

export function errorOf(outcome: Outcome<unknown, string>): ToolError {
  if (outcome.kind === 'failed') return outcome.error;
  throw new Error(`it did not fail: ${JSON.stringify(outcome)}`);
}
