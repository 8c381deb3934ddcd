import { describe, expect, test } from 'vitest';
import type { RawInput } from '../../../src/commands/command.ts';
import {
  REQUIREMENT_OPTIONS,
  TRUST_OPTIONS,
  isTransparencyLogWaived,
  parseRequirements,
  verifierOptions,
} from '../../../src/commands/verification.ts';
import { parseCommandLine } from '../../../src/command-line.ts';
import { COMMANDS } from '../../../src/commands/index.ts';
import { ToolError } from '../../../src/core/errors.ts';
import { isEmpty, pinsOf } from '../../../src/core/policy/requirements.ts';

const VERIFY = COMMANDS.find(({ name }) => name === 'verify')!;
const ISSUER = 'https://token.actions.githubusercontent.com';

/** As the parser leaves them. */
function input(...words: readonly string[]): RawInput {
  const line = parseCommandLine(VERIFY, ['image', ...words]);
  if (line === 'help') throw new Error('help');
  return line;
}
const requirements = (...words: readonly string[]) => parseRequirements(input(...words), []);
async function refusal(...words: readonly string[]): Promise<string> {
  const error: unknown = await requirements(...words).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ToolError)) throw new Error(`no refusal of ${words.join(' ')}`);
  expect(error.code).toBe('USAGE');
  expect(error.hint ?? error.expected).toBeDefined();
  return error.message;
}

describe('signers', () => {
  test('exactly, by pattern, by expression, each with the issuer', async () => {
    const { signers } = await requirements(
      '--identity',
      'a',
      '--identity-pattern',
      'b*',
      '--certificate-identity-regexp',
      'c.*',
      '--issuer',
      ISSUER,
    );
    expect(signers).toMatchObject([
      { kind: 'certificate', issuer: ISSUER, identity: 'a', match: 'exact' },
      { kind: 'certificate', issuer: ISSUER, identity: 'b*', match: 'pattern' },
      { kind: 'expression', issuer: ISSUER, identity: 'c.*' },
    ]);
  });

  test('by cosign’s names, also with =', async () => {
    const { signers } = await requirements('--certificate-identity', 'a', `--certificate-oidc-issuer=${ISSUER}`);
    expect(signers).toEqual([{ kind: 'certificate', issuer: ISSUER, identity: 'a', match: 'exact' }]);
  });

  test('by the keys given', async () => {
    const fingerprints = ['sha256:1', 'sha256:2'];
    const parsed = await parseRequirements(input('--key', 'a.pub', '--key', 'b.pub'), fingerprints);
    expect(parsed.signers).toEqual(fingerprints.map((fingerprint) => ({ kind: 'key', fingerprint })));
    expect(pinsOf(parsed)).toEqual(parsed.signers.map((signer) => ({ images: '**', signer, root: '*' })));
  });

  test.each([['--identity'], ['--identity-pattern'], ['--certificate-identity-regexp']])(
    '%s needs the issuer',
    async (flag) => {
      expect(await refusal(flag, 'a')).toBe('an identity needs its issuer');
    },
  );

  test('an issuer needs an identity', async () => {
    expect(await refusal('--issuer', ISSUER)).toBe('--issuer needs --identity or --identity-pattern');
  });

  test('an expression that is none is told', async () => {
    expect(await refusal('--certificate-identity-regexp', '(', '--issuer', ISSUER)).toBe('no RE2 expression: (');
  });
});

describe('repositories', () => {
  test.each([
    ['acme/shop', 'https://github.com/acme/shop'],
    ['github.com/acme/shop', 'https://github.com/acme/shop'],
    ['https://github.com/acme/shop.git', 'https://github.com/acme/shop'],
    ['git@github.com:acme/shop.git', 'https://github.com/acme/shop'],
    ['https://gitlab.com/group/sub/shop', 'https://gitlab.com/group/sub/shop'],
    ['git.example.com/acme/shop', 'https://git.example.com/acme/shop'],
  ])('%s', async (text, url) => {
    expect(await requirements('--source-repo', text)).toMatchObject({ sourceRepository: url });
    expect(await requirements('--signer-repo', text)).toMatchObject({ signerRepository: url });
  });

  test.each(['acme', 'https://github.com/acme', 'https://github.com', 'a b/c', '../shop'])(
    '%o is none',
    async (text) => {
      expect(await refusal('--source-repo', text)).toBe(`no repository: ${text}`);
    },
  );
});

describe('what is required', () => {
  const FLAGS = REQUIREMENT_OPTIONS.map(({ flags }) => flags.split(' ')[0] ?? '');

  test('is nothing without flags, also with flags that require nothing', async () => {
    expect(isEmpty(await requirements())).toBe(true);
    expect(
      isEmpty(
        await requirements(
          '--no-transparency-log',
          '--bundle',
          'b.json',
          '--trusted-root',
          'r.json',
          '--all-platforms',
        ),
      ),
    ).toBe(true);
  });

  test.each(FLAGS.filter((flag) => !/identity|issuer|builder|--at$/.test(flag)))(
    '%s alone is a requirement',
    async (flag) => {
      expect(isEmpty(await requirements(flag, 'acme/shop'))).toBe(false);
    },
  );

  test.each(FLAGS)('%s with nothing in it is refused: a variable was not set', async (flag) => {
    for (const nothing of ['', '  ']) {
      expect(await refusal('--identity', 'a', '--issuer', ISSUER, flag, nothing)).toBe(`${flag} is empty`);
    }
  });

  test('each flag goes where it belongs', async () => {
    const words = ['signer-workflow', 'source-ref', 'source-commit', 'builder', 'predicate-type'].flatMap((name) => [
      `--${name}`,
      `the ${name}`,
    ]);
    expect(await requirements(...words)).toEqual({
      signers: [],
      signerWorkflow: 'the signer-workflow',
      sourceRef: 'the source-ref',
      sourceCommit: 'the source-commit',
      builder: 'the builder',
      predicateType: 'the predicate-type',
    });
  });
});

test('the verifier is told keys, roots, and whether a log is required', () => {
  expect(verifierOptions(input())).toEqual({ trustedRoots: [], keys: [], transparencyLog: 'required' });
  const given = input('--key', 'a', '--key', 'b', '--trusted-root', 'c', '--no-transparency-log');
  expect(verifierOptions(given)).toEqual({ trustedRoots: ['c'], keys: ['a', 'b'], transparencyLog: 'notRequired' });
  expect([isTransparencyLogWaived(given), isTransparencyLogWaived(input())]).toEqual([true, false]);
});

test('trace takes the same flags of trust, and none of the requirements', () => {
  const flags = COMMANDS.find(({ name }) => name === 'trace')!.options.map((option) => option.flags);
  expect(TRUST_OPTIONS.map((option) => option.flags).filter((flag) => !flags.includes(flag))).toEqual([]);
  expect(REQUIREMENT_OPTIONS.map((option) => option.flags).filter((flag) => flags.includes(flag))).toEqual([]);
});
