import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { proofOfBase } from '../../../../src/core/claims/base-proof.ts';
import { inheritedEvidence, provenBase } from '../../../../src/core/graph/inheritance.ts';
import type { Evidence } from '../../../../src/core/model/evidence.ts';
import { IMAGE, image, revision, says, states } from './evidence.ts';

const base = image('ba5e');
const other = image('07');
const layers = (...ids: readonly string[]): string => ids.join(' ');
const own = states('diffIds', layers('a', 'b', 'c'));
const of = (about: typeof base, ...ids: readonly string[]): Evidence => states('diffIds', layers(...ids), { about });

describe('the base that layers prove', () => {
  test('is the image whose layers are the first of this one', () => {
    expect(provenBase(IMAGE, [own, says('basedOn', base), of(base, 'a', 'b')])).toMatchObject({ base, layers: 2 });
  });

  test.each([
    ['other layers', ['x', 'b']],
    ['the same layers in another order', ['b', 'a']],
    ['layers from the middle', ['b', 'c']],
    ['more layers', ['a', 'b', 'c', 'd']],
    ['no layers', []],
  ])('is none with %s', (_name, ids) => {
    expect(provenBase(IMAGE, [own, says('basedOn', base), of(base, ...ids)])).toBeUndefined();
  });

  test('of several that fit is the one with most layers, in whatever order', () => {
    const evidence = [own, says('builtWith', base), of(base, 'a'), says('builtWith', other), of(other, 'a', 'b')];
    expect(provenBase(IMAGE, evidence)?.base).toEqual(other);
    expect(provenBase(IMAGE, evidence.toReversed())?.base).toEqual(other);
  });

  test('can be the whole image', () => {
    expect(provenBase(IMAGE, [own, says('basedOn', base), of(base, 'a', 'b', 'c')])?.layers).toBe(3);
  });

  test('is none that nobody names, that another image names, or that is only a name', () => {
    const named = { kind: 'imageName', name: 'alpine' } as const;
    expect(provenBase(IMAGE, [own, of(base, 'a')])).toBeUndefined();
    expect(provenBase(IMAGE, [own, says('basedOn', base, { from: other }), of(base, 'a')])).toBeUndefined();
    expect(provenBase(IMAGE, [own, says('basedOn', named), states('diffIds', 'a', { about: named })])).toBeUndefined();
  });

  test('is none where the layers of one of the two are not known', () => {
    expect(provenBase(IMAGE, [own, says('basedOn', base)])).toBeUndefined();
    expect(provenBase(IMAGE, [says('basedOn', base), of(base, 'a')])).toBeUndefined();
  });

  test('has exactly a prefix of the layers', () => {
    const ids = fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(ids, ids, (mine, theirs) => {
        const evidence = [states('diffIds', layers(...mine)), says('basedOn', base), of(base, ...theirs)];
        const isPrefix = mine.slice(0, theirs.length).join() === theirs.join();
        expect(provenBase(IMAGE, evidence) !== undefined).toBe(isPrefix);
      }),
    );
  });
});

describe('the proof as evidence', () => {
  test('is attested by hashes, and wins over what is only said', () => {
    const [proof] = proofOfBase(IMAGE, [own, says('basedOn', base), of(base, 'a')]);
    expect(proof).toMatchObject({
      claim: { kind: 'edge', from: IMAGE, relation: 'basedOn', to: base },
      strength: 'attested',
      rank: 0,
      why: 'not signed; shown by its layer, which is the first of this image',
    });
  });

  test('says how many layers', () => {
    const [proof] = proofOfBase(IMAGE, [own, says('basedOn', base), of(base, 'a', 'b')]);
    expect(proof?.why).toBe('not signed; shown by its 2 layers, which are the first of this image');
  });

  test('is none where nothing is proven', () => expect(proofOfBase(IMAGE, [own])).toEqual([]));
});

describe('evidence that rests on a label of the base', () => {
  const proven = [own, says('basedOn', base), of(base, 'a')];
  const label = (name: string, value: string, about = IMAGE) => states(`label:${name}`, value, { about });
  const resting = (...labels: readonly string[]) =>
    says('builtFrom', revision('acme/base'), { strength: 'declared', labels });
  const inherited = (...evidence: readonly Evidence[]) => inheritedEvidence(IMAGE, [...proven, ...evidence]).size;

  test('is inherited where a label that it needs is the same in both', () => {
    expect(inherited(label('s', 'x'), label('s', 'x', base), resting('s'))).toBe(1);
    expect(
      inherited(label('s', 'x'), label('s', 'x', base), label('r', 'own'), label('r', 'y', base), resting('s', 'r')),
    ).toBe(1);
  });

  test.each([
    ['differs', [label('s', 'x'), label('s', 'y', base), resting('s')]],
    ['is missing in the base', [label('s', 'x'), resting('s')]],
    ['is another', [label('s', 'x'), label('s', 'x', base), resting('r')]],
    ['is none', [label('s', 'x'), label('s', 'x', base), resting()]],
    ['differs by a space', [label('s', 'x'), label('s', 'x ', base), resting('s')]],
  ])('is not where the label %s', (_name, evidence) => expect(inherited(...evidence)).toBe(0));

  test('is not where it is about the base, nor where it rests on no label', () => {
    const about = says('builtFrom', revision('acme/base'), { from: base, labels: ['s'] });
    expect(inherited(label('s', 'x'), label('s', 'x', base), about, says('builtFrom', revision('acme/base')))).toBe(0);
  });

  test('a fact that is no label is none, although both images have it', () => {
    expect(inherited(states('author', 'ada'), states('author', 'ada', { about: base }), resting('author'))).toBe(0);
  });
});
