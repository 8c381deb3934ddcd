import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import type { Chain, Gap, Hop } from '../../../../src/core/model/chain.ts';
import type { CheckedCommitSignature } from '../../../../src/core/model/commit-signature.ts';
import type { SignalStrength } from '../../../../src/core/model/evidence.ts';
import { absent, failed, found } from '../../../../src/core/model/outcome.ts';
import type { ForgeCommit, ForgeSignature } from '../../../../src/core/model/forge.ts';
import type { Step } from '../../../../src/core/model/report.ts';
import type { SourceRead } from '../../../../src/core/model/source.ts';
import { knownSource } from '../../../../src/core/policy/known-source.ts';
import type { SourceInput } from '../../../../src/core/policy/policy-input.ts';
import { peopleOf } from '../../../../src/core/source/people.ts';
import { NOT_HEARD, judgedImage } from '../claims/documents.ts';
import { approval, bob, commitOf, person, requestOf } from '../review/fixtures.ts';
import { IMAGE, REVISION, catalogsOf, ruledBy, sourceOf } from '../source/reads.ts';

/* What a traced image tells of its commit, put together by hand. */
const SILENT = new ToolError('TIMED_OUT', 'the forge did not answer');

type Setting = {
  readonly strength?: SignalStrength;
  readonly problems?: Hop['problems'];
  readonly gap?: Gap['reason'];
  readonly sources?: readonly SourceRead[] | 'unasked';
  readonly steps?: readonly Step[];
  readonly facts?: Chain['facts'];
};

function known(source: SourceRead | undefined, setting: Setting = {}): SourceInput {
  const { strength = 'verified', problems = [], gap, steps = [], facts = [] } = setting;
  const { image, gathered } = judgedImage([], {});
  const from = image.root;
  const hop: Hop = { from, relation: 'builtFrom', to: REVISION, strength, support: [], dissent: [], problems };
  const open = { from, relation: 'builtFrom' as const, dissent: [] };
  const gaps: readonly Gap[] =
    gap === undefined
      ? []
      : [
          gap === 'unheard'
            ? { ...open, reason: gap, problems: [NOT_HEARD] }
            : gap === 'conflict'
              ? { ...open, reason: gap, candidates: [] }
              : { ...open, reason: gap },
        ];
  const chain: Chain = { root: from, hops: gap === undefined ? [hop] : [], gaps, facts };
  const sources = setting.sources ?? (source === undefined ? [] : [source]);
  const people = sources === 'unasked' ? {} : { people: peopleOf({ image: IMAGE, sources, catalogs: catalogsOf() }) };
  return knownSource({ dossier: { image, gathered, chain, findings: [], ...people }, steps });
}

describe('only a commit that is verified is anybody’s', () => {
  const source = sourceOf();
  test.each<[string, Setting, string]>([
    ['verified', {}, 'found'],
    ['attested', { strength: 'attested' }, 'absent'],
    ['declared', { strength: 'declared' }, 'absent'],
    ['declared, and who could say more was not heard', { strength: 'declared', problems: [NOT_HEARD] }, 'failed'],
    ['not known', { gap: 'absent' }, 'absent'],
    ['not heard', { gap: 'unheard' }, 'failed'],
    ['disputed', { gap: 'conflict' }, 'absent'],
    ['of one of several sources', { sources: [source, source] }, 'absent'],
    ['not asked about', { sources: 'unasked' }, 'failed'],
  ])('%s', (_what, setting, kind) => {
    const facts = known(source, setting);
    expect([facts.branches.kind, facts.defaultBranch.kind]).toEqual([kind, kind]);
    if (kind !== 'found') for (const fact of Object.values(facts)) expect(fact).toMatchObject({ kind });
  });
});

describe('what the repository tells', () => {
  test('branches without tags, by their short names', () => {
    const refs = ['refs/heads/main', 'refs/heads/release/1', 'refs/tags/v1'];
    const facts = known(sourceOf({ readingParts: { reachability: found({ refs }) } }));
    expect(facts.branches).toMatchObject({ kind: 'found', value: { value: ['main', 'release/1'] } });
    expect(facts.defaultBranch).toMatchObject({ kind: 'found', value: { value: 'main' } });
  });

  test('each part can be unheard on its own', () => {
    const facts = known(sourceOf({ readingParts: { reachability: failed(SILENT) } }));
    expect([facts.branches.kind, facts.defaultBranch.kind]).toEqual(['failed', 'found']);
    expect(known(sourceOf({ reading: failed(SILENT) })).signature.kind).toBe('failed');
    expect(known(sourceOf({ reading: absent('noSuchCommit') })).signature).toMatchObject({
      kind: 'absent',
      reason: 'the repository answered: it has no such commit',
    });
  });
});

