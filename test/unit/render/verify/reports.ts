import type { PinnedSigner } from '../../../../src/core/claims/speakers.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import type { Problem } from '../../../../src/core/model/evidence.ts';
import type { Grades } from '../../../../src/core/model/report.ts';
import type { SignedDocument } from '../../../../src/core/model/statement.ts';
import type { VerifyReport, VerifyResult } from '../../../../src/core/model/verify-report.ts';
import { evaluate } from '../../../../src/core/policy/evaluate.ts';
import type { Requirements } from '../../../../src/core/policy/requirements.ts';
import { pinsOf } from '../../../../src/core/policy/requirements.ts';
import { renderVerify } from '../../../../src/render/verify/index.ts';
import type { VerifyRenderOptions } from '../../../../src/render/verify/index.ts';
import { NOW, digestOf } from '../../../support/reports.ts';
import {
  ATTESTATION,
  GITHUB,
  IMAGE,
  INDEX,
  NOT_HEARD,
  PROVENANCE,
  REPOSITORY,
  SPDX,
  STRANGE,
  UNSIGNED,
  WORKFLOW,
  judgedImage,
  keySigner,
  provenance,
  rejected,
  simpleSignature,
  stating,
  stranger,
  unchecked,
  verified,
} from '../../core/claims/documents.ts';

/** Verdicts as `verify` gives them: judged from documents made by hand, one for each way in which it can come out. */

type Setting = {
  readonly problems?: readonly Problem[];
  readonly reference?: string;
  readonly grades?: Grades;
};

export function judged(
  documents: readonly SignedDocument[],
  asked: Partial<Requirements>,
  setting: Setting = {},
): VerifyResult {
  const { problems = [], reference, grades = { origin: 'attested', ownership: 'none' } } = setting;
  const requirements = { signers: [], ...asked };
  const pins = pinsOf(requirements);
  const { image, gathered } = judgedImage(documents, { problems, pins });
  const traced = reference === undefined ? image : { ...image, reference };
  const dossier = {
    image: traced,
    gathered,
    chain: { root: traced.root, hops: [], gaps: [], facts: [] },
    findings: [],
  };
  return { kind: 'judged', dossier, grades, judgement: evaluate(dossier, requirements, pins) };
}

const SIGNERS: readonly PinnedSigner[] = [{ kind: 'certificate', issuer: GITHUB, identity: WORKFLOW, match: 'exact' }];
const MEMBER = { sourceRepository: REPOSITORY, sourceRef: 'refs/heads/main' };
const SBOM = stating(SPDX, {}, { document: digestOf('5b0'), carrier: 'cosign tag .att' });
const BAD = simpleSignature({
  checked: rejected('LOG_ENTRY_MISMATCH'),
  document: digestOf('bad'),
  carrier: 'cosign tag .sig',
});

const PASS = judged(
  [provenance({ about: INDEX }), SBOM, BAD],
  { ...MEMBER, signers: SIGNERS },
  { grades: { origin: 'verified', ownership: 'none' } },
);
const STRANGER = judged([provenance({ checked: verified(stranger()) })], MEMBER);
const UNREAD: VerifyResult = {
  kind: 'failed',
  reference: 'ghcr.io/acme/shopp:1.4',
  error: new ToolError('NO_SUCH_IMAGE', 'ghcr.io has no acme/shopp:1.4', {
    expected: 'a manifest under that tag',
    got: '404 MANIFEST_UNKNOWN',
    hint: 'see the tags with skopeo list-tags docker://ghcr.io/acme/shopp',
  }),
};
const UNDECIDED = judged([provenance({ checked: UNSIGNED })], MEMBER, {
  problems: [
    NOT_HEARD,
    { ...NOT_HEARD, collector: 'cosign-tags', code: 'UNAUTHORISED', message: 'ghcr.io refused the request: 401' },
  ],
  reference: 'ghcr.io/acme/api:2',
});

function reportOf(...images: readonly VerifyResult[]): VerifyReport {
  return { images, waived: [] };
}

