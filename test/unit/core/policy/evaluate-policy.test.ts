import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SignedDocument } from '../../../../src/core/model/statement.ts';
import { evaluatePolicy } from '../../../../src/core/policy/evaluate-policy.ts';
import { branch, leaf, obstaclesOf } from '../../../../src/core/policy/judgement.ts';
import { digestOf } from '../../../support/reports.ts';
import {
  GENERATOR,
  GITHUB,
  INDEX,
  NOT_HEARD,
  PROVENANCE,
  REPOSITORY,
  SPDX,
  WORKFLOW,
  PLATFORM,
  CONFIG,
  generator,
  keySigner,
  provenance,
  rejected,
  simpleSignature,
  stating,
  stranger,
  unchecked,
  verified,
  workflowSigner,
} from '../claims/documents.ts';
import {
  NOW,
  allLeaves,
  imageWith,
  judged,
  known,
  leafOf,
  misses,
  nowhere,
  policyOf,
  unheard,
  verdict,
} from './policies.ts';

const SIGNED = { signers: { of: [{ issuer: GITHUB, identity: WORKFLOW }] } };
const FROM_SHOP = { provenance: { repositories: [REPOSITORY] } };
const THREE = ['pass', 'fail', 'undecided'] as const;

describe('three values (Kleene)', () => {
  const HOLDS = { pass: true, fail: false, undecided: undefined };
  const parts = (...verdicts: readonly (typeof THREE)[number][]) =>
    verdicts.map((each) => leaf({ requirement: 'x', expected: '', got: '', holds: HOLDS[each] }));
  const joined = (join: 'all' | 'any' | 'atLeast', verdicts: readonly (typeof THREE)[number][], n?: number) =>
    branch({ join, requirement: 'x', parts: parts(...verdicts), ...(n === undefined ? {} : { n }) }).verdict;

  test.each([
    ['all', ['pass', 'pass'], 'pass'],
    ['all', ['pass', 'undecided'], 'undecided'],
    ['all', ['fail', 'undecided'], 'fail'],
    ['any', ['fail', 'pass'], 'pass'],
    ['any', ['undecided', 'pass'], 'pass'],
    ['any', ['fail', 'undecided'], 'undecided'],
    ['any', ['fail', 'fail'], 'fail'],
  ] as const)('%s of %j is %s', (join, verdicts, expected) => {
    expect(joined(join, verdicts)).toBe(expected);
  });

  test.each([
    [['pass', 'pass', 'fail'], 'pass'],
    [['pass', 'undecided', 'fail'], 'undecided'],
    [['pass', 'fail', 'fail'], 'fail'],
  ] as const)('two of %j is %s', (verdicts, expected) => {
    expect(joined('atLeast', verdicts, 2)).toBe(expected);
  });

  test('nothing of nothing is a failure, never a pass', () => {
    for (const join of ['all', 'any', 'atLeast'] as const) expect(joined(join, [])).toBe('fail');
    expect(joined('atLeast', [], 0)).toBe('fail');
  });

  test('what is undecided may turn out either way: settling it never contradicts the answer', () => {
    const verdicts = fc.array(fc.constantFrom(...THREE), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        verdicts,
        fc.constantFrom('all' as const, 'any' as const, 'atLeast' as const),
        fc.integer({ min: 1, max: 4 }),
        (some, join, n) => {
          const answer = joined(join, some, n);
          const settled = (['pass', 'fail'] as const).map((value) =>
            joined(
              join,
              some.map((each) => (each === 'undecided' ? value : each)),
              n,
            ),
          );
          if (answer !== 'undecided') expect(settled).toEqual([answer, answer]);
          else expect(settled).toEqual(['pass', 'fail']);
        },
      ),
    );
  });

  test('what stands in the way is told without what does not', () => {
    const way = branch({ join: 'all', requirement: 'x', parts: [...parts('pass'), ...parts('fail')] });
    const open = leaf({ requirement: 'open', expected: '', got: '', holds: undefined });
    expect(obstaclesOf(branch({ join: 'any', requirement: 'x', parts: [way, ...parts('fail')] }))).toHaveLength(1);
    expect(obstaclesOf(branch({ join: 'any', requirement: 'x', parts: [way, open] }))).toEqual([open]);
    expect(obstaclesOf(branch({ join: 'any', requirement: 'x', parts: parts('pass', 'fail') }))).toEqual([]);
  });
});

