import { entityId } from '../../model/entity.ts';
import type { Leaf } from '../judgement.ts';
import { leaf } from '../judgement.ts';
import type { Judging } from '../judging.ts';
import { documentText } from '../judging.ts';
import { isSignedBy, signerOf } from '../documents.ts';
import { extensionOf, isAtRefOfItsOwn } from '../vouching.ts';
import type { WithProvenance } from './provenance.ts';
import { provenancesOf } from './provenance.ts';

/** Fulcio's extension: Source Repository Digest. */
const RUN_COMMIT = 13;

/**
 * What is known of a commit says nothing of an image that was not made from it. Where all who say that it was are runs that any branch of the
 * account can start, the certificate of one of them must name the commit too; where others say it, or nobody does, there is nothing to hold.
 */
export function commitLeaves(judging: Judging): readonly Leaf[] {
  const commit = commitOf(judging);
  const stating = provenancesOf(judging).filter(
    (document) => document.candidate.source.commit === commit && isHeard(document, judging),
  );
  const ran = stating.map((document) => runCommit(document, judging));
  if (commit === undefined || ran.length === 0 || ran.some((each) => each === undefined || each === commit)) return [];
  return [
    leaf({
      requirement: 'source',
      expected: `a run at the commit ${commit}, or a signer that the rule names at its ref`,
      got: `runs at ${[...new Set(ran)].join(', ')}`,
      holds: false,
      evidence: stating.map(documentText),
    }),
  ];
}

function commitOf({ input: { dossier } }: Judging): string | undefined {
  const { root, hops } = dossier.chain;
  const hop = hops.find(({ from, relation }) => relation === 'builtFrom' && entityId(from) === entityId(root));
  return hop?.to.kind === 'sourceRevision' ? hop.to.commit : undefined;
}

function isHeard(document: WithProvenance, judging: Judging): boolean {
  const isTied = document.candidate.speaker !== undefined || isSignedBy(document, judging.named, judging);
  return signerOf(document) !== undefined && isTied;
}

/** Undefined where the document's own word is enough, or the certificate has none. */
function runCommit(document: WithProvenance, judging: Judging): string | undefined {
  const isItsOwn = isAtRefOfItsOwn({ document, signedBy: undefined, judging });
  return isItsOwn ? extensionOf(document, RUN_COMMIT)?.value : undefined;
}
