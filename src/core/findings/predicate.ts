import { isRecord } from '../json.ts';
import { isAbsent } from '../provenance/node.ts';
import type { Reading } from './reading.ts';
import type { FindingRule } from './rule.ts';
import { bothSides, oneFinding } from './rule.ts';

/** A kind of predicate, and members of which one at least is in each predicate that is of it. */
type Shape = { readonly name: string; readonly types: RegExp; readonly members: readonly string[] };

/** By their specifications (reference/provenance.md 3.3), with the spellings that builders have made of them. */
const SHAPES: readonly Shape[] = [
  {
    name: 'provenance v1',
    types: /^https:\/\/slsa\.dev\/provenance\/v1(?:\.0|-rc[12])?$/,
    members: ['buildDefinition', 'runDetails'],
  },
  {
    name: 'provenance v0.2',
    types: /^https:\/\/slsa\.dev\/provenance\/v0\.2$/,
    members: ['buildType', 'buildtype', 'invocation'],
  },
  {
    name: 'provenance v0.1',
    types: /^https:\/\/(?:slsa\.dev\/provenance|in-toto\.io\/Provenance)\/v0\.1$/,
    members: ['recipe'],
  },
  {
    name: 'a verification summary',
    types: /^https:\/\/slsa\.dev\/verification_summary\/v/,
    members: ['verifier', 'verificationResult', 'verification_result'],
  },
  { name: 'SPDX', types: /^https:\/\/spdx\.dev\/Document/, members: ['spdxVersion', 'SPDXID', '@graph'] },
  { name: 'CycloneDX', types: /^https:\/\/cyclonedx\.org\//, members: ['bomFormat', 'specVersion'] },
];
/** v0.1 has a recipe only where it tells how, and these are not told apart from v0.2's. */
const OF_SEVERAL: readonly string[] = ['builder', 'materials', 'metadata'];
/** cosign keeps a document's text, and before 2.0 the document itself, under this name. */
const WRAPPED = 'Data';

/** Whether a predicate is what its type calls it. */
export const PREDICATE_RULES: readonly FindingRule<Reading>[] = [
  {
    code: 'PREDICATE_TYPE_MISMATCH',
    severity: 'warn',
    advice: 'it is read as what its type says, and so little of it is: let the builder name the type that it writes',
    find: ({ signed }) => {
      if (signed.kind !== 'statement') return [];
      const { predicateType, predicate } = signed.statement;
      const own = SHAPES.find(({ types }) => types.test(predicateType));
      const found = own === undefined ? undefined : strangeShape(own, predicate);
      return oneFinding(
        found !== undefined &&
          bothSides(
            [`${signed.carrier}: the statement`, `that its predicate is ${predicateType}`],
            ['the predicate is', found],
          ),
      );
    },
  },
];

/** What the predicate is instead; undefined where it may be what it is called. */
function strangeShape(own: Shape, predicate: unknown): string | undefined {
  // cosign writes SPDX as one text.
  if (typeof predicate === 'string' && !own.name.startsWith('provenance')) return undefined;
  if (!isRecord(predicate)) return isAbsent(predicate) ? 'missing' : 'no object';
  const has = (name: string): boolean => !isAbsent(predicate[name]);
  if (has(WRAPPED) || own.members.some(has)) return undefined;
  const other = SHAPES.find(({ members }) => members.some(has));
  if (other !== undefined) return `shaped as ${other.name}`;
  const old = own.name === 'provenance v0.1' && OF_SEVERAL.some(has);
  return old ? undefined : 'of no shape that is known';
}
