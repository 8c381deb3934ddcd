import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { describe, expect, test } from 'vitest';
import type { FactWord } from '../../../../src/core/explain/facts.ts';
import { FACTS, factWords } from '../../../../src/core/explain/facts.ts';
import { explain } from '../../../../src/core/explain/explain.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import { gradesOf, stepsOf } from '../../../../src/core/graph/steps.ts';
import type { Dossier } from '../../../../src/core/model/chain.ts';
import type { TraceResult } from '../../../../src/core/model/report.ts';
import { STEP_NAMES } from '../../../../src/core/model/report.ts';
import type { ExplainFormat } from '../../../../src/core/explain/facts.ts';
import { renderExplanation } from '../../../../src/render/explain/index.ts';
import { schemas } from '../../../../src/render/schema/index.ts';
import { HOSTILE_STRINGS, NOW, digestOf } from '../../../support/reports.ts';
import {
  COMMIT,
  GENERATOR,
  IMAGE,
  OTHER,
  REPOSITORY,
  UNSIGNED,
  buildkit,
  dossierOf,
  github,
  signedBy,
} from '../../core/findings/dossiers.ts';
import { golden } from '../golden.ts';

const ELSEWHERE = 'https://github.com/mallory/shop';
const LABELS = { 'org.opencontainers.image.source': ELSEWHERE, 'org.opencontainers.image.revision': '1'.repeat(40) };
const BAD = {
  assurance: 'rejected',
  code: 'BAD_SIGNATURE',
  expected: 'a signature that holds',
  got: 'another one',
} as const;

/** A platform's signed statement, an unsigned one, a label, a rejected document and one about another image: all of what a fact can have. */
const DISPUTED = dossierOf(
  [
    github({ builder: GENERATOR }, { checked: signedBy({ extensions: { 9: GENERATOR } }) }),
    github({ commit: '2'.repeat(40) }, { checked: UNSIGNED, document: digestOf('d0d'), carrier: 'tag .att' }),
    github({ repository: ELSEWHERE }, { checked: BAD, document: digestOf('bad') }),
    github({ repository: ELSEWHERE }, { about: [OTHER], document: digestOf('0dd1') }),
  ],
  { labels: LABELS },
);
const UNHEARD = dossierOf([], {
  problems: [
    {
      collector: 'referrers',
      at: IMAGE,
      relations: ['builtFrom', 'builtBy', 'describedBy'],
      code: 'TIMED_OUT',
      message: 'referrers API: ghcr.io did not answer within 10 s',
      hint: 'try again with --timeout 60s',
    },
  ],
});

function resultOf(dossier: Dossier): TraceResult {
  return { kind: 'traced', dossier, steps: stepsOf(dossier), grades: gradesOf(dossier.chain, stepsOf(dossier)) };
}

function shown(fact: FactWord, dossier: Dossier, format: ExplainFormat = 'text'): Promise<string> {
  const options = { format, colour: false, width: 80, links: false, verbose: false, now: NOW };
  return renderExplanation({ fact, images: [resultOf(dossier)] }, options);
}

const schema = await schemas['explain']?.();
const validate = new Ajv2020({ strict: true, allErrors: true, formats: fullFormats }).compile(schema ?? false);

