import type { IncomingMessage, ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { createCatalogSource } from '../../../../src/adapters/catalog/catalog-source.ts';
import { openStore } from '../../../../src/adapters/store/open-store.ts';
import type { CatalogSettings } from '../../../../src/core/catalog/settings.ts';
import type { Catalog } from '../../../../src/core/catalog/model.ts';
import type { ToolError } from '../../../../src/core/errors.ts';
import type { CatalogAnswer, CatalogSource } from '../../../../src/ports/catalog-source.ts';
import type { SourceCode } from '../../../../src/ports/source-code.ts';
import type { Store } from '../../../../src/ports/store.ts';
import { openSources } from '../../../support/git-world.ts';
import { TEST_NOW_MS, openHttp } from '../../../support/http-world.ts';
import { startServer, type TestServer } from '../../../support/http-server.ts';

export const HOUR_MS = 3_600_000;

/** What stays from one run to the next: the store, and the time. */
export type Machine = { readonly store: Store; nowMs: number };

export function newMachine(): Machine {
  const machine = { nowMs: TEST_NOW_MS };
  const store = openStore({ path: ':memory:', clock: { nowMs: () => machine.nowMs }, notice: () => {} });
  onTestFinished(() => store.close());
  return Object.assign(machine, { store });
}

export type RunOptions = {
  readonly machine?: Machine;
  readonly mode?: 'normal' | 'refresh' | 'offline';
  readonly env?: Readonly<Record<string, string>>;
  readonly source?: SourceCode;
  readonly folder?: string;
};

/** The catalogs as one run of the tool reads them. */
export function newRun(settings: readonly CatalogSettings[], options: RunOptions = {}): CatalogSource {
  const machine = options.machine ?? newMachine();
  const { http } = openHttp({ clock: { nowMs: () => machine.nowMs } });
  onTestFinished(() => http.close());
  return createCatalogSource({
    settings,
    folder: options.folder ?? '/',
    http,
    source: options.source ?? openSources().code,
    store: machine.store,
    clock: { nowMs: () => machine.nowMs },
    mode: options.mode ?? 'normal',
    env: options.env ?? {},
  });
}

export async function readOne(settings: CatalogSettings, options: RunOptions = {}): Promise<CatalogAnswer['outcome']> {
  const [answer, ...more] = await newRun([settings], options).readCatalogs();
  if (answer === undefined || more.length > 0) throw new Error('one answer was expected');
  return answer.outcome;
}

export function foundCatalog(outcome: CatalogAnswer['outcome']): Catalog {
  if (outcome.kind !== 'found') throw new Error(`no catalog: ${JSON.stringify(outcome)}`);
  return outcome.value;
}

export function errorOf(outcome: CatalogAnswer['outcome']): ToolError {
  if (outcome.kind !== 'failed') throw new Error(`it did not fail: ${outcome.kind}`);
  return outcome.error;
}

/** A server until the test ends. */
export async function serving(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TestServer> {
  const server = await startServer({ answer });
  onTestFinished(() => server.close());
  return server;
}

export const service = (name: string): string => `schema-version: v2\ndd-service: ${name}\n`;
export const names = ({ components }: Catalog): readonly string[] => components.map(({ name }) => name);
