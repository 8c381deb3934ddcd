import { expect, test } from 'vitest';
import { findingsOf } from '../../../../src/core/findings/index.ts';
import type { Finding } from '../../../../src/core/model/chain.ts';
import { found } from '../../../../src/core/model/outcome.ts';
import type { SourceRead } from '../../../../src/core/model/source.ts';
import { joinCatalogs } from '../../../../src/core/catalog/model.ts';
import { peopleOf } from '../../../../src/core/source/people.ts';
import { COMMIT, REPOSITORY, dossierOf, github } from './dossiers.ts';

/** The repository of the image, with its commit made at that moment and that default branch. */
function sourceOf({ at = '2026-03-01T10:00:00Z', branch = 'refs/heads/main' }): SourceRead {
  const person = { name: 'Ada', email: 'ada@acme.example', at };
  const commit = {
    id: COMMIT,
    tree: 'a'.repeat(40),
    parents: [],
    author: person,
    committer: person,
    message: 'x\n',
    bytes: new Uint8Array(),
  };
  const about = { kind: 'sourceRevision' as const, repository: REPOSITORY, commit: COMMIT };
  return {
    asked: { about, namedBy: 'a test', paths: [] },
    reading: found({
      commit,
      paths: new Map(),
      reachability: found({ refs: [branch] }),
      head: found({ branch, commit: COMMIT, paths: new Map() }),
      notes: { kind: 'absent', reason: 'noNotes' },
    }),
    notes: [],
    forge: { kind: 'absent', reason: 'noForge' },
    teams: new Map(),
  };
}

function findings(
  code: string,
  build: Parameters<typeof github>[0],
  source: Parameters<typeof sourceOf>[0],
): readonly Finding[] {
  const dossier = dossierOf([github(build)]);
  const catalogs = { catalog: joinCatalogs([]), unheard: [], missing: [] };
  const people = peopleOf({ image: dossier.image.root, sources: [sourceOf(source)], catalogs });
  return findingsOf({ ...dossier, people }).filter((finding) => finding.code === code);
}

test('a build that began before its commit was made', () => {
  const build = { started: '2026-03-01T09:00:00Z', finished: '2026-03-01T09:30:00Z' };
  const [finding] = findings('BUILD_AFTER_SIGN', build, { at: '2026-03-01T10:00:00Z' });
  expect(finding).toMatchObject({ severity: 'warn' });
  expect(finding?.message).toContain('2026-03-01T09:00:00Z');
  expect(finding?.message).toContain('2026-03-01T10:00:00Z');
  // Clocks are a few minutes apart.
  expect(findings('BUILD_AFTER_SIGN', build, { at: '2026-03-01T09:04:00Z' })).toEqual([]);
});

test('a branch that is not the default branch, as the repository has it', () => {
  const [finding] = findings('NON_DEFAULT_BRANCH', { ref: 'refs/heads/next' }, {});
  expect(finding?.message).toContain('refs/heads/next');
  expect(finding?.message).toContain('its default branch is refs/heads/main');
  expect(findings('NON_DEFAULT_BRANCH', { ref: 'refs/heads/main' }, {})).toEqual([]);
  expect(findings('NON_DEFAULT_BRANCH', { ref: 'refs/tags/v1' }, {})).toEqual([]);
});