describe('explain', () => {
  test.each([
    ['commit', 'disputed', DISPUTED],
    ['builder', 'disputed', DISPUTED],
    ['signature', 'disputed', DISPUTED],
    ['commit', 'unheard', UNHEARD],
  ] as const)('%s, %s', async (fact, name, dossier) => {
    const text = await shown(fact, dossier);
    expect(text).toBe(golden(`../explain/golden/${name}.${fact}`, text));
  });

  test('every step of the chain can be explained', () => {
    // What the image is, is shown by hashing, and has no evidence.
    for (const step of STEP_NAMES.filter((name) => name !== 'image')) expect(factWords()).toContain(step);
    for (const [alias, word] of [
      ['builder', 'build'],
      ['repository', 'source'],
    ] as const)
      expect(FACTS[alias]).toEqual(FACTS[word]);
  });

  test('the answer is the chain’s, and each piece of evidence has its part', () => {
    const { outcome, rule, evidence, notUsed } = explain('commit', DISPUTED);
    expect(outcome).toEqual({ kind: 'settled', answers: [`${REPOSITORY}@${COMMIT}`], strength: 'verified' });
    expect(rule).toContain('verified before attested');
    expect(evidence.map(({ standing, because }) => [standing, because])).toEqual([
      ['answer', 'the best of those that give the answer'],
      ['dissent', 'attested is weaker than verified'],
      ['dissent', 'declared is weaker than verified'],
    ]);
    expect(notUsed.map(({ because }) => because).sort()).toEqual([
      'about another digest than this image’s',
      'rejected: signature does not hold',
    ]);
  });

  test('the commit and the repository are one carrier’s', () => {
    expect(explain('repository', DISPUTED).outcome).toMatchObject({ answers: [REPOSITORY], strength: 'verified' });
  });

  test('two answers of one weight are a conflict', () => {
    const torn = dossierOf([github(), github({ commit: '2'.repeat(40) }, { document: digestOf('d0d') })]);
    const { outcome, evidence } = explain('commit', torn);
    expect(outcome.kind).toBe('conflict');
    expect(evidence.map(({ standing }) => standing)).toEqual(['candidate', 'candidate']);
  });

  test('labels that the base image has too are shown, and discarded', () => {
    const base = { kind: 'image', digest: digestOf('b'), foundAt: IMAGE.foundAt } as const;
    const layers = [digestOf('11'), digestOf('22')];
    const materials = [
      { uri: 'pkg:docker/ghcr.io/acme/shop@1', digest: { sha256: base.digest.slice('sha256:'.length) } },
    ];
    const inheriting = dossierOf([buildkit({ context: 'local', materials })], {
      labels: LABELS,
      diffIds: layers,
      beneath: { image: base, diffIds: layers.slice(0, 1), labels: LABELS },
    });
    const { evidence } = explain('commit', inheriting);
    expect(evidence.map(({ standing, because }) => [standing, because])).toContainEqual([
      'discarded',
      'its base image has the same label',
    ]);
  });

  test('who was not heard is told, and is no absence', () => {
    expect(explain('commit', UNHEARD)).toMatchObject({
      outcome: { kind: 'unheard' },
      problems: [{ code: 'TIMED_OUT' }],
    });
    expect(explain('commit', dossierOf([]))).toMatchObject({ outcome: { kind: 'absent' }, problems: [] });
  });

  test('facts of the build: the certificate before the predicate', () => {
    const ran = dossierOf([github({ event: 'schedule' })]);
    expect(explain('trigger', ran).evidence.map(({ says, standing }) => [says, standing])).toEqual([
      ['push', 'answer'],
      ['schedule', 'dissent'],
    ]);
    expect(explain('trigger', ran).rule).toContain('the signer’s certificate (rank 100) before');
  });
});

describe('explain --format json', () => {
  test.each(factWords().flatMap((fact) => [[fact, DISPUTED] as const, [fact, UNHEARD] as const]))(
    '%s is valid by the published schema',
    async (fact, dossier) => {
      const document: unknown = JSON.parse(await shown(fact, dossier, 'json'));
      expect(validate(document) ? [] : validate.errors).toEqual([]);
      expect(document).toMatchObject({ schema: 'provtrace/explain/1', fact });
    },
  );

  test('an image that could not be read is a document too', async () => {
    const failure: TraceResult = {
      kind: 'failed',
      reference: 'ghcr.io/acme/shop:1.4',
      error: new ToolError('TIMED_OUT', 'no answer'),
    };
    const options = { format: 'json', colour: false, width: 80, links: false, verbose: false, now: NOW } as const;
    const document: unknown = JSON.parse(await renderExplanation({ fact: 'commit', images: [failure] }, options));
    expect(validate(document) ? [] : validate.errors).toEqual([]);
  });
});

describe.each(Object.entries(HOSTILE_STRINGS))('strangers’ text: %s', (_name, hostile) => {
  test.each(['text', 'json'] as const)('%s holds nothing that a terminal or a log obeys', async (format) => {
    const dossier = dossierOf([github({ builder: hostile }, { checked: UNSIGNED })]);
    expect(explain('builder', dossier).evidence).toHaveLength(1);
    const text = await shown('builder', dossier, format);
    expect(text).not.toContain('hunter2');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  });
});