describe('the signature of the commit', () => {
  const own = (parts: Partial<CheckedCommitSignature>): CheckedCommitSignature => ({
    kind: 'ssh',
    key: 'SHA256:x',
    result: 'good',
    checkedBy: 'provtrace',
    ...parts,
  });
  const forgeSays = (isValid: boolean): ForgeSignature => ({
    isValid,
    reason: isValid ? 'valid' : 'unknown_key',
    kind: 'ssh',
    isByForge: false,
  });
  const isGood = (signature: CheckedCommitSignature | undefined, forge?: SourceRead['forge']): unknown => {
    const fact = known(sourceOf({ ...(signature && { signature }), ...(forge && { forge }) })).signature;
    return fact.kind === 'found' ? fact.value.value.isGood : fact.kind;
  };
  const told = (isValid: boolean): SourceRead['forge'] => found(commitOf([], { signature: found(forgeSays(isValid)) }));

  test.each<[string, CheckedCommitSignature | undefined, SourceRead['forge'] | undefined, unknown]>([
    ['none', undefined, undefined, 'absent'],
    ['good, by a key that somebody vouches for', own({ trustedBy: 'allowedSigners' }), undefined, true],
    ['good, by anybody’s key', own({}), undefined, false],
    ['good, by a key that the forge vouches for', own({}), told(true), true],
    ['good, by a key that the forge does not know', own({}), told(false), false],
    ['not checked, and the forge vouches for it', own({ result: 'unchecked' }), told(true), true],
    ['bad, whatever the forge says', own({ result: 'bad' }), told(true), false],
    ['anybody’s, and the forge is silent', own({}), failed(SILENT), 'failed'],
    ['good, and the forge is silent', own({ trustedBy: 'keyring' }), failed(SILENT), true],
  ])('%s', (_what, signature, forge, expected) => {
    expect(isGood(signature, forge)).toBe(expected);
  });
});

describe('the review', () => {
  const review = (forge: SourceRead['forge']) => known(sourceOf({ forge })).review;
  const asked = (commit: ForgeCommit) => review(found(commit));

  test('names those who approved and those who wrote it', () => {
    const request = requestOf({ opinions: found([approval(bob), approval(person('eve'))]) });
    expect(asked(commitOf([request]))).toMatchObject({
      kind: 'found',
      value: { value: { reviewers: ['bob', 'eve'], authors: ['ada'] }, places: [request.url] },
    });
  });

  test('nobody’s approval, and no request, are absent', () => {
    expect(asked(commitOf([requestOf()])).kind).toBe('absent');
    expect(asked(commitOf([])).kind).toBe('absent');
    expect(review(absent('noSuchCommit')).kind).toBe('absent');
  });

  test('what is not clear, or not heard, is open', () => {
    const doubtful = requestOf({ opinions: found([approval(bob)]), contributorsComplete: false });
    expect(asked(commitOf([doubtful])).kind).toBe('failed');
    expect(asked(commitOf([requestOf({ opinions: failed(SILENT) })])).kind).toBe('failed');
    expect(review(failed(SILENT)).kind).toBe('failed');
    expect(review(absent('noForge')).kind).toBe('failed');
  });
});

describe('owners who are still there', () => {
  const stale = (source: SourceRead): unknown => {
    const fact = known(source).staleOwners;
    return fact.kind === 'found' ? fact.value.value : fact.kind;
  };
  const files = (owners: string) => ({ '.github/CODEOWNERS': `* ${owners}\n` });

  test('are those that the default branch names too', () => {
    expect(stale(ruledBy('* @acme/pay\n'))).toEqual([]);
    const moved = sourceOf({ readingParts: { files: files('@acme/pay'), atHead: files('@acme/checkout') } });
    expect(stale(moved)).toEqual(['@acme/pay']);
  });

  test('and that the forge knows', () => {
    const codeownersErrors = [{ line: 1, path: '.github/CODEOWNERS', kind: 'Unknown owner', message: 'gone' }];
    const forge = found(commitOf([], { codeownersErrors }));
    expect(stale(ruledBy('* @acme/gone\n', { forge }))).toEqual(['.github/CODEOWNERS line 1: Unknown owner']);
  });

  test('are not known where the default branch was not heard', () => {
    expect(stale(sourceOf({ readingParts: { files: files('@acme/pay'), head: failed(SILENT) } }))).toBe('failed');
  });
});

describe('owners and service, as the chain shows them', () => {
  const step = (parts: Partial<Step>): Step => ({
    name: 'owners',
    details: [],
    why: ['by its name'],
    support: [],
    dissent: [],
    ...parts,
  });
  test.each<[string, Partial<Step>, string]>([
    ['declared', { answer: '@acme/pay', grade: 'declared' }, 'found'],
    ['worked out', { answer: '@acme/pay', grade: 'inferred' }, 'absent'],
    ['not there', { grade: 'none', gap: 'absent' }, 'absent'],
    ['disputed', { grade: 'none', gap: 'conflict' }, 'absent'],
    ['not heard', { grade: 'none', gap: 'unheard' }, 'failed'],
  ])('%s', (_what, parts, kind) => {
    expect(known(sourceOf(), { steps: [step(parts)] }).owners.kind).toBe(kind);
    expect(known(sourceOf(), { steps: [step({ ...parts, name: 'service' })] }).service.kind).toBe(kind);
  });

  test('a step that is not there is no answer', () => {
    expect(known(sourceOf()).owners.kind).toBe('absent');
  });
});

describe('the source level', () => {
  const levelOf = (value: string, strength: SignalStrength): unknown => {
    const facts = [{ about: REVISION, name: 'sourceLevel' as const, value, strength, support: [], dissent: [] }];
    const fact = known(sourceOf(), { facts }).level;
    return fact.kind === 'found' ? fact.value.value : fact.kind;
  };
  test.each([
    ['SLSA_SOURCE_LEVEL_3', 'verified', 3],
    ['SLSA_SOURCE_LEVEL_3, ORG_SOURCE_REVIEWED', 'verified', 3],
    ['SLSA_SOURCE_LEVEL_3', 'attested', 'absent'],
    ['enforced: reviewed', 'verified', 'absent'],
    ['SLSA_SOURCE_LEVEL_30', 'verified', 'absent'],
  ] as const)('%s, %s', (value, strength, level) => {
    expect(levelOf(value, strength)).toBe(level);
  });
});
