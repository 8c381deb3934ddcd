import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../src/core/errors.ts';
import type { JudgedRoot, TrustReport } from '../../../src/core/model/trust-report.ts';
import { renderTrust } from '../../../src/render/trust.ts';
import { HOSTILE_STRINGS } from '../../support/reports.ts';

const OPTIONS = {
  format: 'text',
  colour: false,
  links: false,
  width: 100,
  verbose: false,
  now: '2026-11-21T12:00:00Z',
} as const;
const ROOT: JudgedRoot = {
  name: 'public-good',
  kind: 'updated',
  source: 'https://tuf.test',
  asOf: '2025-11-21T12:00:00Z',
  certificateAuthorities: [
    { name: 'old, acme', validFrom: '2020-01-01T00:00:00Z', validUntil: '2022-01-01T00:00:00Z' },
    { name: 'new, acme', validFrom: '2022-01-01T00:00:00Z' },
  ],
  logs: ['https://log.test'],
  timestampAuthorities: 2,
  stale: { why: 'it is old', renew: 'provtrace trust update' },
};
const PROBLEM = new ToolError('INVALID_CONFIGURATION', 'acme: tlogs[0] is left out', {
  expected: 'a key',
  got: 'none',
  cause: new Error('inner'),
});

function text(report: TrustReport, options = {}): Promise<string> {
  return renderTrust(report, { ...OPTIONS, ...options });
}

describe('roots', () => {
  test('stale ones say why and how to renew them, and what was left out is told', async () => {
    expect(await text({ action: 'list', roots: [ROOT], pins: [], problems: [PROBLEM] })).toBe(`roots of trust
  public-good  updated, as of 2025-11-21T12:00:00Z (365 days ago)
    from: https://tuf.test
    certificates: new, acme, since 2022-01-01T00:00:00Z
    and 1 authority for signatures of other times (--verbose)
    logs: https://log.test
    timestamps: 2 authorities
    ✖ stale: it is old
    renew: provtrace trust update
  ! acme: tlogs[0] is left out
    expected: a key
    got: none

pins
  none; provtrace trust pin IMAGE ties the signers of an image to its name
`);
  });

  test('all authorities are shown where all is asked for', async () => {
    const shown = await text({ action: 'list', roots: [ROOT], pins: [], problems: [] }, { verbose: true });
    expect(shown).toContain('certificates: old, acme, 2020-01-01T00:00:00Z to 2022-01-01T00:00:00Z\n');
    expect(shown).not.toContain('of other times');
  });

  test('JSON holds all of it, and of an error what the user can act on', async () => {
    const report: TrustReport = { action: 'list', roots: [ROOT], pins: [], problems: [PROBLEM] };
    expect(JSON.parse(await renderTrust(report, { ...OPTIONS, format: 'json' }))).toEqual({
      schema: 'provtrace/trust/1',
      action: 'list',
      roots: [ROOT],
      pins: [],
      problems: [
        { code: 'INVALID_CONFIGURATION', message: 'acme: tlogs[0] is left out', expected: 'a key', got: 'none' },
      ],
    });
  });
});

describe('an update', () => {
  test('tells of each repository what came of it', async () => {
    const error = new ToolError('UNREACHABLE', 'could not read it', { got: 'ENOTFOUND', hint: 'check the name' });
    const { stale: _, ...fresh } = ROOT;
    const shown = await text({
      action: 'update',
      updates: [
        {
          kind: 'updated',
          name: 'public-good',
          source: 'https://tuf.test',
          isChanged: true,
          root: fresh,
          problems: [PROBLEM],
        },
        {
          kind: 'updated',
          name: 'other',
          source: 'https://tuf.test',
          isChanged: false,
          root: { ...fresh, name: 'other' },
          problems: [],
        },
        { kind: 'failed', name: 'unheard', source: 'https://tuf.test', error },
        { kind: 'unstarted', name: 'github', source: 'https://github.test', path: '/home/ada/root.json' },
      ],
    });
    const lines = shown.split('\n').map((line) => line.trim());
    expect(lines).toEqual(
      expect.arrayContaining(['it has changed', 'it is what was in use before', '! acme: tlogs[0] is left out']),
    );
    expect(lines).toEqual(
      expect.arrayContaining([
        'unheard  not updated: what was in use stays in use',
        'could not read it',
        'got: ENOTFOUND',
        'hint: check the name',
      ]),
    );
    expect(lines).toEqual(
      expect.arrayContaining([
        'github  not updated: what was in use stays in use',
        'or: put its TUF root.json at /home/ada/root.json',
      ]),
    );
    expect(shown).toContain('gh attestation trusted-root > roots.jsonl && provtrace trust import roots.jsonl');
  });
});

test('a place that was not heard is told where nobody was pinned', async () => {
  const refusal = { missing: [], found: [], documents: [], isUnheard: true };
  expect(await text({ action: 'pin', pinned: [], known: [], notes: [], refusal }))
    .toBe(`nobody was pinned: nobody has signed
not every place could be looked at: provtrace trace shows which
`);
});

test.each(HOSTILE_STRINGS)('text of strangers is made harmless: %j', async (hostile) => {
  const pin = {
    images: hostile,
    signer: { kind: 'certificate', issuer: hostile, identity: hostile, match: 'exact' },
  } as const;
  const root: JudgedRoot = {
    ...ROOT,
    name: hostile,
    source: hostile,
    certificateAuthorities: [{ name: hostile, validFrom: '2022-01-01T00:00:00Z' }],
    logs: [hostile],
  };
  const problem = new ToolError('MALFORMED', hostile, { got: hostile });
  const reports: readonly TrustReport[] = [
    { action: 'list', roots: [root], pins: [pin], problems: [problem] },
    {
      action: 'pin',
      pinned: [pin],
      known: [],
      notes: [],
      path: hostile,
      refusal: {
        missing: [pin.signer],
        found: [],
        documents: [{ predicateType: hostile, carrier: hostile, why: hostile }],
        isUnheard: false,
      },
    },
    { action: 'update', updates: [{ kind: 'failed', name: 'github', source: hostile, error: problem }] },
  ];
  for (const report of reports) {
    for (const format of ['text', 'json'] as const) {
      const shown = await renderTrust(report, { ...OPTIONS, format });
      // Of the characters that do not show, line breaks of our own alone.
      expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      expect(shown).not.toMatch(/^::\w/m);
    }
  }
});
