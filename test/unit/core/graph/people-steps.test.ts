import { describe, expect, test } from 'vitest';
import { gatheredOfCatalogs } from '../../../../src/core/claims/from-catalog.ts';
import { gatheredOfSource } from '../../../../src/core/claims/from-source.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import { gradesOf, stepsOf } from '../../../../src/core/graph/steps.ts';
import { trace } from '../../../../src/core/graph/trace.ts';
import type { Dossier, Gathered } from '../../../../src/core/model/chain.ts';
import type { Entity } from '../../../../src/core/model/entity.ts';
import type { Evidence, Problem } from '../../../../src/core/model/evidence.ts';
import { absent, failed, found } from '../../../../src/core/model/outcome.ts';
import type { Step, StepName } from '../../../../src/core/model/report.ts';
import type { AskedSource, SourceRead } from '../../../../src/core/model/source.ts';
import { askedSources } from '../../../../src/core/source/asked-sources.ts';
import type { CatalogRead } from '../../../../src/core/source/people.ts';
import { peopleOf } from '../../../../src/core/source/people.ts';
import { ada, approval, bob, commitOf as forgeCommitOf, requestOf } from '../review/fixtures.ts';
import {
  COMMIT,
  IMAGE,
  SHOP,
  catalogsOf,
  commitOf,
  componentText,
  configured,
  groupText,
  inRepository,
  readingOf,
  sourceOf,
} from '../source/reads.ts';
import { notHeard, says } from './evidence.ts';

const GONE = new ToolError('TIMED_OUT', 'no answer within 10 s');
const OTHER = 'e2'.repeat(20);
const RULES = { '.github/CODEOWNERS': '* @acme/platform\n/services/cart/ @acme/cart\n/services/nobody/\n' };
const revision = (commit = COMMIT): Entity => ({ kind: 'sourceRevision', repository: SHOP, commit });
const at = (path: string): Entity => ({ kind: 'sourcePath', repository: SHOP, path });
const builtFrom = says('builtFrom', revision(), { from: IMAGE });
const builtAt = (path: string, strength: Evidence['strength'] = 'declared') =>
  says('builtAt', at(path), { from: IMAGE, strength });

type World = {
  readonly said?: readonly Evidence[];
  readonly problems?: readonly Problem[];
  readonly answer?: (asked: AskedSource) => Partial<SourceRead>;
  readonly catalogs?: CatalogRead;
};

/** As `trace` puts them together: chain, sources of it, chain again. */
function dossierOf({
  said = [builtFrom],
  problems = [],
  answer = () => ({}),
  catalogs = catalogsOf(),
}: World): Dossier {
  const own: Gathered = { evidence: said, problems, places: [], documents: [], remarks: [] };
  const sources = askedSources(trace(IMAGE, own)).map((asked): SourceRead => ({
    ...sourceOf({ readingParts: { files: RULES } }),
    ...answer(asked),
    asked,
  }));
  const people = peopleOf({ image: IMAGE, sources, catalogs });
  const parts = [own, ...people.sources.map(gatheredOfSource), gatheredOfCatalogs(IMAGE, people)];
  const gathered: Gathered = {
    ...own,
    evidence: parts.flatMap(({ evidence }) => evidence),
    problems: parts.flatMap((part) => part.problems),
  };
  const digests = { indexes: [], platform: IMAGE.digest, config: IMAGE.digest, attestationManifests: [] };
  const image = { reference: 'ghcr.io/acme/cart:1', root: IMAGE, digests };
  return { image, gathered, chain: trace(IMAGE, gathered), people, findings: [] };
}

function stepOf(world: World, name: StepName): Step {
  const step = stepsOf(dossierOf(world)).find((each) => each.name === name);
  if (step === undefined) throw new Error(`there is no step ${name}`);
  return step;
}
const owners = (world: World): Step => stepOf(world, 'owners');
const answersOf = ({ dissent }: Step): readonly string[] => dissent.map(({ answer }) => answer);

