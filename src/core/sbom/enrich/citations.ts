import type { JsonRecord } from '../item.ts';
import type { ChainFacts, Said } from './chain-facts.ts';
import type { Enriching } from './enriching.ts';

type Citing = {
  readonly created: string;
  /** The reference of who supplied the cited facts: the tool. */
  readonly attributedTo: string;
  /** True where a path in the document (RFC 6901) is there. */
  readonly has: (pointer: string) => boolean;
};

/** CycloneDX `citations` (1.7 on): which fields were added, where their facts were read, and how well they are known. */
export function citationsOf(
  facts: ChainFacts,
  { created, attributedTo, has }: Citing,
  { refFor }: Enriching,
): readonly JsonRecord[] {
  const { source, build, bases, owners } = facts;
  const image = '/metadata/component';
  const cited: readonly (readonly [Said<object> | undefined, readonly string[]])[] = [
    [source, [`${image}/pedigree/commits`]],
    [build, ['/formulation']],
    ...bases.map((base, index) => [base, [`${image}/pedigree/ancestors/${index}`]] as const),
    ...owners.map((owner, index) => [owner, [`${image}/authors/${index}`]] as const),
  ];
  return cited.flatMap(([said, wanted]) => {
    const pointers = wanted.filter(has);
    return said === undefined || pointers.length === 0
      ? []
      : [
          {
            'bom-ref': refFor('citation'),
            pointers,
            timestamp: created,
            attributedTo,
            note: `${said.grade}: ${said.origin}`,
          },
        ];
  });
}