export const VERIFY_REPORTS: Readonly<Record<string, VerifyReport>> = {
  pass: reportOf(PASS),
  fail: reportOf(
    judged(
      [
        provenance({ build: { repository: 'https://github.com/acme/deploy', ref: 'refs/tags/v1' } }),
        provenance({ checked: rejected('OUTSIDE_VALIDITY'), document: digestOf('01d') }),
        provenance({ checked: unchecked('NO_TRUST_ROOT'), document: digestOf('f0e'), carrier: 'cosign tag .att' }),
        SBOM,
        BAD,
      ],
      { ...MEMBER, builder: REPOSITORY },
    ),
  ),
  stranger: reportOf(STRANGER),
  another: reportOf(judged([provenance({ checked: verified(stranger()) })], { ...MEMBER, signers: SIGNERS })),
  rejected: reportOf(judged([BAD], { signers: SIGNERS })),
  nothing: reportOf(judged([], MEMBER)),
  undecided: reportOf(UNDECIDED),
  endorsed: reportOf(
    judged(
      [
        provenance({
          checked: UNSIGNED,
          container: ATTESTATION,
          document: digestOf('1a7e'),
          carrier: 'attestation manifest in the index',
        }),
        simpleSignature({ about: ATTESTATION, document: digestOf('51') }),
      ],
      MEMBER,
    ),
  ),
  key: {
    images: [
      judged([simpleSignature({ checked: { ...verified(keySigner(), 'keys given'), times: [], logEntries: [] } })], {
        signers: [{ kind: 'key', fingerprint: keySigner().fingerprint }],
      }),
    ],
    waived: ['no transparency log was required of keys: nobody can see what else they signed, and nothing proves when'],
  },
  unread: reportOf(UNREAD),
  several: { images: [PASS, STRANGER, UNDECIDED, UNREAD], waived: [] },
};

/** Strangers' words in every place of a verdict that takes them. */
export function hostileVerdicts(strings: readonly string[]): VerifyReport {
  let index = 0;
  const next = (): string => strings[index++ % strings.length] ?? '';
  const signer = () => ({
    ...stranger(),
    identity: next(),
    issuer: next(),
    authority: next(),
    extensions: { 9: next(), 12: next(), 13: next(), 16: next() },
  });
  const checked = () => ({ ...verified(signer(), next()), logEntries: [{ log: next(), index: next() }] });
  const documents = strings.flatMap((_, seed): SignedDocument[] => [
    provenance({
      checked: checked(),
      document: digestOf(`a${seed}`),
      carrier: next(),
      build: { builder: next(), repository: next(), ref: next(), commit: next() },
    }),
    stating(
      next(),
      {},
      {
        checked: { assurance: 'rejected', code: 'BAD_SIGNATURE', expected: next(), got: next() },
        document: digestOf(`b${seed}`),
        carrier: next(),
      },
    ),
    stating(next(), {}, { about: STRANGE, checked: checked(), document: digestOf(`c${seed}`), carrier: next() }),
    {
      kind: 'opaque',
      mediaType: next(),
      checked: unchecked('UNSUPPORTED_KIND'),
      document: digestOf(`d${seed}`),
      carrier: next(),
    },
  ]);
  const problems = strings.map((message): Problem => ({
    ...NOT_HEARD,
    at: IMAGE,
    collector: next(),
    message,
    hint: next(),
  }));
  const asked = (): Partial<Requirements> => ({ sourceRef: next(), builder: next(), signerWorkflow: next() });
  const [predicateType] = documents.flatMap((document) =>
    document.kind === 'statement' ? [document.statement.predicateType] : [],
  );
  return {
    images: [
      judged(documents, asked(), { problems, reference: next() }),
      judged(
        documents,
        { ...asked(), signers: [{ kind: 'certificate', issuer: next(), identity: next(), match: 'pattern' }] },
        { reference: next() },
      ),
      judged(documents, { predicateType: predicateType ?? PROVENANCE }, { reference: next() }),
      judged([], { predicateType: next() }, { reference: next() }),
      {
        kind: 'failed',
        reference: next(),
        error: new ToolError('MALFORMED', next(), { expected: next(), got: next(), hint: next() }),
      },
    ],
    waived: [next()],
  };
}

/** As it is shown on a terminal of 80 columns without colour, unless told otherwise. */
export function shownVerdicts(report: VerifyReport, options: Partial<VerifyRenderOptions> = {}): Promise<string> {
  return renderVerify(report, {
    format: 'text',
    colour: false,
    width: 80,
    links: false,
    verbose: false,
    now: NOW,
    version: '1.2.3',
    ...options,
  });
}