describe('owners', () => {
  test('of the path, as declared as its CODEOWNERS', () => {
    const said = [builtFrom, builtAt('services/cart/Dockerfile')];
    expect(owners({ said })).toMatchObject({ answer: '@acme/cart', grade: 'declared' });
    const dossier = dossierOf({ said });
    expect(gradesOf(dossier.chain, stepsOf(dossier)).ownership).toBe('declared');
  });

  test('of a path that was only worked out are worked out too', () => {
    const step = owners({ said: [builtFrom, builtAt('services/cart/Dockerfile', 'inferred')] });
    expect(step).toMatchObject({ answer: '@acme/cart', grade: 'inferred' });
    expect(step.why[0]).toBe('the path is worked out');
  });

  test('of a label that names another repository’s path are those of the whole', () => {
    const elsewhere: Entity = {
      kind: 'sourcePath',
      repository: 'https://github.com/mallory/shop',
      path: 'services/cart',
    };
    const step = owners({ said: [builtFrom, says('contextAt', elsewhere, { from: IMAGE })] });
    expect(step).toMatchObject({ answer: '@acme/platform' });
    expect(step.details[0]?.value).toContain('the repository as a whole');
  });

  test('of one of two commits are nobody’s, and both are shown', () => {
    const said = [builtFrom, says('builtFrom', revision(OTHER), { from: IMAGE })];
    const step = owners({
      said,
      answer: ({ about }) =>
        about.kind === 'sourceRevision' && about.commit === OTHER
          ? { reading: found(readingOf({ commit: commitOf({ id: OTHER }), files: { CODEOWNERS: '* @mallory\n' } })) }
          : {},
    });
    expect(step).toMatchObject({ gap: 'conflict', grade: 'none', why: ['2 sources are equally likely'] });
    expect(answersOf(step).toSorted()).toEqual(['@acme/platform', '@mallory']);
    expect(stepOf({ said }, 'review')).toMatchObject({ gap: 'conflict', grade: 'none' });
  });

  test('of one of two Dockerfiles are nobody’s, and both are shown', () => {
    const step = owners({ said: [builtFrom, builtAt('services/cart/Dockerfile'), builtAt('services/pay/Dockerfile')] });
    expect(step).toMatchObject({ gap: 'conflict', why: ['2 paths are equally likely'] });
    expect(answersOf(step).toSorted()).toEqual(['@acme/cart', '@acme/platform']);
  });

  test('are absent where a rule says that nobody owns it, whoever else was not heard', () => {
    const catalogs = { ...catalogsOf(), unheard: [{ name: 'acme', error: GONE }] };
    const step = owners({ said: [builtFrom, builtAt('services/nobody/Dockerfile')], catalogs });
    expect(step).toMatchObject({ gap: 'absent' });
    expect(step.why.join()).toContain('says that nobody owns services/nobody/Dockerfile');
  });

  test('are absent where there is no CODEOWNERS, and unheard where a catalog may know them', () => {
    const answer = () => ({ reading: found(readingOf()) });
    expect(owners({ answer })).toMatchObject({ gap: 'absent', why: ['there is no CODEOWNERS at the commit'] });
    const step = owners({ answer, catalogs: { ...catalogsOf(), unheard: [{ name: 'acme', error: GONE }] } });
    expect(step).toMatchObject({ gap: 'unheard' });
    expect(step.why.join()).toContain('catalog acme: no answer within 10 s');
  });

  test.each([
    ['a repository that was not heard', failed(GONE), 'unheard', 'no answer within 10 s'],
    ['one that may only be hidden', absent('noSuchRepository'), 'unheard', 'or it may not be seen'],
    ['one that has no such commit', absent('noSuchCommit'), 'absent', 'has no such commit'],
    ['an empty one', absent('emptyRepository'), 'absent', 'is empty'],
  ] as const)('of %s', (_what, reading, gap, why) => {
    const step = owners({ answer: () => ({ reading }) });
    expect(step).toMatchObject({ gap, grade: 'none' });
    expect(step.why.join()).toContain(why);
  });

  test('are unheard where who names the commit was not heard', () => {
    const world = { said: [], problems: [notHeard(['builtFrom', 'fromRepository'], IMAGE)] };
    for (const name of ['review', 'owners', 'service', 'contact'] as const)
      expect(stepOf(world, name)).toMatchObject({ gap: 'unheard', why: ['no answer within 10 s'] });
    expect(owners({ said: [] })).toMatchObject({ gap: 'absent' });
  });

  test('by the catalog, where CODEOWNERS cannot be read, which is told', () => {
    const paths = new Map([['.github/CODEOWNERS', failed(GONE)]]);
    const catalogs = catalogsOf(configured(componentText('cart', 'group:default/cart')));
    const step = owners({ answer: () => ({ reading: found(readingOf({ paths })) }), catalogs });
    expect(step).toMatchObject({ answer: 'group:default/cart' });
    expect(step.why).toContain('no answer within 10 s');
  });
});

