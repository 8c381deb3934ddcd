import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleReferrer } from '../support/attachments.ts';
import type { Authority } from '../support/authority.ts';
import { DEFAULT_IDENTITY, DEFAULT_ISSUER, createAuthority } from '../support/authority.ts';
import type { TestServer } from '../support/http-server.ts';
import type { BuiltImage } from '../support/image-builder.ts';
import { image } from '../support/image-builder.ts';
import { startRegistry } from '../support/registry-server.ts';
import type { ToolRun } from '../support/run-tool.ts';
import { NOW, runTool } from '../support/run-tool.ts';
import { github } from '../support/scenes.ts';
import { PROVENANCE } from '../support/signed-images.ts';
import { emptyRepository, jsonBytes } from '../support/test-repository.ts';
import { sarifErrors } from '../unit/render/verify/sarif-schema.ts';
import { parseXml } from '../unit/render/verify/xml.ts';

/* Reports for machines, written by the whole tool; and our own verification summary, signed, as evidence of another run. */
const VSA = 'https://slsa.dev/verification_summary/v1';
const GATE = 'https://github.com/acme/gate/.github/workflows/gate.yml@refs/heads/main';

const folder = mkdtempSync(join(tmpdir(), 'provtrace-reports-'));
const root = join(folder, 'trusted_root.json');
const policy = join(folder, 'policy.json');
const repository = emptyRepository();
let server: TestServer;
let authority: Authority;
let runs = 0;

async function signedImage(tag: string): Promise<BuiltImage> {
  const built = await image().layer({ 'app/server': tag }).addTo(repository, tag);
  const bytes = jsonBytes(authority.signBundle({ statement: github(built, 'https://github.com/acme/shop') }));
  bundleReferrer(repository, built.descriptor, { bytes, predicateType: PROVENANCE });
  return built;
}

const gateOf = (identity: string): object => ({ issuer: DEFAULT_ISSUER, identity, root: `file:${root}` });

