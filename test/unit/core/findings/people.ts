import type { FindingRule, Examined } from '../../../../src/core/findings/rule.ts';
import type { SettledFact } from '../../../../src/core/model/chain.ts';
import type { SourceRead } from '../../../../src/core/model/source.ts';
import { peopleOf } from '../../../../src/core/source/people.ts';
import { IMAGE, catalogsOf } from '../source/reads.ts';

/** What the rule of this code says of an image of these sources, with the tag that the image is said to be of. */
export function messagesOf(
  rules: readonly FindingRule<Examined>[],
  code: string,
  { sources, ref }: { readonly sources: readonly SourceRead[]; readonly ref?: string },
): readonly string[] {
  const facts: SettledFact[] =
    ref === undefined
      ? []
      : [{ about: IMAGE, name: 'ref', value: ref, strength: 'declared', support: [], dissent: [] }];
  const digests = { indexes: [], platform: IMAGE.digest, config: IMAGE.digest, attestationManifests: [] };
  const examined: Examined = {
    image: { reference: 'ghcr.io/acme/cart:1', root: IMAGE, digests },
    chain: { root: IMAGE, hops: [], gaps: [], facts },
    gathered: { evidence: [], problems: [], places: [], documents: [], remarks: [] },
    people: peopleOf({ image: IMAGE, sources, catalogs: catalogsOf() }),
  };
  const rule = rules.find((each) => each.code === code);
  if (rule === undefined) throw new Error(`there is no rule ${code}`);
  return rule.find(examined, examined).map(({ message }) => message);
}