describe('a commit that is on no branch', () => {
  const stolen = inRepository(
    'catalog-info.yaml',
    `${componentText('cart', 'group:default/mallory')}---\n${groupText('mallory', 'mallory@evil.example', 'acme/cart')}`,
  );
  const apart = (files: Record<string, string>) => () => ({
    reading: found(readingOf({ files, reachability: found({ refs: [] }) })),
  });
  const said = [builtFrom, builtAt('services/cart/Dockerfile')];

  test('gives no owner, service or contact that is more than inferred', () => {
    const world = { said, answer: apart({}), catalogs: catalogsOf(stolen) };
    for (const name of ['owners', 'service', 'contact'] as const) {
      const step = stepOf(world, name);
      expect(step).toMatchObject({ grade: 'inferred' });
      expect(step.why.join()).toContain('on no branch and no tag');
    }
  });

  test('does not stand beside whom the configured catalog names', () => {
    const text = componentText('cart', 'group:default/cart').replace(
      'name: cart',
      'name: cart, annotations: { docker.com/repository: ghcr.io/acme/cart }',
    );
    const mine = configured(`${text}---\n${groupText('cart', 'cart@acme.example')}`);
    const world = { said, answer: apart({}), catalogs: catalogsOf(mine, stolen) };
    expect(owners(world).answer).toBe('group:default/cart');
    expect(stepOf(world, 'contact')).toMatchObject({ answer: 'cart@acme.example' });
    expect(JSON.stringify(stepOf(world, 'contact').details)).not.toContain('evil');
  });

  test('does not name the service where a configured catalog at least guesses one', () => {
    const guessed = configured(componentText('cart', 'group:default/cart'));
    const renamed = inRepository('catalog-info.yaml', componentText('stolen', 'group:default/mallory'));
    const world = { said, answer: apart({}), catalogs: catalogsOf(guessed, renamed) };
    expect(stepOf(world, 'service').answer).toBe('component:default/cart');
  });

  test('does not have its pager called before somebody who is known', () => {
    const mine = configured(
      'version: 1\nteams:\n  shop: { email: shop@acme.example }\nservices:\n  shop: { owner: shop, images: ["ghcr.io/acme/cart"] }\n',
    );
    const pager = inRepository('catalog.yaml', 'version: 1\nteams:\n  x: { github: acme/cart, pagerduty: PEVIL1 }\n');
    const world = { said, answer: apart(RULES), catalogs: catalogsOf(mine, pager) };
    expect(stepOf(world, 'contact')).toMatchObject({ answer: 'shop@acme.example', grade: 'declared' });
  });
});

