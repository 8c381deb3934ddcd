import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import { baseOf, withBases } from '../../../../src/core/graph/bases.ts';
import { trace } from '../../../../src/core/graph/trace.ts';
import type { Entity, ImageEntity } from '../../../../src/core/model/entity.ts';
import type { Evidence } from '../../../../src/core/model/evidence.ts';
import type { Grade, Step, TraceResult } from '../../../../src/core/model/report.ts';
import { step, traced } from '../../../support/reports.ts';
import { IMAGE, gathered, image, says } from './evidence.ts';

const baseBy = (...evidence: readonly Evidence[]): ImageEntity | undefined => baseOf(trace(IMAGE, gathered(evidence)));

describe('the base that is followed', () => {
  test('is the settled one, with every place that is said to hold it', () => {
    const elsewhere = { ...image('b1'), foundAt: [{ transport: 'registry', name: 'ghcr.io/mirror/base' }] } as const;
    const base = baseBy(says('basedOn', image('b1')), says('basedOn', elsewhere, { rank: 500, at: 'there' }));
    expect(base?.digest).toBe(image('b1').digest);
    expect(base?.foundAt.map(({ name }) => name)).toEqual(['docker.io/library/base', 'ghcr.io/mirror/base']);
  });

  test.each<[string, Entity | undefined]>([
    ['stated by nobody', undefined],
    ['known by name alone', { kind: 'imageName', name: 'alpine:3.22' }],
  ])('is none where it is %s', (_, to) => {
    expect(baseBy(...(to === undefined ? [] : [says('basedOn', to)]))).toBeUndefined();
  });

  test('is none where two are equally well known', () => {
    expect(baseBy(says('basedOn', image('b1')), says('basedOn', image('b2')))).toBeUndefined();
  });

  test('is none of the other inputs, and not what another image stands on', () => {
    const other = says('basedOn', image('b2'), { from: image('b1') });
    expect(baseBy(says('builtWith', image('b1')), other)).toBeUndefined();
  });
});

const steps = (commit: Partial<Step> = {}): readonly Step[] => [step('commit', commit), step('base', { answer: 'b' })];
function imageOf(origin: Grade, commit: Partial<Step> = {}): Extract<TraceResult, { kind: 'traced' }> {
  const result = traced({ steps: steps(commit), grades: { origin, ownership: 'none' } });
  if (result.kind !== 'traced') throw new Error('it should be traced');
  return result;
}
const unread: TraceResult = { kind: 'failed', reference: 'base', error: new ToolError('TIMED_OUT', 'no answer') };

describe('an image with its bases', () => {
  test.each<[string, TraceResult]>([
    ['verified', imageOf('verified')],
    ['inferred', imageOf('inferred')],
    ['absent', imageOf('none', { gap: 'absent' })],
    ['unheard', imageOf('none', { gap: 'unheard' })],
    ['conflict', imageOf('none', { gap: 'conflict' })],
    ['unheard', unread],
  ])('says of the nearest that its own origin is %s', (value, nearest) => {
    const { steps: after } = withBases(imageOf('declared'), [nearest, imageOf('verified')]);
    expect(after.find(({ name }) => name === 'base')?.details).toEqual([{ name: 'its own origin', value }]);
  });

  test('keeps its grades and its other steps', () => {
    const alone = imageOf('declared');
    const { grades, steps: after } = withBases(alone, [imageOf('verified')]);
    expect(grades).toEqual(alone.grades);
    expect(after.filter(({ name }) => name !== 'base')).toEqual(alone.steps.filter(({ name }) => name !== 'base'));
  });

  test('says nothing where there is none', () => {
    const alone = imageOf('declared');
    expect(withBases(alone, [])).toEqual({ ...alone, bases: [] });
  });
});
