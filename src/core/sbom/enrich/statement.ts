import type { ImageFacts } from './chain-facts.ts';
import type { JsonRecord } from '../item.ts';
import { digestAlgorithm, digestHex } from '../../model/digest.ts';

/** The predicate is the trace document, as `provtrace schema trace` describes it. */
export const CHAIN_PREDICATE_TYPE = 'urn:provtrace:trace:1';

/** The chain as an in-toto Statement v1 about the image, unsigned: for whoever signs it to say that this is what was found. */
export function chainStatement({ digest, name }: ImageFacts, predicate: object): JsonRecord {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: name ?? '_', digest: { [digestAlgorithm(digest)]: digestHex(digest) } }],
    predicateType: CHAIN_PREDICATE_TYPE,
    predicate,
  };
}
