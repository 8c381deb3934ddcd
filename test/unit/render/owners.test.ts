import { describe, expect, test } from 'vitest';
import { explainOwners } from '../../../src/core/codeowners/explain.ts';
import { ToolError } from '../../../src/core/errors.ts';
import type { OwnersReport } from '../../../src/core/model/owners-report.ts';
import { failed, found } from '../../../src/core/model/outcome.ts';
import type { SourceReading } from '../../../src/core/model/source.ts';
import { ownershipsOf } from '../../../src/core/source/ownership.ts';
import { renderOwners } from '../../../src/render/owners/index.ts';
import { AS_IT_IS, SHOP, askedOf, catalogsOf, pathOf, readingOf, sourceOf } from '../core/source/reads.ts';
import { HOSTILE_STRINGS } from '../../support/reports.ts';
import { validatorOf } from './trace-schema.ts';

const GONE = new ToolError('TIMED_OUT', 'no answer within 10 s');
const RULES = '* @acme/platform\n/services/cart/ @acme/cart ops@acme.example\n/docs/\n';
const isInvalid = await validatorOf('owners');

type Parts = { readonly reading?: SourceReading; readonly paths?: readonly string[]; readonly unheard?: boolean };

function reportOf({
  reading = readingOf({ files: { CODEOWNERS: RULES } }),
  paths = ['services/cart/x'],
  unheard,
}: Parts = {}): OwnersReport {
  const asked = askedOf(
    AS_IT_IS,
    paths.map((path) => pathOf('given', path)),
  );
  const read = sourceOf({ asked, reading: found(reading, '2026-06-01T12:00:00Z') });
  return {
    repository: SHOP,
    revision: 'HEAD',
    read,
    reading,
    catalogs: { ...catalogsOf(), unheard: unheard === true ? [{ name: 'portal', error: GONE }] : [] },
    paths: ownershipsOf(read).map((ownership) => ({ ownership, isThere: true, contacts: new Map() })),
  };
}
const SCREEN = { colour: false, links: false, verbose: false, width: 100, now: '2026-06-01T12:00:00Z' };

async function textOf(report: OwnersReport): Promise<string> {
  const text = await renderOwners(report, { ...SCREEN, format: 'text' });
  return text.replaceAll(/\s+/g, ' ');
}
async function documentOf(report: OwnersReport): Promise<unknown> {
  const document: unknown = JSON.parse(await renderOwners(report, { ...SCREEN, format: 'json' }));
  expect(isInvalid(document)).toEqual([]);
  return document;
}

const REPORTS: readonly (readonly [string, OwnersReport, string, object])[] = [
  ['owners', reportOf(), '@acme/cart ops@acme.example', { isReachable: true, paths: [{ answer: 'owned' }] }],
  [
    'nobody by a rule',
    reportOf({ paths: ['docs/a.md'] }),
    'nobody: a rule says so',
    { paths: [{ answer: 'unowned', owners: [] }] },
  ],
  [
    'no rule',
    reportOf({ reading: readingOf({ files: { CODEOWNERS: '/docs/ @acme/docs\n' } }) }),
    'no rule is about it',
    { paths: [{ answer: 'noRule', owners: [] }] },
  ],
  ['no file', reportOf({ reading: readingOf() }), 'no CODEOWNERS (looked for', { paths: [{ answer: 'noFile' }] }],
  [
    'a file that was not read',
    reportOf({ reading: readingOf({ paths: new Map([['CODEOWNERS', failed(GONE)]]) }) }),
    'not read: no answer within 10 s',
    { paths: [{ answer: 'unread', error: { code: 'TIMED_OUT' } }] },
  ],
  [
    'other owners today',
    reportOf({ reading: readingOf({ files: { CODEOWNERS: RULES }, atHead: { CODEOWNERS: '* @acme/new\n' } }) }),
    'today: @acme/new',
    { paths: [{ today: { owners: ['@acme/new'], isSame: false } }] },
  ],
  [
    'a commit on no branch',
    reportOf({ reading: readingOf({ files: { CODEOWNERS: RULES }, reachability: found({ refs: [] }) }) }),
    'anybody may have written its CODEOWNERS',
    { isReachable: false },
  ],
  [
    'a clone that stands in',
    reportOf({ reading: readingOf({ clone: { folder: '/home/ada/shop', instead: GONE } }) }),
    'as /home/ada/shop remembers it: no answer',
    { unheard: [{ code: 'TIMED_OUT' }] },
  ],
  [
    'a catalog not heard',
    reportOf({ unheard: true }),
    'not heard: catalog portal: no answer within 10 s',
    { unheard: [{ source: 'catalog portal' }] },
  ],
  [
    'branches and head not heard',
    reportOf({ reading: readingOf({ files: { CODEOWNERS: RULES }, reachability: failed(GONE), head: failed(GONE) }) }),
    'whether the commit is on a branch or a tag',
    { unheard: [{}, {}] },
  ],
];

describe.each(REPORTS)('%s', (_name, report, words, document) => {
  test('as text', async () => {
    expect(await textOf(report)).toContain(words);
  });

  test('as JSON, valid by the published schema', async () => {
    expect(await documentOf(report)).toMatchObject(document);
  });
});

test('a reachability that was not heard is not in the document at all', async () => {
  const report = reportOf({ reading: readingOf({ reachability: failed(GONE) }) });
  expect(await documentOf(report)).not.toHaveProperty('isReachable');
});

test('with --explain every matching rule is told, and to which line it loses', async () => {
  const report = reportOf();
  const paths = report.paths.map((path) => {
    const { atCommit, asked } = path.ownership;
    if (!('rules' in atCommit)) throw new Error('there is a file');
    return { ...path, explanation: explainOwners(atCommit.rules.file, asked.path, asked.kind) };
  });
  expect(await textOf({ ...report, paths })).toContain('line 1: * @acme/platform (loses to line 2)');
  expect(await documentOf({ ...report, paths })).toMatchObject({
    paths: [
      {
        matching: [
          { line: 1, outcome: 'loses', to: 2 },
          { line: 2, outcome: 'decides' },
        ],
      },
    ],
  });
});

test('strangers’ text says nothing to a terminal', async () => {
  for (const hostile of HOSTILE_STRINGS) {
    const report = reportOf({ paths: [`src/${hostile.replaceAll('/', '')}`] });
    // oxlint-disable-next-line no-control-regex -- that is what must not be there
    expect(await textOf(report)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    await documentOf(report);
  }
});