describe('which rule is an image’s', () => {
  const rule = (name: string, images: readonly string[], buildTypes = ['never']) => ({
    name,
    images,
    require: { provenance: { buildTypes } },
  });
  const names = (rules: readonly object[], documents: readonly SignedDocument[] = []) =>
    judged({ provenance: { present: true } }, documents, { rule: { images: ['**'] }, rules }).rules.map(
      (each) => each.rule,
    );

  test('an image without a rule fails, and says so', () => {
    const judgement = judged(SIGNED, [provenance()], { rule: { images: ['ghcr.io/other/*'] } });
    expect(judgement).toEqual({
      verdict: 'fail',
      reason: 'no rule of the policy is for ghcr.io/acme/shop',
      rules: [],
      isUnruled: true,
    });
  });

  test('unless the file says that it is only reported', () => {
    const file = { default: 'report' };
    const judgement = judged(SIGNED, [], { rule: { images: ['ghcr.io/other/*'] }, file });
    expect(judgement).toMatchObject({ verdict: 'pass', isUnruled: true });
    expect(judgement.reason).toContain('it is only reported');
    // What has a rule is judged by it all the same.
    expect(verdict(SIGNED, [], { file })).toBe('fail');
  });

  test.each([
    ['no wildcard beats one', ['ghcr.io/acme/shop'], ['ghcr.io/acme/sho*']],
    ['more characters beat fewer', ['ghcr.io/acme/*'], ['ghcr.io/*/*']],
    ['and are counted, wherever they stand', ['**/acme/shop'], ['ghcr.io/**']],
    ['* beats **', ['ghcr.io/acme/*'], ['ghcr.io/acme/**']],
    ['fewer * beat more', ['ghcr.io/acme/sh*p'], ['ghcr.io/acme/*sh*p']],
  ])('%s', (_name, winner, loser) => {
    expect(names([rule('winner', winner), rule('loser', loser)])).toEqual(['winner']);
    expect(names([rule('loser', loser), rule('winner', winner)])).toEqual(['winner']);
  });

  test('two of one specificity must both be met, whichever is listed first', () => {
    const [left, right] = [rule('left', ['ghcr.io/acme/s*op']), rule('right', ['ghcr.io/acme/sh*p'])];
    expect(names([left, right])).toEqual(['left', 'right']);
    expect(names([right, left])).toEqual(['left', 'right']);
  });

  test('the pattern by which it is chosen is told', () => {
    expect(judged(SIGNED, []).rules[0]).toMatchObject({ rule: 'release', pattern: 'ghcr.io/acme/*' });
  });

  test('an image that is kept at two places must meet the rules of both', () => {
    const foundAt = [
      { transport: 'registry' as const, name: 'ghcr.io/acme/shop' },
      { transport: 'registry' as const, name: 'quay.io/acme/shop' },
    ];
    const image = { kind: 'image' as const, digest: PLATFORM, foundAt };
    const given = { image, rules: [rule('mirror', ['quay.io/**'])] };
    expect(judged(FROM_SHOP, [provenance()], given).rules.map((each) => [each.rule, each.verdict])).toEqual([
      ['release', 'pass'],
      ['mirror', 'fail'],
    ]);
    // A second place without a rule is an image without a rule.
    expect(judged(FROM_SHOP, [provenance()], { image })).toMatchObject({ verdict: 'fail', isUnruled: true });
  });

  test('a rule that extends another one must meet both', () => {
    const base = { name: 'base', require: { provenance: { repositories: [REPOSITORY] } } };
    const given = { rule: { extends: 'base' }, rules: [base] };
    expect(verdict({ provenance: { triggers: ['push'] } }, [provenance()], given)).toBe('pass');
    expect(misses({ provenance: { triggers: ['schedule'] } }, [provenance()], given)).toEqual(['provenance.triggers']);
    const other = provenance({ build: { repository: 'https://github.com/acme/other' } });
    expect(misses({ provenance: { triggers: ['push'] } }, [other], given)).toContain('provenance.repositories');
  });
});

