import type { Provenance } from '../../provenance/provenance.ts';
import type { Judged } from '../judgement.ts';
import { branch, leaf } from '../judgement.ts';
import type { PolicyDocument } from '../judging.ts';
import { documentText } from '../judging.ts';
import { unheardOf } from '../policy-input.ts';
import type { Requirement } from '../requirement-shape.ts';
import { allowed } from '../stated.ts';
import type { Vouching } from '../vouching.ts';
import { extensionOf, isAtRefOfItsOwn } from '../vouching.ts';

type RefDemand = NonNullable<NonNullable<Requirement['provenance']>['ref']>;
type WithProvenance = PolicyDocument & { readonly provenance: Provenance };
const REQUIREMENT = 'provenance.ref';
const NAME_ITS_REF = 'a signer that the rule names at its ref is believed whatever its certificate says of the run';
/** Fulcio's extension: Source Repository Ref. */
const RUN_REF = 14;

/** Branches and tags are told apart by the full ref alone: a short name could be either. */
export function judgeRef(
  { branches = [], tags = [], defaultBranch }: RefDemand,
  asked: Vouching<WithProvenance>,
): Judged {
  const refs = refsOf(asked);
  const patterns = [...branches.map((name) => `refs/heads/${name}`), ...tags.map((name) => `refs/tags/${name}`)];
  const listed = leaf({
    requirement: REQUIREMENT,
    expected: patterns.join(', or '),
    got: textOf(refs),
    holds: refs.length > 0 && refs.every((ref) => allowed(patterns, ref)),
    evidence: placesOf(asked),
    nearest: refs.length > 1 ? NAME_ITS_REF : undefined,
  });
  const own = defaultBranch === undefined ? [] : [judgeDefault(refs, asked)];
  const parts = [...(patterns.length === 0 ? [] : [listed]), ...own];
  return parts.length === 1 && parts[0] !== undefined
    ? parts[0]
    : branch({ join: 'any', requirement: REQUIREMENT, parts });
}

/** What the document states, and what its certificate says of the run where that has to agree. */
function refsOf(asked: Vouching<WithProvenance>): readonly string[] {
  const { document } = asked;
  const { ref } = document.candidate.source;
  const isTwo = document.provenance.problems.some(({ code }) => code === 'CONTRADICTION');
  if (ref === undefined || isTwo) return [];
  const ran = isAtRefOfItsOwn(asked) ? extensionOf(document, RUN_REF)?.value : undefined;
  return [...new Set([ref, ...(ran === undefined ? [] : [ran])])];
}

function textOf(refs: readonly string[]): string {
  return refs.join(' and ') || 'nothing states one alone';
}

function placesOf({ document }: Vouching<WithProvenance>): readonly string[] {
  const { ref, sources } = document.provenance;
  return [[documentText(document), ref?.at ?? sources[0]?.at].join(' ').trim()];
}

function judgeDefault(refs: readonly string[], asked: Vouching<WithProvenance>): Judged {
  const { document, judging } = asked;
  // The forge knows it now; the document's word is its signer's, of when it was built.
  const known = judging.input.source.defaultBranch;
  const stated = isAtRefOfItsOwn(asked) ? undefined : document.provenance.defaultBranch?.value;
  const name = known.kind === 'found' ? known.value.value : stated;
  const isBranch = refs.length > 0 && refs.every((ref) => ref.startsWith('refs/heads/'));
  const isOpen = name === undefined && known.kind === 'failed' && isBranch;
  return leaf({
    requirement: REQUIREMENT,
    expected: name === undefined ? 'the default branch, which is not known' : `the default branch, refs/heads/${name}`,
    got: textOf(refs),
    holds: isOpen ? undefined : isBranch && name !== undefined && refs.every((ref) => ref === `refs/heads/${name}`),
    evidence: [...placesOf(asked), ...(known.kind === 'found' ? known.value.places : [])],
    unheard: known.kind === 'failed' ? [unheardOf(known.error)] : [],
  });
}
