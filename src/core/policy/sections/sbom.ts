import type { Judged, Leaf } from '../judgement.ts';
import { allOf, branch, leaf } from '../judgement.ts';
import type { Judging } from '../judging.ts';
import { ageLeaf } from '../age.ts';
import { digestTrust } from '../digest-trust.ts';
import { heard } from '../documents.ts';
import { factLeaf } from '../facts.ts';
import { isCalledLike, isForbidden } from '../packages.ts';
import type { SbomFact } from '../policy-input.ts';
import type { Requirement } from '../requirement-shape.ts';
import { allowed } from '../stated.ts';

type SbomDemand = NonNullable<Requirement['sbom']>;
const SHOWN_MAX = 10;

/** One and the same SBOM must meet what is demanded of one. A forbidden package is forbidden by whichever of them lists it, signed or not. */
export function judgeSbom(demand: SbomDemand, judging: Judging): Judged {
  const { sboms } = judging.input;
  const found = sboms.kind === 'found' ? sboms.value.value : [];
  const present = factLeaf('sbom.present', sboms, {
    expected: 'a signed SBOM of this image',
    text: (all) => `${all.length} found`,
    holds: (all) => all.length > 0,
  });
  const judged = found.map((sbom) => allOf('sbom', partsOf(sbom, demand, judging))).sort(compareMisses);
  const isMet = judged.some(({ verdict }) => verdict === 'pass');
  const one = branch({
    join: 'any',
    requirement: 'sbom',
    parts: [...(judged.length === 0 ? [present] : judged), ...heard('sbom', judging, isMet)],
  });
  if (demand.forbidden === undefined) return one;
  const packages = found
    .filter((sbom) => sbom.purls.length > 0 || isTrusted(sbom, demand, judging))
    .map((sbom) => judgePackages(sbom, demand.forbidden ?? [], judging));
  return allOf('sbom', [one, ...packages, ...heard('sbom.forbidden', judging, false)]);
}

/** One that lists nothing and is anybody's is no reason to stop a release. */
function isTrusted({ document }: SbomFact, { signedBy }: SbomDemand, judging: Judging): boolean {
  return digestTrust(document, 'sbom', { signedBy, judging }).isTrusted;
}

function compareMisses(left: Judged, right: Judged): number {
  const misses = (judged: Judged): number =>
    judged.kind === 'leaf' ? 0 : judged.parts.filter(({ verdict }) => verdict !== 'pass').length;
  return misses(left) - misses(right);
}

function partsOf(sbom: SbomFact, demand: SbomDemand, judging: Judging): readonly Leaf[] {
  const { formats, boundToDigest, maxAge, signedBy } = demand;
  const evidence = [sbom.document];
  return [
    ...digestTrust(sbom.document, 'sbom', { signedBy, judging }).leaves,
    ...(formats === undefined
      ? []
      : [
          leaf({
            requirement: 'sbom.formats',
            expected: formats.join(', or '),
            got: sbom.format,
            holds: allowed(formats, sbom.format),
            evidence,
          }),
        ]),
    ...(boundToDigest === undefined
      ? []
      : [
          leaf({
            requirement: 'sbom.boundToDigest',
            expected: 'names a digest of this image',
            got: sbom.isBound ? 'it does' : 'it names none',
            holds: sbom.isBound,
            evidence,
          }),
        ]),
    ...(maxAge === undefined
      ? []
      : [ageLeaf('sbom.maxAge', sbom.created, { maxAge, now: judging.options.now, evidence })]),
  ];
}

function judgePackages(
  sbom: SbomFact,
  forbidden: NonNullable<SbomDemand['forbidden']>,
  { options: { testRange } }: Judging,
): Leaf {
  const answers = forbidden.flatMap((each) => {
    const test = isForbidden(each, testRange);
    const named = sbom.unidentified?.filter((name) => isCalledLike(each, name)) ?? [];
    return [
      ...sbom.purls.map((purl) => ({ purl, answer: test(purl) })),
      ...named.map((purl) => ({ purl, answer: undefined })),
    ];
  });
  const listed = answers.filter(({ answer }) => answer === true).map(({ purl }) => purl);
  const open = answers.filter(({ answer }) => answer === undefined).map(({ purl }) => purl);
  return leaf({
    requirement: 'sbom.forbidden',
    expected: `none of ${forbidden.map(({ purl, versions }) => [purl, versions].join(' ').trim()).join(', ')}`,
    got:
      sbom.purls.length === 0
        ? 'it lists no package that could be compared'
        : [...listed, ...open.map((purl) => `perhaps ${purl}`)].slice(0, SHOWN_MAX).join(', ') ||
          `none of ${sbom.purls.length}`,
    // An SBOM that lists nothing has not been looked through.
    holds: sbom.purls.length === 0 || listed.length > 0 ? false : open.length > 0 ? undefined : true,
    evidence: [sbom.document],
    unheard: open.map((purl) => ({ message: `it cannot be told whether ${purl} is one of them` })),
  });
}