describe('warnings and exceptions are never silent', () => {
  const exception = {
    rule: 'release',
    images: 'ghcr.io/acme/shop',
    reason: 'being moved',
    owner: 'team-shop',
    expires: '2026-11-21',
  };

  test('a rule that warns lets through, and says what was found', () => {
    for (const given of [{ rule: { mode: 'warn' } }, { file: { mode: 'warn' } }]) {
      const judgement = judged(SIGNED, [], given);
      expect(judgement).toMatchObject({
        verdict: 'pass',
        rules: [{ found: 'fail', verdict: 'pass', waiver: { kind: 'warn' } }],
      });
      expect(judgement.reason).toBe('release: not met, which is only a warning');
    }
    expect(verdict(SIGNED, [], { rule: { mode: 'enforce' }, file: { mode: 'warn' } })).toBe('fail');
  });

  test('a rule that is met has no waiver', () => {
    const file = { exceptions: [exception] };
    expect(judged(FROM_SHOP, [provenance()], { rule: { mode: 'warn' }, file }).rules[0]).not.toHaveProperty('waiver');
  });

  test('an exception holds until the end of its last day', () => {
    const at = (now: string) => judged(SIGNED, [], { file: { exceptions: [exception] }, options: { now } });
    expect(at('2026-11-21T23:59:59Z')).toMatchObject({
      verdict: 'pass',
      reason: 'release: not met, excepted until 2026-11-21 by team-shop: being moved',
      rules: [{ found: 'fail', waiver: { kind: 'exception', exception }, expired: [] }],
    });
    expect(at('2026-11-22T00:00:00Z')).toMatchObject({
      verdict: 'fail',
      reason: 'release: not met, and its exception expired on 2026-11-21',
      rules: [{ found: 'fail', verdict: 'fail', expired: [exception] }],
    });
  });

  test('it is for one rule and for these images alone', () => {
    const excepted = (change: object, image?: object) =>
      verdict(SIGNED, [], { file: { exceptions: [{ ...exception, ...change }] }, ...image });
    const { images: _images, ...rest } = exception;
    const byDigest = (digest: string) => verdict(SIGNED, [], { file: { exceptions: [{ ...rest, digest }] } });
    expect(excepted({ images: 'ghcr.io/acme/sho' })).toBe('fail');
    expect(excepted({ images: 'ghcr.io/acme/*' })).toBe('pass');
    expect([byDigest(PLATFORM), byDigest(INDEX), byDigest(CONFIG)]).toEqual(['pass', 'pass', 'fail']);
    const rules = [{ name: 'other', images: ['ghcr.io/other/**'], require: SIGNED }];
    expect(verdict(SIGNED, [], { rules, file: { exceptions: [{ ...exception, rule: 'other' }] } })).toBe('fail');
  });

  test('kept at two places, an image is excepted only where both are', () => {
    const foundAt = ['ghcr.io/acme/shop', 'ghcr.io/acme/store'].map((name) => ({
      transport: 'registry' as const,
      name,
    }));
    const image = { kind: 'image' as const, digest: PLATFORM, foundAt };
    const excepted = (images: string) =>
      verdict(SIGNED, [], { image, file: { exceptions: [{ ...exception, images }] } });
    expect([excepted('ghcr.io/acme/shop'), excepted('ghcr.io/acme/s*')]).toEqual(['fail', 'pass']);
  });

  test('an audit asks what held then', () => {
    const given = {
      file: { exceptions: [exception] },
      options: { at: '2026-11-20T00:00:00Z', now: '2027-01-01T00:00:00Z' },
    };
    expect(verdict(SIGNED, [], given)).toBe('pass');
  });
});

describe('all, any, atLeast', () => {
  const never = { provenance: { triggers: ['never'] } };
  test.each([
    ['all', { all: [FROM_SHOP, SIGNED] }, 'pass'],
    ['all, with one that fails', { all: [FROM_SHOP, never] }, 'fail'],
    ['any', { any: [never, FROM_SHOP] }, 'pass'],
    ['any, of which none holds', { any: [never, { signers: { of: [{ key: digestOf('1') }] } }] }, 'fail'],
    ['two of three', { atLeast: { n: 2, of: [never, FROM_SHOP, SIGNED] } }, 'pass'],
    ['three of three', { atLeast: { n: 3, of: [never, FROM_SHOP, SIGNED] } }, 'fail'],
    ['nested', { any: [{ all: [never] }, { all: [{ any: [SIGNED] }] }] }, 'pass'],
    ['beside a demand', { any: [FROM_SHOP], provenance: { triggers: ['never'] } }, 'fail'],
  ])('%s', (_name, require, expected) => {
    expect(verdict(require, [provenance()])).toBe(expected);
  });

  test('one failure does not hide the next', () => {
    const require = { ...never, signers: { of: [{ key: digestOf('1') }] }, source: { ownersPresent: true } };
    expect(misses(require, [provenance()], { source: { owners: nowhere } })).toEqual([
      'signers',
      'provenance.triggers',
      'source.ownersPresent',
    ]);
  });
});