beforeAll(async () => {
  authority = createAuthority({ name: 'acme' });
  await signedImage('1.4');
  writeFileSync(root, authority.trustedRootJson);
  const rule = { name: 'release', images: ['**'], require: { signers: { of: [gateOf(DEFAULT_IDENTITY)] } } };
  writeFileSync(policy, JSON.stringify({ version: 1, rules: [rule] }));
  server = await startRegistry({ repositories: new Map([['acme/shop', repository]]) });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

type Setting = { readonly tag?: string; readonly env?: Readonly<Record<string, string>> };

/** In a working folder of its own, which is also its home. */
async function verify(
  flags: readonly string[],
  { tag = '1.4', env = {} }: Setting = {},
): Promise<ToolRun & { at: string }> {
  const at = mkdtempSync(join(folder, `run-${++runs}-`));
  const argv = ['verify', `${server.host}/acme/shop:${tag}`, '--trusted-root', root, ...flags];
  return { ...(await runTool(argv, { folder: at, env })), at };
}
const SIGNER = ['--identity', DEFAULT_IDENTITY, '--issuer', DEFAULT_ISSUER];
const WRONG = ['--source-ref', 'refs/tags/v1'];

describe('several reports at once', () => {
  test('are written beside the result, whole, and say the same', async () => {
    const reports = ['sarif', 'junit', 'markdown', 'vsa', 'json'].flatMap((format) => [
      '--report',
      `${format}=out.${format}`,
    ]);
    const ran = await verify([...SIGNER, ...WRONG, ...reports]);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/^✖ fail: /);
    const read = (name: string): string => readFileSync(join(ran.at, name), 'utf8');
    const sarif: { runs: { results: { ruleId: string }[] }[] } = JSON.parse(read('out.sarif'));
    expect(sarifErrors(sarif)).toEqual([]);
    expect(sarif.runs[0]?.results.map(({ ruleId }) => ruleId)).toEqual(['document.sourceRef']);
    expect(parseXml(read('out.junit')).attributes).toMatchObject({ failures: '1', errors: '0' });
    expect(read('out.markdown')).toContain('| ✖ fail | `document.sourceRef` | refs/tags/v1 | refs/heads/main |');
    expect(JSON.parse(read('out.vsa'))).toMatchObject({ predicate: { verificationResult: 'FAILED' } });
    expect(JSON.parse(read('out.json'))).toMatchObject({ verdict: 'fail' });
    expect(readdirSync(ran.at).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  test('have no colours, whatever the terminal has', async () => {
    const ran = await verify([...SIGNER, '--report', 'text=out.txt'], { env: { FORCE_COLOR: '1' } });
    expect(ran.stdout).toContain('\u001b[');
    expect(readFileSync(join(ran.at, 'out.txt'), 'utf8')).toMatch(/^✔ pass: /);
  });

  test('are there with a line an image too', async () => {
    const ran = await verify([...SIGNER, '--format', 'ndjson', '--report', 'junit=out.xml']);
    expect([ran.code, JSON.parse(ran.stdout)]).toMatchObject([0, { verdict: 'pass' }]);
    expect(parseXml(readFileSync(join(ran.at, 'out.xml'), 'utf8')).children).toHaveLength(1);
  });

  test('replace a file that was there', async () => {
    const path = join(folder, 'kept.sarif');
    writeFileSync(path, 'x'.repeat(100_000));
    await verify([...SIGNER, '--report', `sarif=${path}`]);
    expect(sarifErrors(JSON.parse(readFileSync(path, 'utf8')))).toEqual([]);
  });

  test.each([
    ['of an unknown format', ['--report', 'sarf=a'], 'did you mean sarif?'],
    ['without a file', ['--report', 'sarif'], 'expected: FORMAT=FILE'],
    ['to no file', ['--report', 'sarif= '], 'expected: FORMAT=FILE'],
    ['to one file twice', ['--report', 'sarif=a', '--report', 'junit=a'], 'two reports would be written to a'],
  ])('%s are a usage error, before anything is asked', async (_name, flags, message) => {
    const ran = await verify([...SIGNER, ...flags]);
    expect([ran.code, ran.requests, ran.stdout]).toEqual([2, [], '']);
    expect(ran.stderr).toContain(message);
  });

  test('that cannot be written are told, and are no pass', async () => {
    const ran = await verify([...SIGNER, '--report', 'sarif=no/such/folder/a']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('no/such/folder/a cannot be written');
    expect(existsSync(join(ran.at, 'no'))).toBe(false);
  });
});

describe('on GitHub’s runner', () => {
  test('annotations are printed, and the summary is added to what the step has said already', async () => {
    const summary = join(folder, 'summary.md');
    writeFileSync(summary, 'before\n');
    const ran = await verify([...SIGNER, ...WRONG, '--format', 'github'], { env: { GITHUB_STEP_SUMMARY: summary } });
    expect(ran.code).toBe(1);
    const lines = ran.stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^fail: 127\.0\.0\.1:\d+\/acme\/shop:1\.4/);
    expect(lines[1]).toMatch(/^::error title=127\.0\.0\.1%3A\d+\/acme\/shop%3A1\.4[^:]*document\.sourceRef::fail%0A/);
    expect(lines).toHaveLength(2);
    expect(readFileSync(summary, 'utf8')).toMatch(/^before\n## `127\.0\.0\.1[^\n]*\n\n\*\*✖ fail:\*\*/);
  });

  test('no summary is written for other formats, nor where there is no runner', async () => {
    const summary = join(folder, 'untouched.md');
    await verify([...SIGNER, '--format', 'json'], { env: { GITHUB_STEP_SUMMARY: summary } });
    expect(existsSync(summary)).toBe(false);
    expect((await verify([...SIGNER, '--format', 'github'])).code).toBe(0);
  });
});

describe('our own verification summary', () => {
  /** Judges an image, signs what comes of it, and attaches that to it. */
  async function attest(tag: string, flags: readonly string[]): Promise<void> {
    const built = await signedImage(tag);
    const ran = await verify([...flags, '--format', 'vsa'], { tag });
    const statement: { subject: { digest: object }[] } = JSON.parse(ran.stdout);
    expect(statement.subject[0]?.digest).toEqual({ sha256: built.digest.slice('sha256:'.length) });
    const bytes = jsonBytes(authority.signBundle({ statement, identity: GATE }));
    bundleReferrer(repository, built.descriptor, { bytes, predicateType: VSA });
  }
  const asked = (identity: string): readonly string[] => [
    '--predicate-type',
    VSA,
    '--identity',
    identity,
    '--issuer',
    DEFAULT_ISSUER,
  ];

  test('has the digest of the policy’s bytes, and the moment', async () => {
    const ran = await verify(['--policy', policy, '--format', 'vsa']);
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      predicateType: VSA,
      predicate: {
        timeVerified: NOW,
        policy: {
          uri: `file://${policy}`,
          digest: { sha256: createHash('sha256').update(readFileSync(policy)).digest('hex') },
        },
        verificationResult: 'PASSED',
      },
    });
  });

  test('is evidence, signed by whom another run requires', async () => {
    await attest('passed', ['--policy', policy]);
    expect((await verify(asked(GATE), { tag: 'passed' })).code).toBe(0);
    const rules = [
      { name: 'gate', images: ['**'], require: { attestations: [{ predicateType: VSA, signedBy: [gateOf(GATE)] }] } },
    ];
    writeFileSync(join(folder, 'gate.json'), JSON.stringify({ version: 1, rules }));
    expect((await verify(['--policy', join(folder, 'gate.json')], { tag: 'passed' })).code).toBe(0);
    // Nobody has summed up this one.
    expect((await verify(['--policy', join(folder, 'gate.json')])).code).toBe(1);
  });

  test('is none by a signer who is not required', async () => {
    expect((await verify(asked(DEFAULT_IDENTITY), { tag: 'passed' })).code).toBe(1);
  });

  test('of an image that did not pass is none, whoever signed it', async () => {
    await attest('failed', [...SIGNER, ...WRONG]);
    const ran = await verify(asked(GATE), { tag: 'failed' });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('verification result');
  });

  test('is about its own image alone', async () => {
    const other = await signedImage('other');
    const passed = await verify(['--policy', policy, '--format', 'vsa'], { tag: 'passed' });
    const statement: object = JSON.parse(passed.stdout);
    const bytes = jsonBytes(authority.signBundle({ statement, identity: GATE }));
    bundleReferrer(repository, other.descriptor, { bytes, predicateType: VSA });
    expect((await verify(asked(GATE), { tag: 'other' })).code).toBe(1);
  });
});
