import { parseDigest } from '../../core/model/digest.ts';
import type { ImageRepository } from '../../core/model/image-repository.ts';
import { toInstant } from '../../core/model/outcome.ts';
import type { Fact, SeenImage } from '../../ports/store.ts';

// The file may come from elsewhere (SPEC 7): what is in a row is checked like anything foreign, and a bad row is not there.

/** A row of the database, by the names of its columns. */
type Row = Readonly<Record<string, unknown>>;

const TRANSPORTS: readonly ImageRepository['transport'][] = ['registry', 'oci', 'oci-archive', 'docker-archive'];
/** The end of year 9999, the last that RFC 3339 can write. */
const MOMENT_MS_MAX = 253_402_300_799_999;

export function parseContent(
  row: Row | undefined,
): { readonly readDay: number; readonly bytes: Uint8Array } | undefined {
  const readDay = row?.['read_day'];
  const bytes = row?.['bytes'];
  return typeof readDay === 'number' && bytes instanceof Uint8Array ? { readDay, bytes } : undefined;
}

export function parseFact(row: Row | undefined): Fact | undefined {
  const value = row?.['value'];
  const learnedAtMs = row?.['learned_at'];
  const freshUntilMs = row?.['fresh_until'];
  if (!isMoment(learnedAtMs) || typeof freshUntilMs !== 'number') return undefined;
  return { value: typeof value === 'string' ? value : undefined, learnedAtMs, freshUntilMs };
}

/** None or one, for `flatMap`. */
export function parseSeen(row: Row): readonly SeenImage[] {
  const digest = typeof row['digest'] === 'string' ? parseDigest(row['digest']) : undefined;
  const transport = TRANSPORTS.find((known) => known === row['transport']);
  const name = row['name'];
  const lastSeenMs = row['last_seen'];
  if (digest === undefined || transport === undefined || typeof name !== 'string' || !isMoment(lastSeenMs)) return [];
  return [{ digest, repository: { transport, name }, lastSeen: toInstant(lastSeenMs) }];
}

export function parseSalt(row: Row | undefined): Uint8Array | undefined {
  const salt = row?.['value'];
  return salt instanceof Uint8Array ? salt : undefined;
}

export function isMoment(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MOMENT_MS_MAX;
}
