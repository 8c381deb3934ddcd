import { describe, expect, test } from 'vitest';
import { labelOf } from '../../../../src/core/graph/wording.ts';
import { trace } from '../../../../src/core/graph/trace.ts';
import type { Chain } from '../../../../src/core/model/chain.ts';
import type { Entity } from '../../../../src/core/model/entity.ts';
import type { Evidence, Problem, Relation } from '../../../../src/core/model/evidence.ts';
import { COMMIT, IMAGE, gathered, image, notHeard, repository, revision, says, states } from './evidence.ts';

const BUILD: Entity = { kind: 'build', builderId: 'https://example.com/builder' };
const chainOf = (evidence: readonly Evidence[], problems: readonly Problem[] = []): Chain =>
  trace(IMAGE, gathered(evidence, problems));

/** `builtFrom https://…@c14c… attested`, and what stands against it. */
function hops(chain: Chain, ...relations: readonly Relation[]): string[] {
  return chain.hops
    .filter(({ relation }) => relations.length === 0 || relations.includes(relation))
    .map(({ relation, to, strength, dissent }) =>
      [relation, labelOf(to), strength, ...dissent.map(againstOf)].join(' '),
    );
}
function againstOf({ claim }: Evidence): string {
  return `but ${claim.kind === 'edge' ? labelOf(claim.to) : claim.value}`;
}
function gap(chain: Chain, relation: Relation): Chain['gaps'][number] | undefined {
  return chain.gaps.find((each) => each.relation === relation);
}
const SHOP = 'https://github.com/acme/shop';

describe('walking', () => {
  test('goes along settled hops, from the root on', () => {
    const review: Entity = { kind: 'review', url: `${SHOP}/pull/7` };
    const chain = chainOf([
      says('reviewedBy', review, { from: revision('acme/shop') }),
      says('builtFrom', revision('acme/shop')),
      says('builtBy', BUILD),
      states('trigger', 'push', { about: BUILD }),
    ]);
    expect(hops(chain)).toEqual([
      'builtBy https://example.com/builder attested',
      `builtFrom ${SHOP}@${COMMIT} attested`,
      `reviewedBy ${SHOP}/pull/7 attested`,
    ]);
    expect(chain.facts).toMatchObject([{ about: BUILD, name: 'trigger', value: 'push' }]);
  });

  test('does not go where evidence points that did not win', () => {
    const chain = chainOf([
      says('builtFrom', revision('acme/shop')),
      says('builtFrom', revision('mallory/shop'), { rank: 400 }),
      says('reviewedBy', { kind: 'review', url: 'https://evil.example' }, { from: revision('mallory/shop') }),
      states('trigger', 'never asked', { about: BUILD }),
    ]);
    expect(hops(chain, 'reviewedBy')).toEqual([]);
    expect(chain.facts).toEqual([]);
  });

  test('does not go on along a conflict', () => {
    const chain = chainOf([
      says('builtFrom', revision('acme/shop')),
      says('builtFrom', revision('mallory/shop')),
      says('reviewedBy', { kind: 'review', url: 'https://evil.example' }, { from: revision('mallory/shop') }),
    ]);
    expect(hops(chain)).toEqual([]);
    const disputed = gap(chain, 'builtFrom');
    expect(disputed?.reason === 'conflict' && disputed.candidates.map(({ to }) => labelOf(to))).toEqual([
      `${SHOP}@${COMMIT}`,
      `https://github.com/mallory/shop@${COMMIT}`,
    ]);
  });

  test('stops at another image, which has a chain of its own', () => {
    const base = image('ba5e');
    const chain = chainOf([says('basedOn', base), says('builtFrom', revision('acme/base'), { from: base })]);
    expect(hops(chain)).toEqual([`basedOn docker.io/library/base@${base.digest} attested`]);
  });

  test('ends, also where things point at one another', () => {
    const owner: Entity = { kind: 'owner', handle: '@acme/shop' };
    const component: Entity = { kind: 'component', entityRef: 'component:shop' };
    const chain = chainOf([
      says('componentOf', component),
      says('ownedBy', owner, { from: component }),
      says('contactOf', { kind: 'contact', address: '#shop' }, { from: owner }),
      says('contactOf', { kind: 'contact', address: '#shop' }, { from: component }),
    ]);
    expect(hops(chain)).toHaveLength(4);
  });

  test('of a relation with many answers, all stand', () => {
    const inputs = [image('1'), image('2')].map((to, rank) => says('builtWith', to, { rank }));
    expect(chainOf(inputs).hops).toHaveLength(2);
    expect(gap(chainOf([]), 'builtWith')).toBeUndefined();
  });
});