describe('who may be listened to', () => {
  const strange = provenance({ checked: verified(stranger()) });
  const byStranger = { issuer: GITHUB, identity: stranger().identity };

  test('a stranger may not, unless the rule names him', () => {
    expect(misses(FROM_SHOP, [strange])).toEqual(['provenance.signer']);
    expect(verdict({ provenance: { repositories: [REPOSITORY], signedBy: [byStranger] } }, [strange])).toBe('pass');
    expect(verdict({ ...FROM_SHOP, signers: { of: [byStranger] } }, [strange])).toBe('pass');
    expect(verdict({ all: [{ signers: { of: [byStranger] } }], ...FROM_SHOP }, [strange])).toBe('pass');
  });

  test('named in one choice he is not named in another', () => {
    expect(verdict({ any: [{ signers: { of: [byStranger] } }], ...FROM_SHOP }, [strange])).toBe('fail');
    expect(verdict({ any: [{ signers: { of: [{ key: digestOf('1') }] } }, FROM_SHOP] }, [strange])).toBe('fail');
  });

  test('where signedBy is said nobody else may', () => {
    expect(misses({ provenance: { repositories: [REPOSITORY], signedBy: [byStranger] } }, [provenance()])).toEqual([
      'provenance.signer',
    ]);
  });

  test('who is pinned by the user may', () => {
    const pin = {
      images: 'ghcr.io/acme/*',
      signer: { kind: 'certificate' as const, issuer: GITHUB, identity: stranger().identity, match: 'exact' as const },
    };
    expect(verdict(FROM_SHOP, [strange], { pins: [pin] })).toBe('pass');
  });

  test.each([
    ['is rejected', provenance({ checked: rejected() })],
    ['was not checked', provenance({ checked: unchecked('NO_TRUST_ROOT') })],
    ['is of the config alone', provenance({ about: CONFIG })],
  ])('a signature that %s counts for nothing', (_name, document) => {
    expect(misses(FROM_SHOP, [document])).toContain('provenance.signature');
    expect(verdict(SIGNED, [document])).toBe('fail');
  });

  test('what is stated of the index is stated of a platform only where the rule says so', () => {
    const documents = [provenance({ about: INDEX })];
    expect(misses({ ...FROM_SHOP, ...SIGNED }, documents)).toEqual(['signers', 'provenance.platform']);
    const rule = { platforms: { inheritFromIndex: true } };
    expect(verdict({ ...FROM_SHOP, ...SIGNED }, documents, { rule })).toBe('pass');
    expect(leafOf(judged(FROM_SHOP, documents), 'provenance.platform').nearest).toContain('inheritFromIndex');
    expect(leafOf(judged(SIGNED, documents), 'signers').nearest).toContain('about the index');
  });

  test('as of a moment, what was signed later does not count', () => {
    const at = (moment: string) => verdict(FROM_SHOP, [provenance()], { options: { at: moment } });
    expect([at('2026-11-20T09:31:44Z'), at('2026-11-20T09:31:43Z')]).toEqual(['pass', 'fail']);
  });

  test('a root that was added speaks for nobody else’s issuer (traps V13)', () => {
    const minted = provenance({ checked: verified(workflowSigner(), 'file:/srv/root.json') });
    expect(verdict(SIGNED, [minted])).toBe('fail');
    const named = { signers: { of: [{ issuer: GITHUB, identity: WORKFLOW, root: 'file:/srv/root.json' }] } };
    expect([verdict(named, [minted]), verdict(named, [provenance()])]).toEqual(['pass', 'fail']);
  });
});

describe('one and the same document', () => {
  const ours = provenance({ document: digestOf('1') });
  const other = provenance({
    document: digestOf('2'),
    checked: verified(generator()),
    build: { builder: GENERATOR, repository: 'https://github.com/acme/other' },
  });

  test('two that each meet half are not one that meets both', () => {
    const both = { provenance: { repositories: [REPOSITORY], builders: [GENERATOR] } };
    expect(verdict(both, [ours, other])).toBe('fail');
    expect(verdict({ all: [FROM_SHOP, { provenance: { builders: [GENERATOR] } }] }, [ours, other])).toBe('pass');
  });

  test('the order in which they came changes nothing', () => {
    const require = { provenance: { triggers: ['never'] }, ...SIGNED };
    const documents = [ours, other, provenance({ document: digestOf('3'), checked: rejected() }), simpleSignature()];
    expect(judged(require, documents.toReversed())).toEqual(judged(require, documents));
  });

  test('what another one has is told, with what it lacks', () => {
    const both = { provenance: { repositories: [REPOSITORY], builders: [GENERATOR] } };
    const leaf = leafOf(judged(both, [ours, other]), 'provenance.builders');
    expect(leaf).toMatchObject({ verdict: 'fail', expected: GENERATOR, got: WORKFLOW });
    expect(leaf.nearest).toBe(
      `${PROVENANCE} (${digestOf('2')}), referrers API has ${GENERATOR}, and lacks provenance.repositories`,
    );
  });
});

