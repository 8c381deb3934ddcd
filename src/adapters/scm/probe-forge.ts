import * as v from 'valibot';
import { ToolError } from '../../core/errors.ts';
import type { Forge, ForgeKind } from '../../core/model/forge.ts';
import { FORGE_KINDS } from '../../core/model/forge.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, found } from '../../core/model/outcome.ts';
import type { AbsentStatus, GivenAnswer } from './answer-memory.ts';
import { asFailure, outcomeOf } from './answer-memory.ts';
import type { ForgeClientOptions } from './forge-client.ts';
import { LIVES_MS } from './lives.ts';
import type { ProductProbe } from './probe-products.ts';
import { PRODUCT_PROBES, readProbe } from './probe-products.ts';

/** Of a version or a list of addresses; GitHub's `meta` is the longest. */
const ANSWER_BYTES_MAX = 2 * 1024 * 1024;

type ProbeOptions = Pick<ForgeClientOptions, 'http' | 'clock' | 'memory'>;

/**
 * Which product runs on a host, by what its API answers to somebody without a token: no credential is sent. Does not throw ToolErrors.
 * @param host `name[:port]`, which may be a stranger's word.
 */
export async function probeForge(host: string, options: ProbeOptions): Promise<Outcome<Forge, 'noForge'>> {
  const name = host.toLowerCase();
  const answer = await remembered(name, options).catch(asFailure);
  if (answer.kind === 'failed') return answer;
  if (answer.kind === 'absent') return absent('noForge', answer.asOf);
  return found({ kind: answer.value, host: name }, answer.asOf);
}

async function remembered(host: string, options: ProbeOptions): Promise<Outcome<ForgeKind, AbsentStatus>> {
  const { memory, clock } = options;
  if (memory === undefined) return outcomeOf(await ask(host, options), clock.nowMs());
  return memory.answer({
    scope: 'forge probe',
    name: host,
    credential: undefined,
    what: `which forge runs at ${host}`,
    schema: v.picklist(FORGE_KINDS),
    lifeMs: () => LIVES_MS.commit,
    ask: () => ask(host, options),
  });
}

/**
 * One product after the other, until one answers.
 * @throws ToolError where none did, and one was not heard; at once where the host does not answer at all, or wants no more requests
 */
async function ask(host: string, options: ProbeOptions): Promise<GivenAnswer<ForgeKind>> {
  const refusals: ToolError[] = [];
  for (const probe of PRODUCT_PROBES) {
    const response = await send(host, probe, options);
    try {
      if (readProbe(response, probe)) return { kind: 'found', value: probe.kind };
    } catch (error) {
      // Whoever wants fewer requests gets no more.
      if (!(error instanceof ToolError) || error.code === 'RATE_LIMITED') throw error;
      refusals.push(error);
    }
  }
  const [refusal] = refusals;
  if (refusal !== undefined) throw refusal;
  return { kind: 'absent', reason: '404' };
}

/** A redirect is not followed: to a login, or to another host, it says nothing of this one. */
async function send(host: string, { path }: ProductProbe, { http }: ProbeOptions) {
  return http.send({
    method: 'GET',
    url: new URL(path, http.baseUrl(host)),
    what: `which forge runs at ${host}`,
    namedBy: 'the address of a repository',
    headers: { accept: 'application/json' },
    bytesMax: ANSWER_BYTES_MAX,
    redirectsMax: 0,
  });
}
