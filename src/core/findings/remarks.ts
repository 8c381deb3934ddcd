import type { Finding } from '../model/chain.ts';
import { entityId } from '../model/entity.ts';
import type { ReadProblemCode } from '../provenance/provenance.ts';
import type { Examined } from './rule.ts';

/** What is remarkable in the way a document is written. The rest of the codes are told in the ledger of `--verbose` alone. */
const REMARKS: Readonly<Partial<Record<ReadProblemCode, Pick<Finding, 'severity' | 'advice'>>>> = {
  CREDENTIALS_IN_URL: {
    severity: 'high',
    advice: 'everybody who can pull the image can read it: revoke the credential, and build without it in the address',
  },
  AMBIGUOUS_SOURCE: { severity: 'warn', advice: 'let the build name its source, or build from one repository' },
  CONFIG_SOURCE_MISMATCH: { severity: 'high', advice: 'find out which of the two was built' },
  CONTRADICTION: {
    severity: 'warn',
    advice: 'at most one of the two is right: compare with what the certificate and the run say',
  },
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

export const REMARK_CODES: readonly string[] = Object.keys(REMARKS);

/** Of this image alone: how its base is labelled is its base's business. */
export function remarkFindings({ image, gathered }: Examined): readonly Finding[] {
  const own = gathered.remarks.filter(({ about }) => entityId(about) === entityId(image.root));
  return own.flatMap(({ about, code, message, location }) => {
    const rule = REMARKS[code];
    return rule === undefined ? [] : [{ code, ...rule, about, message: `${location}: ${message}`, evidence: [] }];
  });
}
