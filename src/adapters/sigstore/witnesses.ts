import type { TransparencyLogEntry } from '@sigstore/bundle';
import { RFC3161Timestamp } from '@sigstore/core';
import { CheckFailure, checking } from './check-failure.ts';
import { isOfKnownLog, isRekorV1, isUnderstoodKind, kindOf, logsOf } from './log-entry.ts';
import type { Domain, LogAuthority } from './material.ts';
import type { CarriedTimestamp, OpenedBundle } from './opened-bundle.ts';
import { NEVER } from './trust-root.ts';

/** A time stamp by an authority that the domain names; `covered` is what its imprint is of. */
export type KnownTimestamp = { readonly stamp: RFC3161Timestamp; readonly covered: Buffer };

/**
 * The entries that count. Those of logs that the domain does not name are passed over, as sigstore-go does: a document may be
 * in several logs. Every entry of a log that it does name must hold, because a forged one is no accident.
 * @throws CheckFailure `UNSUPPORTED_KIND` where every entry of a known log is of a kind that nobody can check
 */
export function entriesThatCount({ logEntries }: OpenedBundle, domain: Domain): readonly TransparencyLogEntry[] {
  const known = logEntries.filter((entry) => isOfKnownLog(entry, domain));
  const understood = known.filter(isUnderstoodKind);
  const [other] = known;
  if (understood.length === 0 && other !== undefined) {
    throw new CheckFailure('UNSUPPORTED_KIND', {
      expected: 'a log entry of kind hashedrekord, dsse or intoto',
      got: kindOf(other),
    });
  }
  return understood;
}

/**
 * The time stamps by authorities that the domain names; others are passed over.
 * @throws CheckFailure `BAD_TIMESTAMP` for one that cannot be read
 */
export function timestampsThatCount({ timestamps }: OpenedBundle, domain: Domain): readonly KnownTimestamp[] {
  return checking({ code: 'BAD_TIMESTAMP', expected: 'a time-stamping response (RFC 3161)' }, () =>
    timestamps.map(readTimestamp).filter(({ stamp }) => isByKnownAuthority(stamp, domain)),
  );
}

/** The moment that the log promised to have seen the entry. A proof proves that it is in the log, and not since when. */
export function promisedTime({ inclusionPromise, integratedTime }: TransparencyLogEntry): Date | undefined {
  return inclusionPromise === undefined || integratedTime === '0' ? undefined : new Date(Number(integratedTime) * 1000);
}

/**
 * That the key of each log could be relied on when the entry was made. `@sigstore/verify` looks only at entries with a promise;
 * for the others the verified times say when that was. Without any (a managed key), only a key that never ends will do.
 * @throws CheckFailure `BAD_LOG_ENTRY`
 */
export function assertLogKeysValid(
  entries: readonly TransparencyLogEntry[],
  times: readonly Date[],
  domain: Domain,
): void {
  for (const entry of entries.filter((each) => each.inclusionPromise === undefined)) {
    const valid = logsOf(entry, domain).some(({ validFor: { start, end } }) =>
      times.length === 0 ? end.getTime() === NEVER.getTime() : times.every((time) => start <= time && time <= end),
    );
    if (!valid) {
      const got = times.length === 0 ? 'no verified time' : times.map((time) => time.toISOString()).join(', ');
      throw new CheckFailure('BAD_LOG_ENTRY', {
        expected: `a time at which the key of log ${entry.logId.keyId.toString('hex')} is valid`,
        got,
      });
    }
  }
}

/**
 * The domain's logs, for these entries. A log of Rekor v1 signs its checkpoints under a name that need not be its address, and
 * `@sigstore/verify` wants the one to contain the other. The key is bound by the log's id already: the name adds nothing.
 */
export function logsFor(entries: readonly TransparencyLogEntry[], domain: Domain): LogAuthority[] {
  return domain.logs.map((log) => {
    const checkpoints = entries
      .filter((entry) => isRekorV1(entry) && entry.logId.keyId.equals(log.logID))
      .map((entry) => entry.inclusionProof?.checkpoint?.envelope ?? '');
    return { ...log, baseURL: [log.baseURL, ...checkpoints].join('\n') };
  });
}

function readTimestamp({ response, covers }: CarriedTimestamp): KnownTimestamp {
  const stamp = RFC3161Timestamp.parse(Buffer.from(response));
  const [first = Buffer.alloc(0)] = covers;
  return { stamp, covered: covers.find((bytes) => isImprintOf(stamp, bytes)) ?? first };
}

function isImprintOf(stamp: RFC3161Timestamp, bytes: Buffer): boolean {
  try {
    stamp.tstInfo.verify(bytes);
    return true;
  } catch {
    return false;
  }
}

function isByKnownAuthority(stamp: RFC3161Timestamp, domain: Domain): boolean {
  return domain.timestampAuthorities.some(
    ({ certChain: [signing] }) =>
      signing?.serialNumber.equals(stamp.signerSerialNumber) === true && signing.issuer.equals(stamp.signerIssuer),
  );
}
