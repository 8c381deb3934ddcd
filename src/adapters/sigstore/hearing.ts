import type { KeyObject } from 'node:crypto';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import type { X509Certificate } from '@sigstore/core';
import { toInstant } from '../../core/model/outcome.ts';
import type { Checked, LogEntry } from '../../core/model/statement.ts';
import { CheckFailure, checking } from './check-failure.ts';
import { runVerifier } from './library.ts';
import type { Demands } from './library.ts';
import { isIntotoV001, logsOf, namesSigner, verifyIntotoV001 } from './log-entry.ts';
import type { NamedSigner } from './log-entry.ts';
import type { CertificateAuthority, Domain } from './material.ts';
import { signedBytes } from './opened-bundle.ts';
import type { OpenedBundle } from './opened-bundle.ts';
import { assertLogKeysValid, entriesThatCount, promisedTime, timestampsThatCount } from './witnesses.ts';
import type { KnownTimestamp } from './witnesses.ts';

/** Who signed, as the log must name him, with what a certificate adds. */
export type Holder = {
  readonly named: NamedSigner;
  readonly key: KeyObject;
  readonly certificate?: {
    readonly leaf: X509Certificate;
    readonly authorities: readonly CertificateAuthority[];
  };
};
type Hearing = {
  readonly opened: OpenedBundle;
  readonly signer: Holder;
  readonly domain: Domain;
  readonly demands: Demands;
};
type Witnessed = Pick<Extract<Checked, { assurance: 'verified' }>, 'times' | 'logEntries'>;

/**
 * What the logs and time-stamping authorities of one domain say of the signature.
 * @throws CheckFailure
 */
export function witnessed({ opened, signer, domain, demands }: Hearing): Witnessed {
  const entries = entriesThatCount(opened, domain);
  const timestamps = timestampsThatCount(opened, domain);
  const times = timesOf(entries, timestamps);
  if (entries.length < demands.logEntries) throw noLogEntry(opened, [domain]);
  if (times.length < demands.times) throw noTimestamp(opened, domain);
  for (const entry of entries) assertNames(entry, signer.named);
  if (signer.certificate !== undefined) {
    assertValidAt(times, signer.certificate);
    assertCertificateLogKnown(signer.certificate.leaf, domain);
  }
  const [own, others] = [entries.filter(isIntotoV001), entries.filter((entry) => !isIntotoV001(entry))];
  for (const entry of own) verifyIntotoV001(entry, opened.content, domain);
  runVerifier(
    {
      content: opened.content,
      signed: signedBytes(opened.content),
      signature: opened.signature,
      key: signer.key,
      certificate: signer.certificate?.leaf,
      authorities: signer.certificate?.authorities ?? [],
      entries: others,
      promises: entries,
      timestamps,
      demands: { ...demands, logEntries: Math.max(0, demands.logEntries - own.length) },
    },
    domain,
  );
  assertLogKeysValid(entries, times, domain);
  return {
    times: [...new Set(times.map((time) => toInstant(time.getTime())))],
    logEntries: entries.map((entry) => toLogEntry(entry, domain)),
  };
}

function assertNames(entry: TransparencyLogEntry, signer: NamedSigner): void {
  if (namesSigner(entry, signer)) return;
  throw new CheckFailure('LOG_ENTRY_MISMATCH', {
    expected: `a log entry that names the ${signer.kind} of the signer`,
    got: `entry ${entry.logIndex}, which names another`,
  });
}

/** All of them: a document whose second time stamp is of another day was stamped by whoever held the key that day. */
function assertValidAt(times: readonly Date[], { leaf, authorities }: NonNullable<Holder['certificate']>): void {
  for (const time of times) {
    const got = `signed at ${time.toISOString()}`;
    if (!leaf.validForDate(time)) {
      throw new CheckFailure('OUTSIDE_VALIDITY', {
        expected: `within the certificate's ${leaf.notBefore.toISOString()} to ${leaf.notAfter.toISOString()}`,
        got,
      });
    }
    if (!authorities.some(({ validFor: { start, end } }) => start <= time && time <= end)) {
      throw new CheckFailure('OUTSIDE_VALIDITY', {
        expected: 'while the root of trust has the authority as valid',
        got,
      });
    }
  }
}

/** The library takes a stamp by a log that it does not know for a forged one; nobody can tell without the log's key. */
function assertCertificateLogKnown(leaf: X509Certificate, { root, certificateLogs }: Domain): void {
  const expected = 'stamps of certificate logs';
  const ids = checking({ code: 'BAD_CERTIFICATE', expected }, () =>
    (leaf.extSCT?.signedCertificateTimestamps ?? []).map(({ logID }) => logID),
  );
  if (ids.length === 0 || ids.some((id) => certificateLogs.some(({ logID }) => logID.equals(id)))) return;
  throw new CheckFailure('NO_TRUST_ROOT', {
    expected: `a root of trust that has the certificate log ${ids.map((id) => id.toString('hex')).join(', ')}`,
    got: root.name,
  });
}

/** In order. */
function timesOf(entries: readonly TransparencyLogEntry[], timestamps: readonly KnownTimestamp[]): readonly Date[] {
  const promised = entries.map(promisedTime).filter((time) => time !== undefined);
  return [...promised, ...timestamps.map(({ stamp }) => stamp.signingTime)].toSorted(
    (a, b) => a.getTime() - b.getTime(),
  );
}

export function noLogEntry({ logEntries }: OpenedBundle, domains: readonly Domain[]): CheckFailure {
  const got =
    logEntries.length === 0
      ? 'none'
      : logEntries.map(({ logId }) => `one of the unknown log ${logId.keyId.toString('hex')}`).join(', ');
  return new CheckFailure('NO_LOG_ENTRY', {
    expected: `an entry in a log of ${domains.map(({ root }) => root.name).join(', ')}`,
    got,
  });
}

function noTimestamp({ timestamps }: OpenedBundle, { root }: Domain): CheckFailure {
  const got = timestamps.length === 0 ? 'none' : `${timestamps.length} by authorities that the root does not have`;
  return new CheckFailure('NO_TIMESTAMP', {
    expected: `a time promised by a log or stamped by an authority of ${root.name}`,
    got,
  });
}

function toLogEntry(entry: TransparencyLogEntry, domain: Domain): LogEntry {
  const [log] = logsOf(entry, domain);
  const promised = promisedTime(entry);
  const name = log === undefined || log.baseURL === '' ? entry.logId.keyId.toString('hex') : log.baseURL;
  return {
    log: name,
    index: entry.logIndex,
    ...(promised === undefined ? {} : { integratedAt: toInstant(promised.getTime()) }),
  };
}
