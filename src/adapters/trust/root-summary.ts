import { X509Certificate } from 'node:crypto';
import { withoutUndefined } from '../../core/defined.ts';
import type { Instant } from '../../core/model/outcome.ts';
import { toInstant } from '../../core/model/outcome.ts';
import type { AuthoritySummary, RootSummary } from '../../core/model/trust-report.ts';
import type { Root } from './root.ts';

/** The last moment that a Date can be stands for an end that is open. */
const OPEN_END_MS = 8_640_000_000_000_000;

export function summaryOf(root: Root, kind: RootSummary['kind']): RootSummary {
  const { name, source, asOf, certificateAuthorities, logs, timestampAuthorities } = root;
  return withoutUndefined({
    name,
    kind,
    source,
    asOf,
    certificateAuthorities: certificateAuthorities.map(authoritySummary),
    logs: logs.map(({ url }) => url),
    timestampAuthorities: timestampAuthorities.length,
    validUntil: lastEnd(certificateAuthorities.map(({ validFor }) => validFor.end)),
  });
}

function authoritySummary({ certificates, validFor }: Root['certificateAuthorities'][number]): AuthoritySummary {
  const [issuing] = certificates;
  return withoutUndefined({
    name: issuing === undefined ? 'nobody' : subjectOf(issuing),
    validFrom: toInstant(validFor.start.getTime()),
    validUntil: instantOf(validFor.end),
  });
}

function lastEnd(ends: readonly Date[]): Instant | undefined {
  return ends.length === 0 ? undefined : instantOf(new Date(Math.max(...ends.map((end) => end.getTime()))));
}

function instantOf(end: Date): Instant | undefined {
  return end.getTime() === OPEN_END_MS ? undefined : toInstant(end.getTime());
}

/** `sigstore-intermediate, sigstore.dev`: the names under which its certificates say by whom they were issued. */
function subjectOf(der: Buffer): string {
  const { CN, O } = new X509Certificate(der).toLegacyObject().subject;
  return (
    [CN, O]
      .flat()
      .filter((name) => name !== undefined && name !== '')
      .join(', ') || 'no name'
  );
}