describe('review', () => {
  const review = (answer: Partial<SourceRead>): Step => stepOf({ answer: () => answer }, 'review');
  const secondPerson = ({ details }: Step) => details.find(({ name }) => name === 'second person')?.value;
  const heard = (opinions: Parameters<typeof requestOf>[0]) => ({ forge: found(forgeCommitOf([requestOf(opinions)])) });

  test.each([
    ['by a second person', [approval(bob)], 'yes'],
    ['by the author', [approval(ada)], 'no'],
    ['of an older commit', [approval(bob, { commit: OTHER })], 'no'],
    ['by nobody', [], 'no'],
  ] as const)('an approval %s', (_whose, opinions, verdict) => {
    const step = review(heard({ opinions: found(opinions) }));
    expect(step).toMatchObject({ answer: 'https://forge.example/acme/shop/pull/12', grade: 'attested' });
    expect(secondPerson(step)).toBe(verdict);
  });

  test('opinions that were not heard are not known', () => {
    expect(secondPerson(review(heard({ opinions: failed(GONE) })))).toBe('unknown');
  });

  test('none, where the forge knows of none, whatever the message says', () => {
    const reading = found(readingOf({ commit: commitOf({ message: 'Sell (#9)\n' }) }));
    const step = review({ reading, forge: found(forgeCommitOf([])) });
    expect(step).toMatchObject({ gap: 'absent', grade: 'none' });
    expect(answersOf(step)).toEqual(['https://github.com/acme/shop/pull/9']);
  });

  test('unheard, where the forge could not be asked, or shows no such repository', () => {
    expect(review({ forge: failed(GONE) })).toMatchObject({ gap: 'unheard' });
    expect(review({ forge: absent('noSuchRepository') })).toMatchObject({ gap: 'unheard' });
    expect(review({ forge: absent('noForge') })).toMatchObject({
      gap: 'absent',
      why: ['no forge is known at its address'],
    });
  });

  test('of the head of a repository is none of the image’s', () => {
    const said = [says('fromRepository', { kind: 'repository', url: SHOP }, { from: IMAGE })];
    expect(stepOf({ said }, 'review')).toMatchObject({ gap: 'absent', why: ['no commit is known'] });
  });
});

describe('service and contact', () => {
  test('whoever is up at night comes first, if named as surely', () => {
    const text = [
      'version: 1',
      'teams:',
      '  cart: { github: acme/cart, email: cart@acme.example, pagerduty: PABC123 }',
      'services:',
      '  cart: { owner: cart, images: ["ghcr.io/acme/cart"] }',
      '',
    ].join('\n');
    const step = stepOf(
      { said: [builtFrom, builtAt('services/cart/Dockerfile')], catalogs: catalogsOf(configured(text)) },
      'contact',
    );
    expect(step.details.map(({ name }) => name)).toEqual(['pager', 'mail']);
    expect(step.answer).toContain('PABC123');
  });

  test('are unheard where a catalog was not', () => {
    const catalogs = { ...catalogsOf(), unheard: [{ name: 'acme', error: GONE }] };
    expect(stepOf({ catalogs }, 'service')).toMatchObject({ gap: 'unheard' });
    expect(stepOf({ catalogs }, 'contact')).toMatchObject({ gap: 'unheard' });
    expect(stepOf({}, 'service')).toMatchObject({ gap: 'absent' });
  });

  test('two that are equally likely are a conflict, and neither is called', () => {
    const two = ['cart', 'basket'].map((name) => `  ${name}: { owner: ${name}, images: ["ghcr.io/acme/cart"] }`);
    const text = [
      'version: 1',
      'teams:',
      '  cart: { email: c@x.example }',
      '  basket: { email: b@x.example }',
      'services:',
      ...two,
      '',
    ].join('\n');
    const world = { answer: () => ({ reading: found(readingOf()) }), catalogs: catalogsOf(configured(text)) };
    expect(stepOf(world, 'service')).toMatchObject({ gap: 'conflict' });
    expect(stepOf(world, 'contact')).toMatchObject({ gap: 'conflict' });
    expect(owners(world)).toMatchObject({ gap: 'conflict' });
    expect(answersOf(owners(world)).toSorted()).toEqual(['basket', 'cart']);
  });
});
