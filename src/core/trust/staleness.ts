import type { AuthoritySummary, RootSummary, Staleness } from '../model/trust-report.ts';

const DAY_MS = 86_400_000;

type Published = {
  /** How old it may be before new signatures are likely to need a newer one. */
  readonly ageDaysMax: number;
  readonly rhythm: string;
  /** The command that brings a newer one. */
  readonly renew: string;
};

const PUBLISHED: Readonly<Record<string, Published>> = {
  // Two generations overlap by some weeks: after 200 days the next one has begun to sign.
  github: {
    ageDaysMax: 200,
    rhythm: 'GitHub changes its authorities about every six months',
    renew: 'gh attestation trusted-root > roots.jsonl && provtrace trust import roots.jsonl',
  },
  // Its logs are replaced about once a year, announced weeks before.
  'public-good': {
    ageDaysMax: 400,
    rhythm: 'Sigstore changes its logs about once a year',
    renew: 'provtrace trust update',
  },
};

/** Why new signatures may not be recognised. A stale root goes on verifying what was signed in its time. */
export function stalenessOf(root: RootSummary, nowMs: number): Staleness | undefined {
  const published = root.kind === 'builtIn' || root.kind === 'updated' ? PUBLISHED[root.name] : undefined;
  const why = endOf(root, nowMs) ?? (published === undefined ? undefined : ageOf(root, nowMs, published));
  return why === undefined
    ? undefined
    : { why, renew: published?.renew ?? 'provtrace trust import FILE, with a newer one' };
}

function endOf({ certificateAuthorities, validUntil }: RootSummary, nowMs: number): string | undefined {
  if (certificateAuthorities.some((authority) => isOpenAt(authority, nowMs))) return undefined;
  const last = validUntil === undefined ? '' : `; the last did until ${validUntil}`;
  return `none of its authorities issues certificates now${last}`;
}

function ageOf({ asOf }: RootSummary, nowMs: number, { ageDaysMax, rhythm }: Published): string | undefined {
  const ageDays = asOf === undefined ? 0 : Math.floor((nowMs - Date.parse(asOf)) / DAY_MS);
  return ageDays > ageDaysMax ? `it is ${ageDays} days old, and ${rhythm}` : undefined;
}

/** Whether it issues certificates at that moment; both ends belong to it. */
export function isOpenAt({ validFrom, validUntil }: AuthoritySummary, atMs: number): boolean {
  return Date.parse(validFrom) <= atMs && (validUntil === undefined || atMs <= Date.parse(validUntil));
}