describe('a gap', () => {
  test('is absent where nobody says, for each relation of the image that has one answer', () => {
    expect(chainOf([]).gaps.map(({ relation, reason }) => `${relation} ${reason}`)).toEqual([
      'builtBy absent',
      'builtFrom absent',
      'builtAt absent',
      'contextAt absent',
      'fromRepository absent',
      'basedOn absent',
      'componentOf absent',
    ]);
  });

  test('is unheard where somebody could have said it: not heard is never not there', () => {
    const problem = notHeard(['builtFrom']);
    const chain = chainOf([], [problem]);
    expect(gap(chain, 'builtFrom')).toMatchObject({ reason: 'unheard', problems: [problem] });
    expect(gap(chain, 'builtBy')).toMatchObject({ reason: 'absent' });
  });

  test('is not unheard because another image was not', () => {
    expect(gap(chainOf([], [notHeard(['builtFrom'], image('ba5e'))]), 'builtFrom')).toMatchObject({ reason: 'absent' });
  });

  test('and a step that is settled says who could have said more', () => {
    const problem = notHeard(['builtFrom']);
    const [hop] = chainOf([says('builtFrom', revision('acme/shop'), { strength: 'declared' })], [problem]).hops;
    expect(hop).toMatchObject({ strength: 'declared', problems: [problem] });
  });

  test('that is a conflict stays one, whoever was not heard', () => {
    const evidence = [says('builtBy', BUILD), says('builtBy', { kind: 'build', builderId: 'x' })];
    expect(gap(chainOf(evidence, [notHeard(['builtBy'])]), 'builtBy')).toMatchObject({ reason: 'conflict' });
  });
});

describe('repository and commit come from one carrier', () => {
  test('where they agree, both stand', () => {
    const chain = chainOf([
      says('builtFrom', revision('acme/shop')),
      says('fromRepository', repository('Acme/Shop.git'), { strength: 'declared' }),
    ]);
    expect(hops(chain)).toEqual([
      `builtFrom ${SHOP}@${COMMIT} attested`,
      'fromRepository https://github.com/Acme/Shop.git declared',
    ]);
  });

  test('a weaker repository that differs is dissent of the revision', () => {
    const chain = chainOf([
      says('builtFrom', revision('acme/shop')),
      says('fromRepository', repository('mallory/shop'), { strength: 'declared' }),
    ]);
    expect(hops(chain)).toEqual([`builtFrom ${SHOP}@${COMMIT} attested but https://github.com/mallory/shop`]);
  });

  test('one of equal strength too: who names the commit says more', () => {
    const chain = chainOf([
      says('builtFrom', revision('acme/shop'), { rank: 400 }),
      says('fromRepository', repository('mallory/shop')),
    ]);
    expect(hops(chain, 'fromRepository')).toEqual([]);
    expect(hops(chain, 'builtFrom')).toEqual([
      `builtFrom ${SHOP}@${COMMIT} attested but https://github.com/mallory/shop`,
    ]);
  });

  test('a stronger repository that differs takes the commit away: it is of another repository', () => {
    const chain = chainOf([
      says('builtFrom', revision('mallory/shop'), { strength: 'declared' }),
      says('fromRepository', repository('acme/shop'), { strength: 'verified' }),
    ]);
    expect(hops(chain)).toEqual([`fromRepository ${SHOP} verified but https://github.com/mallory/shop@${COMMIT}`]);
    const open = gap(chain, 'builtFrom');
    expect(open).toMatchObject({ reason: 'absent' });
    expect(open?.dissent.map(againstOf)).toEqual([`but https://github.com/mallory/shop@${COMMIT}`]);
  });

  test('and then the commit is unheard, where somebody could not be asked for it', () => {
    const problem = notHeard(['builtFrom', 'fromRepository']);
    const evidence = [
      says('builtFrom', revision('mallory/shop'), { strength: 'declared' }),
      says('fromRepository', repository('acme/shop'), { strength: 'verified' }),
    ];
    expect(gap(chainOf(evidence, [problem]), 'builtFrom')).toMatchObject({ reason: 'unheard', problems: [problem] });
  });

  test('dissent of both is kept where they agree', () => {
    const chain = chainOf([
      says('builtFrom', revision('acme/shop')),
      says('builtFrom', revision('a/b'), { strength: 'inferred' }),
      says('fromRepository', repository('acme/shop')),
      says('fromRepository', repository('c/d'), { strength: 'inferred' }),
    ]);
    expect(hops(chain, 'builtFrom')).toEqual([
      `builtFrom ${SHOP}@${COMMIT} attested but https://github.com/a/b@${COMMIT} but https://github.com/c/d`,
    ]);
  });
});