describe('whatever the dossier', () => {
  const signer = fc.constantFrom(workflowSigner(), stranger(), generator(), keySigner());
  const checked = fc.oneof(
    signer.map((each) => verified(each)),
    fc.constantFrom(rejected(), unchecked('NOT_CHECKED')),
  );
  const about = fc.constantFrom(PLATFORM, INDEX, CONFIG, digestOf('0dd'));
  const document = fc
    .record({
      checked,
      about,
      seed: fc.integer({ min: 1, max: 99 }),
      kind: fc.constantFrom('provenance', 'plain', 'sbom'),
    })
    .map(({ kind, seed, ...parts }): SignedDocument => {
      const given = { ...parts, document: digestOf(`${seed}`) };
      return kind === 'provenance'
        ? provenance(given)
        : kind === 'plain'
          ? simpleSignature(given)
          : stating(SPDX, {}, given);
    });
  const documents = fc.array(document, { maxLength: 5 });
  const negative = fc.constantFrom<object>(
    { provenance: { noFindings: { severity: 'info' } } },
    { materials: { digests: true } },
    { sbom: { forbidden: [{ purl: 'pkg:npm/left-pad' }] } },
    { vulnerabilities: { noneAbove: 'critical' } },
  );
  const fromUnheard = fc.constantFrom<object>(
    { source: { ownersPresent: true } },
    { source: { signedCommits: true } },
    { source: { onBranch: { defaultBranch: true } } },
    { provenance: { sourceLevel: 1 } },
    { sbom: { present: true } },
    { vulnerabilities: { noneAbove: 'critical' } },
    { materials: { base: { rule: 'release2' } } },
    { attestations: [{ predicateType: SPDX, cel: 'true' }] },
  );
  const rules = [{ name: 'release2', require: { provenance: { present: true } } }];

  test('what could not be heard passes nothing that hangs on it', () => {
    fc.assert(
      fc.property(documents, fromUnheard, (some, require) => {
        expect(verdict(require, some, { rules: rules.filter(() => 'materials' in require) })).not.toBe('pass');
      }),
    );
  });

  test('nothing is said to be free of something while a place was not heard', () => {
    const facts = { sboms: known([]), scans: known([]) };
    fc.assert(
      fc.property(documents, negative, (some, require) => {
        expect(verdict(require, some, { facts, problems: [NOT_HEARD] })).not.toBe('pass');
      }),
    );
  });

  test('without a document that counts nothing passes, whatever is required', () => {
    const positive = fc.constantFrom<object>(
      SIGNED,
      FROM_SHOP,
      { provenance: { present: true } },
      { materials: { digests: true } },
      { attestations: [{ predicateType: SPDX }] },
      { sbom: { present: true } },
    );
    const bad = fc.array(
      document.filter(({ checked: each }) => each.assurance !== 'verified'),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(bad, positive, (some, require) => {
        expect(verdict(require, some, { facts: { sboms: known([]) } })).toBe('fail');
        expect(verdict(require, some, { facts: { sboms: known([]) }, problems: [NOT_HEARD] })).toBe('undecided');
      }),
    );
  });

  test('every leaf that is undecided says who was not heard, and no other leaf does', () => {
    fc.assert(
      fc.property(documents, fromUnheard, fc.boolean(), (some, require, isHeard) => {
        const given = { rules: rules.filter(() => 'materials' in require), problems: isHeard ? [] : [NOT_HEARD] };
        const leaves = allLeaves(judged(require, some, given)).filter(
          (each) => each.requirement !== 'attestations.cel',
        );
        const open = leaves.filter((each) => each.verdict === 'undecided');
        expect(leaves.filter((each) => each.unheard.length > 0)).toEqual(open);
      }),
    );
  });

  test('a thousand rules cost no more than they should', () => {
    const many = Array.from({ length: 1000 }, (_, index) => ({
      name: `r${index}`,
      images: [`ghcr.io/acme${index}/**`],
      require: SIGNED,
    }));
    const policy = policyOf(SIGNED, { rules: many });
    expect(evaluatePolicy(policy, imageWith([provenance()]), { now: NOW, pins: [] }).verdict).toBe('pass');
  });
});

test('a fact that is not heard is undecided, and says what to do', () => {
  const judgement = judged({ source: { ownersPresent: true } }, [], { source: { owners: unheard } });
  expect(judgement).toMatchObject({ verdict: 'undecided', reason: 'release: not all could be heard' });
  expect(leafOf(judgement, 'source.ownersPresent').unheard).toEqual([
    { message: 'github.com did not answer', hint: 'try again' },
  ]);
});
