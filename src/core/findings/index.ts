import { bindingOfDocument } from '../claims/worth.ts';
import { inheritedEvidence, provenBase } from '../graph/inheritance.ts';
import { labelOf } from '../graph/wording.ts';
import type { Dossier, Finding, Severity } from '../model/chain.ts';
import type { ReadProblemCode } from '../provenance/provenance.ts';
import type { SignedDocument } from '../model/statement.ts';
import type { DigestSet } from '../model/image.ts';

const SEVERITIES: readonly Severity[] = ['high', 'warn', 'info'];

type Found = Pick<Finding, 'about' | 'message' | 'evidence'>;
/** One red flag (reference/provenance.md 15): what it looks for, in all that was gathered. */
type FindingRule = Pick<Finding, 'code' | 'severity' | 'advice'> & {
  readonly find: (dossier: Omit<Dossier, 'findings'>) => readonly Found[];
};

const RULES: readonly FindingRule[] = [
  {
    code: 'SUBJECT_MISMATCH',
    severity: 'high',
    advice: 'it is attached to this image and speaks of another: it supports nothing; find out who attached it',
    find: ({ image, gathered }) =>
      gathered.documents
        .filter(({ signed }) => isAboutAnother(signed, image.digests))
        .map(({ about, signed }) => ({ about, message: `${signed.carrier}: ${mismatch(signed)}`, evidence: [] })),
  },
  {
    code: 'LABEL_INHERITED',
    severity: 'warn',
    advice:
      'a build copies the labels of its base image: they say where the base came from; set the labels of this image in its own build',
    find: ({ image, gathered }) => {
      const evidence = [...inheritedEvidence(image.root, gathered.evidence)];
      const proven = provenBase(image.root, gathered.evidence);
      if (evidence.length === 0 || proven === undefined) return [];
      const labels = [...new Set(evidence.flatMap((item) => item.labels ?? []))]
        .filter((label) => proven.inheritedLabels.has(label))
        .sort();
      return [
        {
          about: image.root,
          message: `the same in its base ${labelOf(proven.base)}, and so no word about this image: ${labels.join(', ')}`,
          evidence,
        },
      ];
    },
  },
];

/** What is remarkable in the way a document is written. The rest of the codes are told in the ledger of `--verbose` alone. */
const REMARKS: Readonly<Partial<Record<ReadProblemCode, Pick<Finding, 'severity' | 'advice'>>>> = {
  CREDENTIALS_IN_URL: {
    severity: 'high',
    advice: 'everybody who can pull the image can read it: revoke the credential, and build without it in the address',
  },
  AMBIGUOUS_SOURCE: { severity: 'warn', advice: 'let the build name its source, or build from one repository' },
  CONFIG_SOURCE_MISMATCH: { severity: 'high', advice: 'find out which of the two was built' },
  MISSING_MATERIAL_DIGEST: { severity: 'warn', advice: 'name what goes into the build by digest' },
  INSECURE_BUILD_PARAM: {
    severity: 'warn',
    advice: 'build arguments are kept in the provenance: hand secrets to the build as secrets',
  },
  DIGEST_ALG_MISLABEL: { severity: 'info', advice: 'read as what its length says that it is' },
  NOT_A_REPOSITORY: {
    severity: 'info',
    advice: 'it names no source: let the build write the address of the repository',
  },
  TRUNCATED: { severity: 'info', advice: 'what is left out could not be looked at' },
  PLACEHOLDER_VALUE: { severity: 'info', advice: 'the build did not fill it in: pass the value to it' },
};

function remarkFindings({ gathered }: Omit<Dossier, 'findings'>): readonly Finding[] {
  return gathered.remarks.flatMap(({ about, code, message, location }) => {
    const rule = REMARKS[code];
    return rule === undefined ? [] : [{ code, ...rule, about, message: `${location}: ${message}`, evidence: [] }];
  });
}

/** What does not fit, over all that was gathered, gravest first. Findings change no grade. */
export function findingsOf(dossier: Omit<Dossier, 'findings'>): readonly Finding[] {
  const found = RULES.flatMap(({ code, severity, advice, find }) =>
    find(dossier).map((item) => ({ code, severity, advice, ...item })),
  );
  return [...found, ...remarkFindings(dossier)].sort(
    (left, right) => SEVERITIES.indexOf(left.severity) - SEVERITIES.indexOf(right.severity),
  );
}

function isAboutAnother(signed: SignedDocument, digests: DigestSet): boolean {
  return signed.kind !== 'opaque' && bindingOfDocument(signed, digests) === undefined;
}

function mismatch(signed: SignedDocument): string {
  if (signed.kind === 'simpleSigning') return `a signature of ${signed.digest}`;
  if (signed.kind !== 'statement') return signed.mediaType;
  const { subject, predicateType } = signed.statement;
  const digests = subject.flatMap(({ digest }) =>
    Object.entries(digest).map(([algorithm, hex]) => `${algorithm}:${hex}`),
  );
  return `a statement (${predicateType}) about ${digests.length === 0 ? 'no digest' : digests.slice(0, 3).join(', ')}`;
}
