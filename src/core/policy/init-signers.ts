import { isSpeakingRoot } from '../claims/speakers.ts';
import { weakBinding } from '../claims/worth.ts';
import type { PolicyDocument } from './judging.ts';
import { documentText, startJudging } from './judging.ts';
import type { JudgingOptions } from './judging.ts';
import type { PolicyInput } from './policy-input.ts';
import { allOf } from './judgement.ts';
import { workflowOf } from './signer-workflow.ts';
import type { SignerDemand } from './signer-demand.ts';
import { compareText } from '../graph/order.ts';

export type NamedSigner = { readonly demand: SignerDemand; readonly why: string };
type Options = Pick<JudgingOptions, 'now' | 'pins'>;

/** Whoever signed the images: those who are tied to them, where there are such; anyone else’s signature may be a stranger’s. */
export function signersFor(
  inputs: readonly PolicyInput[],
  options: Options,
): { readonly signers: readonly NamedSigner[]; readonly inheritFromIndex: boolean } {
  const good = inputs.map((input) => goodDocuments(input, options));
  const inheritFromIndex = good.some((documents) => documents.every(({ candidate }) => candidate.boundBy === 'index'));
  const named = good.flatMap((documents) => {
    const usable = documents.filter(({ candidate }) => inheritFromIndex || candidate.boundBy !== 'index');
    const tied = usable.filter(({ candidate }) => candidate.speaker !== undefined);
    return (tied.length > 0 ? tied : usable).flatMap(nameSigner);
  });
  const once = new Map(named.toReversed().map((each) => [JSON.stringify(each.demand), each]));
  const signers = [...once.entries()].sort(([left], [right]) => compareText(left, right)).map(([, each]) => each);
  return { signers, inheritFromIndex };
}

function goodDocuments(input: PolicyInput, options: Options): readonly PolicyDocument[] {
  const judging = startJudging({ input, options, inheritFromIndex: true, judgeBase: (rule) => allOf(rule, []) });
  return judging
    .documentsOf()
    .filter(
      ({ candidate: { checked, boundBy } }) => checked.assurance === 'verified' && weakBinding(boundBy) === undefined,
    );
}

function nameSigner(document: PolicyDocument): readonly NamedSigner[] {
  const { checked, speaker } = document.candidate;
  if (checked.assurance !== 'verified') return [];
  const { signer } = checked;
  const place = documentText(document);
  const doubt = speaker === undefined ? '; nothing else ties this signer to the image: make sure that it is yours' : '';
  if (signer.kind === 'key') return [{ demand: { key: signer.fingerprint }, why: `signed ${place}${doubt}` }];
  const { issuer, identity } = signer;
  if (issuer === undefined) return [];
  const root = isSpeakingRoot(checked.root) ? {} : { root: checked.root };
  const workflow = workflowOf(signer);
  if (workflow === undefined) return [{ demand: { issuer, identity, ...root }, why: `signed ${place}${doubt}` }];
  const { demand, loose } = atRef(workflow.ref);
  const name = `${workflow.repository.replace('https://', '')}/${workflow.path}`;
  return [
    {
      demand: { issuer, workflow: name, ...demand, ...root },
      why: `signed ${place} at ${workflow.ref}${loose}${doubt}`,
    },
  ];
}

/** A branch stays as it is; the next release has another tag, and another commit. */
function atRef(ref: string): { readonly demand: { ref: string } | { pinnedTo: 'commit' }; readonly loose: string } {
  if (ref.startsWith('refs/tags/'))
    return { demand: { ref: tagPattern(ref) }, loose: '; left loose, since the next release has another tag' };
  if (ref.startsWith('refs/')) return { demand: { ref }, loose: '' };
  return { demand: { pinnedTo: 'commit' }, loose: '; left loose, since the next one may be at another commit' };
}

/** `refs/tags/v1.4.0` is one of `refs/tags/v*`. A digit within a word is no version: `refs/tags/k8s-v2` is one of `refs/tags/k8s-v*`. */
export function tagPattern(tag: string): string {
  return tag.replace(/(?<=[/_.@-]v?)\d.*$/, '*').replace(/([^*])$/, '$1*');
}
