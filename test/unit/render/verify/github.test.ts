import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { VerifyReport } from '../../../../src/core/model/verify-report.ts';
import { reportedImages } from '../../../../src/core/policy/reported-checks.ts';
import { clean } from '../../../../src/render/sanitize.ts';
import { golden } from '../golden.ts';
import { POLICY_REPORTS, RELEASE, heldAgainst, hostileChecks } from './policy-reports.ts';
import { VERIFY_REPORTS, shownVerdicts } from './reports.ts';
import { CONTROLS, CREDENTIALS, RUNS, strangers } from './strangers.ts';

type Command = {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
};

/** As the runner reads a line (actions/runner, ActionCommand): a command wherever `::` begins it, after spaces; decoded afterwards. */
function commandOf(line: string): Command | undefined {
  const trimmed = line.trimStart();
  if (!trimmed.startsWith('::')) return undefined;
  const end = trimmed.indexOf('::', 2);
  if (end < 0) return undefined;
  const [, name = '', written = ''] = /^(\S+) ?(.*)$/s.exec(trimmed.slice(2, end)) ?? [];
  const properties = written.split(',').map((each) => {
    const [key = '', ...value] = each.split('=');
    return [key, decoded(value.join('='), true)] as const;
  });
  return { name, properties: Object.fromEntries(properties), message: decoded(trimmed.slice(end + 2), false) };
}

function decoded(text: string, isProperty: boolean): string {
  const value = text.replaceAll('%0D', '\r').replaceAll('%0A', '\n');
  const whole = isProperty ? value.replaceAll('%3A', ':').replaceAll('%2C', ',') : value;
  return whole.replaceAll('%25', '%');
}

async function linesOf(report: VerifyReport): Promise<readonly string[]> {
  const output = await shownVerdicts(report, { format: 'github' });
  expect(output === '' || output.endsWith('\n')).toBe(true);
  return output.split('\n').slice(0, -1);
}
const commandsOf = async (report: VerifyReport): Promise<readonly Command[]> =>
  (await linesOf(report)).flatMap((line) => commandOf(line) ?? []);

test('several', async () => {
  const output = await shownVerdicts(POLICY_REPORTS.several, { format: 'github' });
  expect(output).toBe(golden('verify-several.github', output));
});

describe('an annotation', () => {
  test('stands at each line that names the image', async () => {
    const commands = await commandsOf(POLICY_REPORTS.failed);
    expect(
      commands.map(({ name, properties }) => [name, properties['file'], properties['line'], properties['col']]),
    ).toEqual([
      ['error', 'deploy/web.yaml', '12', '16'],
      ['error', 'compose.yaml', '4', undefined],
      ['error', 'deploy/web.yaml', '12', '16'],
      ['error', 'compose.yaml', '4', undefined],
    ]);
    expect(commands[0]?.properties['title']).toBe('ghcr.io/acme/shop:1.4 (linux/amd64): provenance.ref: rule release');
    expect(commands[0]?.message.split('\n').slice(0, 3)).toEqual([
      'fail',
      'expected: refs/tags/v*',
      'got: refs/heads/main',
    ]);
  });

  test('is an error, a warning or a notice by what the check means', async () => {
    const names = async (report: VerifyReport): Promise<readonly string[]> => [
      ...new Set((await commandsOf(report)).map(({ name }) => name)),
    ];
    expect(await names(POLICY_REPORTS.open)).toEqual(['warning']);
    expect(await names(POLICY_REPORTS.warned)).toEqual(['notice']);
    expect(await names(POLICY_REPORTS.excepted)).toEqual(['notice']);
    expect(await names(POLICY_REPORTS.held)).toEqual([]);
    expect(await names(VERIFY_REPORTS['key'] ?? POLICY_REPORTS.failed)).toEqual(['notice']);
  });

  test('escapes what would end a property or the line', async () => {
    const foundIn = [{ path: 'a,line=9::b%0A.yaml', line: 3, pointer: '' }];
    const [command] = await commandsOf({ images: [heldAgainst(RELEASE, [], { foundIn })], waived: [] });
    expect(command?.properties).toMatchObject({ file: 'a,line=9::b%0A.yaml', line: '3' });
  });
});

test('a message has the lines that we made, whatever is written in one of them', async () => {
  const commands = await commandsOf(hostileChecks(['a%0Ab%25%3A']));
  expect(commands.length).toBeGreaterThan(5);
  for (const { message } of commands.filter(({ properties }) => properties['title'] !== 'waived'))
    for (const line of message.split('\n').slice(1))
      expect(line).toMatch(/^(?:expected|got|nearest|not heard|read in|waived|expired|rule): /);
  expect(commands[0]?.message.split('\n')[1]).toBe('expected: a%0Ab%25%3A');
});

test('each image has a line that is no command', async () => {
  const plain = (await linesOf(POLICY_REPORTS.several)).filter((line) => commandOf(line) === undefined);
  expect(plain).toHaveLength(POLICY_REPORTS.several.images.length);
  expect(plain[0]).toBe('fail: ghcr.io/acme/shop:1.4 (linux/amd64): release: not met');
});

test('whatever strangers write, no line and no command is theirs', async () => {
  await fc.assert(
    fc.asyncProperty(strangers, async (report) => {
      const lines = await linesOf(report);
      const images = reportedImages(report);
      const expected = images.flatMap(({ checks, places }) =>
        checks.flatMap(({ verdict }) => (verdict === 'pass' ? [] : Array.from({ length: places.length || 1 }))),
      );
      expect(lines).toHaveLength(images.length + expected.length + report.waived.length);
      const commands = lines.flatMap((line) => commandOf(line) ?? []);
      expect(commands).toHaveLength(expected.length + report.waived.length);
      const annotated = commands.filter(({ properties }) => properties['file'] !== undefined);
      expect(new Set(annotated.map(({ properties }) => properties['file']))).toEqual(
        new Set(
          images.flatMap(({ places, checks }) =>
            checks.some(({ verdict }) => verdict !== 'pass') ? places.map(({ path }) => clean(path)) : [],
          ),
        ),
      );
      for (const { name, properties } of commands) {
        expect(name).toMatch(/^(?:error|warning|notice)$/);
        for (const key of Object.keys(properties)) expect(key).toMatch(/^(?:file|line|col|title)$/);
      }
      for (const line of lines) {
        expect(line).toMatch(/^(?:pass|fail|undecided): |^::(?:error|warning|notice) /);
        // The runner finds the older syntax anywhere in a line.
        expect(line).not.toMatch(/##\w*\[/);
        expect(line).not.toMatch(CONTROLS);
        expect(line).not.toMatch(CREDENTIALS);
      }
    }),
    RUNS,
  );
});
