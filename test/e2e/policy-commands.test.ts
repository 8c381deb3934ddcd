import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority } from '../support/authority.ts';
import type { TestServer } from '../support/http-server.ts';
import { fillReleased, releaser } from '../support/policy-images.ts';
import { startRegistry } from '../support/registry-server.ts';
import { layoutFiles, writeFolder } from '../support/repository-files.ts';
import type { ToolRun } from '../support/run-tool.ts';
import { runTool } from '../support/run-tool.ts';
import { emptyRepository } from '../support/test-repository.ts';
import { validatorOf } from '../unit/render/trace-schema.ts';

/* `policy` and its actions, and files that name images, over images that are really signed. */
const folder = mkdtempSync(join(tmpdir(), 'provtrace-policies-'));
const root = join(folder, 'trusted_root.json');
const layout = join(folder, 'layout');
const repository = emptyRepository();
let server: TestServer;
let files = 0;

beforeAll(async () => {
  const authority = createAuthority({ name: 'acme' });
  await fillReleased(repository, authority);
  writeFileSync(root, authority.trustedRootJson);
  server = await startRegistry({ repositories: new Map([['acme/shop', repository]]) });
  await writeFolder(layout, layoutFiles(repository));
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const tool = (...argv: readonly string[]): Promise<ToolRun> => runTool(argv, { folder });
const TRUST = ['--trusted-root', root];

function written(text: string, name = `file-${++files}`): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function policy(require: object, images = '**'): string {
  return written(JSON.stringify({ version: 1, rules: [{ name: 'release', images: [images], require }] }));
}
const GOOD = { signers: { of: [releaser(root)] }, provenance: { triggers: ['push'] } };
const BAD = { signers: { of: [releaser(root)] }, provenance: { triggers: ['release'] } };

describe('policy init', () => {
  test('writes a policy that the image meets, and that an image without attestations does not', async () => {
    const made = await tool('policy', 'init', `${server.host}/acme/shop:1.4`, ...TRUST);
    expect([made.code, made.stderr]).toEqual([0, '']);
    const path = written(made.stdout);
    expect((await tool('policy', 'check', path)).code).toBe(0);
    expect((await tool('verify', `${server.host}/acme/shop:1.4`, '--policy', path, ...TRUST)).code).toBe(0);
    expect((await tool('verify', `${server.host}/acme/shop:plain`, '--policy', path, ...TRUST)).code).toBe(1);
    // It is tight: another root of trust is another signer.
    expect((await tool('verify', `${server.host}/acme/shop:1.4`, '--policy', path)).code).toBe(1);
  });

  test('of an image that nobody signed is refused', async () => {
    const ran = await tool('policy', 'init', `${server.host}/acme/shop:plain`, ...TRUST);
    expect(ran.code).toBe(2);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toContain('signature');
  });

  test('of an image that is not there is refused as that', async () => {
    expect((await tool('policy', 'init', `${server.host}/acme/shop:nope`, ...TRUST)).code).toBe(4);
    expect((await tool('policy', 'init')).code).toBe(2);
  });
});

describe('policy check', () => {
  test.each([
    ['a key that is none', 'version: 1\nrules:\n  - name: a\n    images: ["**"]\n    requires: {}\n', ':5:', 'require'],
    ['a tab', 'version: 1\nrules:\n\t- name: a\n', ':3:', 'YAML'],
    ['a key that is there twice', 'version: 1\nversion: 1\nrules: []\n', ':2:', 'YAML'],
    [
      'rules that demand nothing',
      'version: 1\nrules:\n  - name: a\n    images: ["**"]\n    require: {}\n',
      ':5:',
      'demand',
    ],
  ])('%s is told at its place', async (_what, text, place, word) => {
    const path = written(text);
    const ran = await tool('policy', 'check', path);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(`${path}${place}`);
    expect(ran.stderr).toContain(word);
  });

  test('a good one is summed up, with exceptions that are over', async () => {
    const exception = { rule: 'release', images: '**', reason: 'r', owner: 'o', expires: '2026-05-31' };
    const rules = [{ name: 'release', images: ['ghcr.io/acme/*'], mode: 'warn', require: GOOD }];
    const path = written(JSON.stringify({ version: 1, rules, exceptions: [exception] }));
    const ran = await tool('policy', 'check', path, '--format', 'json');
    const document: unknown = JSON.parse(ran.stdout);
    expect(document).toMatchObject({
      schema: 'provtrace/policy-check/1',
      rules: [{ name: 'release', images: ['ghcr.io/acme/*'], mode: 'warn' }],
      expired: [{ rule: 'release', expires: '2026-05-31' }],
    });
    expect((await validatorOf('policy-check'))(document)).toEqual([]);
    expect((await tool('policy', 'check', path)).stdout).toContain(
      'no longer excepted: ** from release until 2026-05-31',
    );
  });

  test('one that nothing can ever meet is told as that', async () => {
    const all = [{ materials: { hosts: ['github.com'] } }, { materials: { hosts: ['gitlab.com'] } }];
    const ran = await tool('policy', 'check', policy({ all }));
    expect([ran.code, ran.stdout.includes('! release can never hold')]).toEqual([0, true]);
  });

  test('without a file, the one that the working folder’s provtrace.yaml names, which verify does not take', async () => {
    const project = mkdtempSync(join(folder, 'project-'));
    mkdirSync(join(project, 'deploy'));
    writeFileSync(join(project, 'deploy', 'release.json'), JSON.stringify({ version: 1, rules: [] }));
    writeFileSync(join(project, 'provtrace.yaml'), 'policy: deploy/release.json\n');
    const checked = await runTool(['policy', 'check'], { folder: project });
    expect([checked.code, checked.stderr.includes(join('deploy', 'release.json'))]).toEqual([2, true]);
    const verified = await runTool(['verify', `${server.host}/acme/shop:1.4`, ...TRUST], { folder: project });
    expect(verified.stderr).toContain('needs to be told what to require');
  });

  test('Sigstore’s ClusterImagePolicy, with what its unanchored patterns let through', async () => {
    const path = written(
      [
        'apiVersion: policy.sigstore.dev/v1beta1',
        'kind: ClusterImagePolicy',
        'metadata: { name: shop }',
        'spec:',
        '  images: [{ glob: "**" }]',
        '  authorities:',
        '    - keyless:',
        '        identities:',
        '          - issuer: https://token.actions.githubusercontent.com',
        '            subjectRegExp: https://github.com/acme/shop/.*',
        '',
      ].join('\n'),
    );
    const ran = await tool('policy', 'check', path);
    expect(ran.code).toBe(0);
    expect(ran.stdout.replaceAll(/\s+/g, ' ')).toContain('is not anchored at both ends');
  });
});

describe('policy explain', () => {
  test('names the rules, the pattern and what is required, and asks nobody', async () => {
    const path = policy(GOOD, 'ghcr.io/acme/*');
    const ran = await tool('policy', 'explain', path, 'ghcr.io/acme/shop:1.4', '--format', 'json');
    const document: unknown = JSON.parse(ran.stdout);
    expect(document).toMatchObject({
      image: 'ghcr.io/acme/shop',
      rules: [{ rule: 'release', pattern: 'ghcr.io/acme/*', mode: 'enforce' }],
    });
    expect(ran.stdout).toContain('"provenance.triggers"');
    expect(ran.requests).toEqual([]);
    expect((await validatorOf('policy-explain'))(document)).toEqual([]);
  });

  test('an image without a rule is told what becomes of it', async () => {
    const ran = await tool('policy', 'explain', policy(GOOD, 'ghcr.io/acme/*'), 'quay.io/acme/shop');
    expect(ran.stdout).toContain('no rule of the policy is for it: it fails');
  });

  test('a digest alone has no name', async () => {
    expect((await tool('policy', 'explain', policy(GOOD), `sha256:${'a'.repeat(64)}`)).code).toBe(2);
  });
});

describe('policy test', () => {
  type Cases = Readonly<Record<string, string>>;
  /** A folder of cases, each the layout of all tags; `ref` names the one that is meant. */
  const folderOf = (cases: Cases): string => {
    const parent = mkdtempSync(join(folder, 'cases-'));
    for (const [name, expected] of Object.entries(cases)) {
      cpSync(layout, join(parent, name), { recursive: true });
      writeFileSync(join(parent, name, 'expected.yaml'), expected);
    }
    return parent;
  };
  const expecting = (tag: string, verdict: string, more = ''): string =>
    `image: ghcr.io/acme/shop:${tag}\nref: '${tag}'\nverdict: ${verdict}\n${more}`;

  test('is 0 where every verdict is the expected one, and asks nobody', async () => {
    const cases = folderOf({
      good: expecting('1.4', 'pass'),
      unsigned: expecting('plain', 'fail', 'failing: [signers]\n'),
    });
    writeFileSync(join(cases, 'policy.yaml'), JSON.stringify(jsonOf(GOOD)));
    const cache = ['--cache', join(cases, 'seen.db')];
    const ran = await tool('policy', 'test', cases, ...TRUST, ...cache, '--format', 'json');
    const document: unknown = JSON.parse(ran.stdout);
    expect(document).toMatchObject({
      cases: [
        { name: 'good', got: 'pass', isAsExpected: true },
        { name: 'unsigned', got: 'fail', isAsExpected: true },
      ],
    });
    expect([ran.code, ran.requests]).toEqual([0, []]);
    expect((await validatorOf('policy-test'))(document)).toEqual([]);
    // Nothing is remembered under the name that the layout stood in for.
    const digest = repository.tags.get('plain') ?? '';
    expect((await tool('trace', digest, '--offline', ...cache)).code).toBe(4);
  });

  test('is 1 where one differs, or another requirement fails than was expected', async () => {
    const bad = policy(BAD, 'ghcr.io/acme/*');
    const differing = await tool(
      'policy',
      'test',
      folderOf({ good: expecting('1.4', 'pass') }),
      '--policy',
      bad,
      ...TRUST,
    );
    expect(differing.code).toBe(1);
    expect(differing.stdout).toContain('expected: pass');
    const other = folderOf({ good: expecting('1.4', 'fail', 'failing: [provenance.ref]\n') });
    const ran = await tool('policy', 'test', other, '--policy', bad, ...TRUST);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('expected to fail: provenance.ref');
  });

  test('is 2 where nothing is tested: no case, or one that says nothing', async () => {
    const path = policy(GOOD);
    const empty = mkdtempSync(join(folder, 'empty-'));
    expect((await tool('policy', 'test', empty, '--policy', path)).code).toBe(2);
    mkdirSync(join(empty, 'case'));
    const ran = await tool('policy', 'test', empty, '--policy', path);
    expect([ran.code, ran.stderr.includes('expected.yaml')]).toEqual([2, true]);
    expect((await tool('policy', 'test', join(folder, 'nowhere'), '--policy', path)).code).toBe(2);
  });

  test('a layout that cannot be read is not as expected', async () => {
    const parent = mkdtempSync(join(folder, 'cases-'));
    mkdirSync(join(parent, 'torn'));
    writeFileSync(join(parent, 'torn', 'expected.yaml'), expecting('1.4', 'fail'));
    const ran = await tool('policy', 'test', parent, '--policy', policy(GOOD), ...TRUST);
    expect([ran.code, ran.stdout.includes('got: unread')]).toEqual([1, true]);
  });

  function jsonOf(require: object): object {
    return { version: 1, rules: [{ name: 'release', images: ['ghcr.io/acme/*'], require }] };
  }
});

describe('verify --file', () => {
  const pod = (...tags: readonly string[]): string =>
    [
      'apiVersion: v1',
      'kind: Pod',
      'metadata: { name: web }',
      'spec:',
      '  containers:',
      ...tags.map((tag) => `    - image: ${server.host}/acme/shop:${tag}`),
      '',
    ].join('\n');
  type Found = {
    readonly reference: string;
    readonly verdict?: string;
    readonly foundIn: readonly { readonly path: string; readonly line: number; readonly pointer: string }[];
  };

  test('each image once, with all places that name it', async () => {
    const manifest = written(pod('1.4', '1.4'), 'pod.yaml');
    const list = written(`${server.host}/acme/shop:1.4\n`, 'images.txt');
    const ran = await tool(
      'verify',
      '-f',
      manifest,
      '--file',
      list,
      '--policy',
      policy(GOOD),
      ...TRUST,
      '--format',
      'json',
    );
    const document: Found = JSON.parse(ran.stdout);
    expect(ran.code).toBe(0);
    expect(document.foundIn.map(({ path, line, pointer }) => [path, line, pointer])).toEqual([
      [manifest, 6, 'Pod/web spec.containers[0].image'],
      [manifest, 7, 'Pod/web spec.containers[1].image'],
      [list, 1, 'line 1'],
    ]);
    expect((await validatorOf('verify'))(document)).toEqual([]);
  });

  test('from standard input, and beside images of the command line', async () => {
    const argv = ['verify', `${server.host}/acme/shop:plain`, '-f', '-', '--policy', policy(GOOD), ...TRUST];
    const ran = await runTool([...argv, '--format', 'ndjson'], { folder, stdin: pod('1.4') });
    const verdicts = ran.stdout.trim().split('\n');
    expect(verdicts.map((line): unknown => (JSON.parse(line) as Found).verdict)).toEqual(['fail', 'pass']);
    expect(ran.code).toBe(1);
  });

  test('one that names no image is an error, and so is one that cannot be read in part', async () => {
    const none = written('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n', 'config.yaml');
    expect((await tool('verify', '-f', none, '--policy', policy(GOOD), ...TRUST)).code).toBe(2);
    const torn = written(`${pod('1.4')}---\nkind: Deployment\nspec: [\n`, 'torn.yaml');
    const ran = await tool('verify', '-f', torn, '--policy', policy(GOOD), ...TRUST);
    expect(ran.code).toBe(2);
    expect(ran.stdout).toContain(`pass: ${server.host}/acme/shop:1.4`);
    expect((await tool('verify', '-f', join(folder, 'nowhere.yaml'), '--policy', policy(GOOD))).code).toBe(2);
    expect((await tool('verify', '--policy', policy(GOOD))).code).toBe(2);
  });

  test('an image that is not there is told with its place', async () => {
    const ran = await tool('verify', '-f', written(pod('nope'), 'nope.yaml'), '--policy', policy(GOOD), ...TRUST);
    expect(ran.code).toBe(4);
    expect(ran.stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /named in: \S+nope\.yaml:6:\d+ \(Pod\/web spec\.containers\[0\]\.image\)/,
    );
  });
});
