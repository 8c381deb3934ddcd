import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import { absent, failed, found } from '../../../../src/core/model/outcome.ts';
import type { AskedPath, SourceEntry, SourcePaths } from '../../../../src/core/model/source.ts';
import {
  decisiveOwnership,
  disputedOwnerships,
  driftOf,
  ownersIn,
  ownershipsOf,
  readRules,
} from '../../../../src/core/source/ownership.ts';
import { DOCKERFILE, WHOLE, askedOf, fileOf, pathOf, pathsOf, readingOf, ruledBy, sourceOf } from './reads.ts';

const CONTEXT = pathOf('context', 'services/cart', 'directory');
const PIPELINE = pathOf('pipeline', '.github/workflows/release.yml');
const GONE = new ToolError('TIMED_OUT', 'no answer within 10 s');

function ownerships(codeowners: string, paths: readonly AskedPath[] = [DOCKERFILE, CONTEXT, WHOLE]) {
  return ownershipsOf(ruledBy(codeowners, { asked: askedOf(undefined, paths) }));
}
function decided(codeowners: string, paths?: readonly AskedPath[]): readonly unknown[] {
  const ownership = decisiveOwnership(ownerships(codeowners, paths));
  return [ownership?.asked.role, ownership?.atCommit.kind, ownersIn(ownership?.atCommit).map(({ text }) => text)];
}

describe('the rules of a revision', () => {
  const entry = (value: SourceEntry): SourcePaths => new Map([['.github/CODEOWNERS', found(value)]]);

  test('the first of the forge’s files counts, and no later one', () => {
    const paths = pathsOf({ '.github/CODEOWNERS': '# nobody\n', CODEOWNERS: '* @acme/wrong\n' });
    expect(readRules(paths, 'github')).toMatchObject({
      kind: 'rules',
      rules: { file: { path: '.github/CODEOWNERS' } },
    });
  });

  test('a file of another forge is none', () => {
    expect(readRules(pathsOf({ '.gitlab/CODEOWNERS': '* @acme/x\n' }), 'github')).toMatchObject({ kind: 'noFile' });
  });

  test('a file that was not heard is not passed over for the next one', () => {
    const paths = new Map([['.github/CODEOWNERS', failed(GONE)], ['CODEOWNERS', fileOf('* @acme/wrong\n')] as const]);
    expect(readRules(paths, 'github')).toEqual({ kind: 'unread', error: GONE });
  });

  test('a symbolic link is not followed, nor passed over', () => {
    const paths = entry({ kind: 'link', id: 'f1', target: '/etc/passwd' });
    expect(readRules(paths, 'github')).toMatchObject({ kind: 'unread', error: { code: 'UNSUPPORTED' } });
  });

  test('a folder of that name is no file', () => {
    expect(readRules(entry({ kind: 'folder', id: 'f1', names: [] }), 'github').kind).toBe('noFile');
  });

  test('a file of 10 MB is refused, and nobody is its owner', () => {
    const [first] = ownerships(`* @acme/cart\n${'#'.repeat(10 * 1024 * 1024)}\n`);
    expect(first?.atCommit).toMatchObject({ kind: 'unread', error: { code: 'TOO_LARGE' } });
    expect(ownersIn(first?.atCommit)).toEqual([]);
  });

  test.each([
    ['a byte order mark', '\uFEFF* @acme/cart\n'],
    ['carriage returns', '# teams\r\n* @acme/cart\r\n'],
  ])('%s is no part of a rule', (_what, text) => {
    expect(decided(text)).toEqual(['dockerfile', 'owned', ['@acme/cart']]);
  });
});

describe('the path whose owners stand for the image', () => {
  test('the Dockerfile’s, where a rule speaks of it', () => {
    expect(decided('services/cart/Dockerfile @acme/docker\nservices/ @acme/services\n')).toEqual([
      'dockerfile',
      'owned',
      ['@acme/services'],
    ]);
  });

  test('nobody’s, where a rule says so, and not those of a wider path', () => {
    expect(decided('* @acme/platform\nservices/cart/Dockerfile\n')).toEqual(['dockerfile', 'unowned', []]);
  });

  test('the context’s, where no rule speaks of the Dockerfile', () => {
    const dockerfile = pathOf('dockerfile', 'docker/cart.Dockerfile');
    expect(decided('services/cart/ @acme/cart\n', [dockerfile, CONTEXT, WHOLE])).toEqual([
      'context',
      'owned',
      ['@acme/cart'],
    ]);
  });

  test('never the pipeline’s', () => {
    expect(decided('.github/ @acme/ci\n', [PIPELINE, WHOLE])).toEqual(['repository', 'noRule', []]);
  });

  test('none where two Dockerfiles are equally likely, even where they have the same owners', () => {
    const paths = [DOCKERFILE, pathOf('dockerfile', 'services/pay/Dockerfile'), WHOLE];
    expect(decided('* @acme/platform\n', paths)).toEqual([undefined, undefined, []]);
    expect(disputedOwnerships(ownerships('* @acme/platform\n', paths)).map(({ asked }) => asked.path)).toEqual([
      'services/cart/Dockerfile',
      'services/pay/Dockerfile',
    ]);
  });

  test('contexts that are in dispute do not matter where the Dockerfile decides', () => {
    const paths = [DOCKERFILE, CONTEXT, pathOf('context', 'services/pay', 'directory'), WHOLE];
    expect(decided('services/cart/ @acme/cart\n', paths)).toEqual(['dockerfile', 'owned', ['@acme/cart']]);
    expect(disputedOwnerships(ownerships('services/cart/*/ @acme/cart\n', paths))).toEqual([]);
  });

  test('of paths that the user gave each has its own', () => {
    const given = [pathOf('given', 'a'), pathOf('given', 'b')];
    expect(disputedOwnerships(ownerships('* @acme/platform\n', given))).toEqual([]);
  });

  test('none where nothing was read', () => {
    expect(ownershipsOf(sourceOf({ reading: failed(GONE) }))).toEqual([]);
    expect(ownershipsOf(sourceOf({ reading: absent('noSuchCommit') }))).toEqual([]);
    expect(decisiveOwnership([])).toBeUndefined();
  });
});

describe('what has changed since', () => {
  function drift(atCommit: string, atHead: string): ReturnType<typeof driftOf> {
    const parts = { files: { CODEOWNERS: atCommit }, atHead: { CODEOWNERS: atHead } };
    const [first] = ownershipsOf(sourceOf({ readingParts: parts }));
    if (first === undefined) throw new Error('a path was asked about');
    return driftOf(first);
  }

  test('owners that went, and owners that came', () => {
    expect(drift('* @a @b\n', '* @b @c\n')).toEqual({ gone: ['@a'], come: ['@c'] });
  });

  test('nothing, where only the order, or another path’s owners, changed', () => {
    expect(drift('* @a @b\n', '* @b @a\ndocs/ @c\n')).toBeUndefined();
  });

  test('nothing is known where the head was not read', () => {
    const [first] = ownershipsOf(
      sourceOf({ reading: found({ ...readingOf({ files: { CODEOWNERS: '* @a\n' } }), head: failed(GONE) }) }),
    );
    expect(first).toMatchObject({ atCommit: { kind: 'owned' } });
    expect(first).not.toHaveProperty('atHead');
    if (first === undefined) throw new Error('a path was asked about');
    expect(driftOf({ ...first, atHead: { kind: 'unread', error: GONE } })).toBeUndefined();
  });
});