describe('facts', () => {
  test('are settled as answers are, with their dissent', () => {
    const chain = chainOf([states('version', '1.4'), states('version', '1.3', { strength: 'declared' })]);
    expect(chain.facts).toMatchObject([
      { name: 'version', value: '1.4', strength: 'attested', dissent: [{ strength: 'declared' }] },
    ]);
  });

  test('that conflict have no value, and all are told', () => {
    const [fact] = chainOf([states('version', '1.4'), states('version', '1.3')]).facts;
    expect(fact).toMatchObject({ conflict: ['1.3', '1.4'], strength: 'attested' });
    expect(fact).not.toHaveProperty('value');
    expect(fact?.support).toHaveLength(2);
  });
});

describe('labels that the base image has too (traps T1)', () => {
  const base = image('ba5e');
  const LABEL = 'org.opencontainers.image.source';
  const REVISION = 'org.opencontainers.image.revision';
  const labels = [LABEL, REVISION];
  const own = [states('diffIds', 'l1 l2'), states(`label:${LABEL}`, 'x'), states(`label:${REVISION}`, 'y')];
  const beneath = (layers: string, source = 'x') => [
    says('basedOn', base),
    states('diffIds', layers, { about: base }),
    states(`label:${LABEL}`, source, { about: base }),
  ];
  const declared = says('builtFrom', revision('acme/base'), { strength: 'declared', labels });

  test('settle nothing, and are shown', () => {
    const chain = chainOf([...own, ...beneath('l1'), declared]);
    expect(hops(chain, 'builtFrom')).toEqual([]);
    expect(gap(chain, 'builtFrom')).toMatchObject({ reason: 'absent', dissent: [{ labels }] });
  });

  test('settle as usual where no base is proven', () => {
    for (const layers of ['l2', 'l1 l3', 'l1 l2 l3', '']) {
      expect(hops(chainOf([...own, ...beneath(layers), declared]), 'builtFrom')).toHaveLength(1);
    }
  });

  test('settle as usual where they differ from the base’s', () => {
    expect(hops(chainOf([...own, ...beneath('l1', 'other'), declared]), 'builtFrom')).toHaveLength(1);
  });

  test('take no other evidence down with them', () => {
    const chain = chainOf([...own, ...beneath('l1'), declared, says('builtFrom', revision('acme/shop'))]);
    expect(hops(chain, 'builtFrom')).toEqual([
      `builtFrom ${SHOP}@${COMMIT} attested but https://github.com/acme/base@${COMMIT}`,
    ]);
  });

  test('are facts of the image all the same', () => {
    const chain = chainOf([...own, ...beneath('l1')]);
    expect(chain.facts.map(({ name }) => name)).toContain(`label:${LABEL}`);
  });

  test('a fact that is read from them is not', () => {
    const version = states('version', '3', { strength: 'declared', labels: [LABEL] });
    expect(chainOf([...own, ...beneath('l1'), version]).facts.map(({ name }) => name)).not.toContain('version');
  });

  test('the proof itself does not hang on them', () => {
    expect(hops(chainOf([...own, ...beneath('l1')]), 'basedOn')).toHaveLength(1);
  });
});
