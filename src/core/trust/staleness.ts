import type { RootSummary } from '../model/trust-report.ts';

export type Staleness = { readonly why: string; /** A command. */ readonly renew: string };

const DAY_MS = 86_400_000;

/** How old a root may be before it is likely that new signatures need a newer one, and where a newer one comes from. */
const PUBLISHED: Readonly<
  Record<string, { readonly ageDaysMax: number; readonly rhythm: string; readonly renew: string }>
> = {
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
  const { asOf, certificateAuthorities, validUntil } = root;
  const published = root.kind === 'imported' ? undefined : PUBLISHED[root.name];
  const renew = published?.renew ?? 'provtrace trust import FILE, with a newer one';
  const isOpen = certificateAuthorities.some(
    (window) => Date.parse(window.validFrom) <= nowMs && nowMs <= endMs(window.validUntil),
  );
  if (!isOpen)
    return {
      why: `none of its authorities issues certificates now${validUntil === undefined ? '' : ` (the last did until ${validUntil})`}`,
      renew,
    };
  if (asOf === undefined || published === undefined) return undefined;
  const ageDays = Math.floor((nowMs - Date.parse(asOf)) / DAY_MS);
  return ageDays > published.ageDaysMax
    ? { why: `it is ${ageDays} days old, and ${published.rhythm}`, renew }
    : undefined;
}

function endMs(end: string | undefined): number {
  return end === undefined ? Number.POSITIVE_INFINITY : Date.parse(end);
}
