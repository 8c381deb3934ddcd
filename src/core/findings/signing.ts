import { RANKS } from '../claims/ranks.ts';
import { bindingOfDocument, isUnsigned } from '../claims/worth.ts';
import { entityId } from '../model/entity.ts';
import type { Relation } from '../model/evidence.ts';
import type { Examined, FindingRule } from './rule.ts';
import { oneFinding, saidBy } from './rule.ts';
import type { Reading } from './reading.ts';
import { extension } from './reading.ts';

/** The root whose keys a platform holds, out of reach of those who build with it. */
const PLATFORM_KEY_ROOT = 'google-cloud-build';
const ASKED: Readonly<Partial<Record<Relation, string>>> = {
  builtBy: 'build',
  builtFrom: 'commit',
  fromRepository: 'source',
};
const TIME_CODES: readonly string[] = ['NO_TIMESTAMP', 'OUTSIDE_VALIDITY'];

/** Who vouches for what is known. */
export const SIGNING_RULES: readonly FindingRule<Examined>[] = [
  {
    code: 'UNSIGNED',
    severity: 'info',
    advice: 'let the build sign its provenance: who can push to the repository can write all of this',
    find: ({ chain, image }) => {
      const settled = chain.hops.filter(
        ({ from, relation, support: [best] }) =>
          entityId(from) === entityId(image.root) &&
          ASKED[relation] !== undefined &&
          best !== undefined &&
          best.rank >= RANKS.unsignedPredicate,
      );
      const steps = settled.map(({ relation }) => ASKED[relation]).join(', ');
      const evidence = settled.flatMap(({ support }) => support.slice(0, 1));
      return oneFinding(steps !== '' && `nobody signed what is known of: ${steps}`, { evidence });
    },
  },
  {
    code: 'TIMESTAMP_ABSENT',
    severity: 'high',
    advice:
      'without a trusted time nobody can tell whether the certificate was valid: sign with a transparency log or a time stamp',
    find: ({ gathered, image }) =>
      gathered.documents.flatMap(({ about, signed }) => {
        const { checked, carrier } = signed;
        const isOurs = signed.kind === 'opaque' || bindingOfDocument(signed, image.digests) !== undefined;
        return isOurs && checked.assurance !== 'verified' && TIME_CODES.includes(checked.code)
          ? [{ about, message: `${carrier}: expected ${checked.expected}, got ${checked.got}` }]
          : [];
      }),
  },
];

/** Who wrote what a signature is on. */
export const WRITER_RULES: readonly FindingRule<Reading>[] = [
  {
    code: 'TENANT_WRITTEN_PREDICATE',
    severity: 'info',
    advice:
      'a step of the build could have written it: let a builder sign that its users cannot change, such as a reusable workflow',
    find: ({ verified, certificate, provenance }) => {
      if (verified === undefined || provenance === undefined) return [];
      if (verified.signer.kind === 'key')
        return oneFinding(
          verified.root !== PLATFORM_KEY_ROOT && `the provenance is signed with the key ${verified.signer.name}`,
        );
      const signer = extension(certificate, 'signer');
      return oneFinding(
        signer !== undefined &&
          signer === extension(certificate, 'config') &&
          `the workflow that was built with signed its own provenance: ${signer}`,
      );
    },
  },
  {
    code: 'BUILDER_ID_UNVERIFIED',
    severity: 'info',
    advice: 'take the builder’s name for a word of whoever wrote the document',
    find: (reading, examined) => {
      const { verified, certificate, provenance } = reading;
      const id = provenance?.builderId?.value;
      if (id === undefined || (verified?.signer.kind === 'key' && verified.root === PLATFORM_KEY_ROOT)) return [];
      const names = [certificate?.identity, extension(certificate, 'signer')];
      return oneFinding(
        !names.includes(id) && `the predicate names the builder ${id}, and the signer is ${signerText(reading)}`,
        { evidence: saidBy(reading.signed.document, 'builtBy', examined) },
      );
    },
  },
];

function signerText({ verified, certificate, signed }: Reading): string {
  if (certificate !== undefined) return certificate.identity;
  if (verified !== undefined) return 'a key';
  return isUnsigned(signed) ? 'nobody' : 'not known';
}
