import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority } from '../support/authority.ts';
import type { TestServer } from '../support/http-server.ts';
import { startRegistry } from '../support/registry-server.ts';
import type { ToolRun } from '../support/run-tool.ts';
import { runTool } from '../support/run-tool.ts';
import { TAG_VALUE, fillSboms } from '../support/sbom-images.ts';
import { emptyRepository } from '../support/test-repository.ts';
import { validatorOf } from '../unit/render/trace-schema.ts';

/*
 * SBOMs in every carrier and wrapping, really signed by an authority of the tests, over HTTP: what is found, what of it is taken, and what is
 * printed of it. Absent, rejected and unheard end differently (STYLE rule 6).
 */
const folder = mkdtempSync(join(tmpdir(), 'provtrace-sbom-'));
const opened: TestServer[] = [];
let host: string;
let root: string;
let predicate: string;
let digests: Readonly<Record<string, string>>;

beforeAll(async () => {
  const authority = createAuthority({ name: 'acme' });
  const repository = emptyRepository();
  ({ predicate, digests } = await fillSboms(repository, authority));
  root = join(folder, 'trusted_root.json');
  writeFileSync(root, authority.trustedRootJson);
  const server = await startRegistry({ repositories: new Map([['acme/shop', repository]]) });
  opened.push(server);
  ({ host } = server);
});
afterAll(async () => {
  await Promise.all(opened.map((server) => server.close()));
  rmSync(folder, { recursive: true });
});

const sbom = (tag: string, ...flags: readonly string[]): Promise<ToolRun> =>
  runTool(['sbom', `${host}/acme/shop:${tag}`, '--trusted-root', root, ...flags], { folder });
const diff = (...flags: readonly string[]): Promise<ToolRun> =>
  runTool(['sbom', 'diff', `${host}/acme/shop:before`, `${host}/acme/shop:after`, '--trusted-root', root, ...flags], {
    folder,
  });
const listOf = async (tag: string): Promise<ListDocument> => {
  const ran = await sbom(tag, '--list', '--format', 'json');
  const document = JSON.parse(ran.stdout) as ListDocument;
  expect((await validatorOf('sbom-list'))(document)).toEqual([]);
  return document;
};
type ListDocument = { readonly sboms: readonly Record<string, unknown>[]; readonly unheard: readonly unknown[] };
const names = (ran: ToolRun): readonly string[] =>
  (JSON.parse(ran.stdout) as { components: { name: string }[] }).components.map(({ name }) => name);

describe('the document as it was signed or stored', () => {
  test('a predicate is printed letter for letter, and of two members of one name the one that was judged', async () => {
    const ran = await sbom('unusual');
    expect(ran.stdout).toBe(predicate);
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('attested: signer not tied to this image');
  });

  test.each([
    ['text', 'a file that the predicate holds as text'],
    ['file', 'a file under cosign’s .sbom tag'],
  ])('%s: %s', async (tag) => {
    const ran = await sbom(tag);
    expect(ran.stdout).toBe(TAG_VALUE);
    expect(ran.code).toBe(0);
  });

  test('into a file, byte for byte', async () => {
    const output = join(folder, 'out.spdx');
    await sbom('file', '--output', output);
    expect(readFileSync(output)).toEqual(Buffer.from(TAG_VALUE));
  });

  test.each([
    ['wrapped', 'Data of cosign 1', 'spdxVersion'],
    ['custom', 'text in Data of --type custom', 'bomFormat'],
    ['oras', 'a referrer whose layer is called JSON', 'bomFormat'],
  ])('%s: %s', async (tag, _, member) => {
    const ran = await sbom(tag);
    expect(JSON.parse(ran.stdout)).toHaveProperty(member);
    expect(ran.code).toBe(0);
  });
});

test('what was asked once is not asked again', async () => {
  const home = { folder: mkdtempSync(join(folder, 'again-')) };
  const words = ['sbom', `${host}/acme/shop:file`];
  expect((await runTool(words, home)).requests).not.toEqual([]);
  expect(await runTool(words, home)).toMatchObject({ code: 0, requests: [], stdout: TAG_VALUE });
});

describe('which of several is taken', () => {
  test('signed on the platform, then signed on the index, then unsigned', async () => {
    const { sboms } = await listOf('several');
    expect(sboms.map(({ trust, boundBy }) => `${String(trust)} ${String(boundBy)}`)).toEqual([
      'signed platform',
      'signed index',
      'unsigned platform',
    ]);
    expect(names(await sbom('several', '--format', 'json'))).toEqual(['of-the-platform']);
  });

  test('BuildKit’s scan of the image before those of its stages', async () => {
    const { sboms } = await listOf('stages');
    expect(sboms.map(({ name }) => name)).toEqual(['sbom', 'sbom-build']);
    expect(names(await sbom('stages', '--format', 'json'))).toEqual(['zlib', 'openssl']);
  });

  test('a signer that is pinned is verified', async () => {
    const pinned = { folder: mkdtempSync(join(folder, 'pinned-')) };
    const image = `${host}/acme/shop:several`;
    expect((await runTool(['trust', 'pin', image, '--trusted-root', root], pinned)).code).toBe(0);
    const ran = await runTool(['sbom', image, '--list', '--format', 'json', '--trusted-root', root], pinned);
    const { sboms } = JSON.parse(ran.stdout) as ListDocument;
    expect(sboms.map(({ trust }) => trust)).toEqual(['verified', 'verified', 'unsigned']);
  });

  test('one that names another image is taken, and said to', async () => {
    const ran = await sbom('another');
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('SBOM_SUBJECT_MISMATCH');
    expect(ran.stderr).toContain(digests['file']);
    expect((await listOf('another')).sboms[0]).toMatchObject({ binding: 'another', namedDigests: [digests['file']] });
  });
});

describe('Buildpacks, whose SBOMs are in the image', () => {
  test('those of the image, and not those of the build; all of them joined', async () => {
    const { sboms } = await listOf('buildpacks');
    expect(sboms.map(({ trust, grade }) => `${String(trust)} ${String(grade)}`)).toEqual(
      Array.from({ length: 3 }, () => 'inImage declared'),
    );
    expect(names(await sbom('buildpacks', '--merge', '--format', 'json')).toSorted()).toEqual([
      'express',
      'go',
      'launcher',
      'node',
    ]);
  });

  test('one alone is one buildpack’s, which is told', async () => {
    const ran = await sbom('buildpacks');
    expect(JSON.parse(ran.stdout)).toMatchObject({ components: [{ name: 'node' }] });
    expect(ran.stderr).toContain('--merge joins the 3 SBOMs');
  });

  test('only the one layer is asked for, and only of such an image', async () => {
    const blobsOf = async (tag: string): Promise<number> => {
      const ran = await sbom(tag, '--list', '--no-cache');
      return ran.requests.filter((request) => request.includes('/blobs/')).length;
    };
    // The config, and the layer.
    expect(await blobsOf('buildpacks')).toBe(2);
    expect(await blobsOf('none')).toBe(1);
  });
});

describe('exit codes', () => {
  test('4 where there is none', async () => {
    const ran = await sbom('none');
    expect(ran).toMatchObject({ code: 4, stdout: '' });
    expect(ran.stderr).toContain('has no SBOM');
    expect((await sbom('none', '--list')).code).toBe(4);
  });

  test('1 where it does not hold, and nothing of it is printed', async () => {
    const ran = await sbom('altered');
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect((await listOf('altered')).sboms).toMatchObject([{ trust: 'rejected' }]);
  });

  test('3 where it cannot be read; where another can, that is taken, and this one is told', async () => {
    const ran = await sbom('torn');
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    expect(await listOf('torn')).toMatchObject({ sboms: [{ error: { code: 'MALFORMED' } }] });
    const other = await sbom('torn-and-whole');
    expect(other).toMatchObject({ code: 0, stdout: TAG_VALUE });
    expect(other.stderr).toContain('cannot be read');
  });

  test('3 where somebody was not heard, who may have one', async () => {
    const server = await startRegistry({
      repositories: new Map([['acme/shop', await onlyNone()]]),
      lie: (request, response) => {
        if (request.url?.includes('/referrers/') !== true) return false;
        response.writeHead(403).end();
        return true;
      },
    });
    opened.push(server);
    const ran = await runTool(['sbom', `${server.host}/acme/shop:none`], { folder });
    expect(ran).toMatchObject({ code: 3, stdout: '' });
    const listed = await runTool(['sbom', '--list', `${server.host}/acme/shop:none`], { folder });
    expect(listed.code).toBe(3);
    expect(listed.stdout).toContain('not heard');
  });

  test.each([
    [['sbom']],
    [['sbom', 'diff', 'alpine']],
    [['sbom', 'alpine', '--format', 'original', '--merge']],
    [['sbom', 'alpine', '--tree', '--format', 'csv']],
    [['sbom', 'alpine', '--list', '--format', 'csv']],
  ])('2 for %s', async (words) => {
    const ran = await runTool(words, { folder });
    expect(ran).toMatchObject({ code: 2, requests: [] });
  });

  test('2 for two images', async () => {
    expect((await sbom('file', `${host}/acme/shop:none`)).code).toBe(2);
  });
});

async function onlyNone(): Promise<ReturnType<typeof emptyRepository>> {
  const { image } = await import('../support/image-builder.ts');
  const repository = emptyRepository();
  await image().layer({ 'app/server': 'none' }).addTo(repository, 'none');
  return repository;
}

describe('other forms', () => {
  test('what could not be carried over is told on standard error', async () => {
    const ran = await sbom('before', '--format', 'spdx-json');
    expect(JSON.parse(ran.stdout)).toMatchObject({ spdxVersion: 'SPDX-2.3' });
    expect(ran.stderr).toMatch(/not carried over|carried over in another form/);
  });

  test('the same input gives the same document', async () => {
    const [one, other] = [
      await sbom('before', '--format', 'cyclonedx-json'),
      await sbom('before', '--format', 'cyclonedx-json'),
    ];
    expect(one.stdout).toBe(other.stdout);
    expect(one.stdout).toMatch(/"serialNumber": "urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab]/);
  });

  test('--component and --licence', async () => {
    expect(names(await sbom('before', '--format', 'json', '--component', 'left-*'))).toEqual(['left-pad']);
    expect(names(await sbom('before', '--format', 'json', '--component', 'pkg:npm/kept'))).toEqual(['kept']);
    expect(names(await sbom('before', '--format', 'json', '--licence', 'apache-2.0'))).toEqual(['only-before']);
    expect((await sbom('before', '--component', 'pkg:')).code).toBe(2);
  });

  test('--merge joins all, each package once', async () => {
    const ran = await sbom('stages', '--merge', '--format', 'json');
    expect(names(ran).toSorted()).toEqual(['gcc', 'openssl', 'zlib']);
    expect((await validatorOf('sbom'))(JSON.parse(ran.stdout))).toEqual([]);
  });

  test('a table has a line for each component, and a CSV cell is no formula', async () => {
    expect((await sbom('before', '--format', 'table')).stdout.trim().split('\n')).toHaveLength(4);
    expect((await sbom('before', '--format', 'csv')).stdout.split('\n')[1]).toMatch(/^left-pad,1\.0\.0,library,MIT,/);
  });
});

describe('names that strangers chose', () => {
  // Escape sequences, direction, a password, commands to CI runners, a formula: what is shown of an image acts on nothing.
  test.each([
    ['--format', 'table'],
    ['--format', 'csv'],
    ['--tree'],
    ['--list'],
    ['--format', 'json'],
    ['--format', 'cyclonedx-json'],
    ['--format', 'cyclonedx-xml'],
    ['--format', 'spdx-json'],
  ])('%s %s', async (...flags) => {
    const ran = await sbom('hostile', ...flags.filter((flag) => flag !== undefined));
    expect(ran.code).toBe(0);
    for (const text of [ran.stdout, ran.stderr]) {
      expect(text).not.toContain('hunter2');
      expect(text).not.toMatch(/[^\n\P{Cc}]|\u202E/u);
      expect(text).not.toMatch(/^\s*::[a-z]/im);
      expect(flags.includes('csv') && /^[=+@]|,[=+@]/m.test(text)).toBe(false);
    }
  });
});

describe('diff', () => {
  test('components and origin', async () => {
    const ran = await diff('--format', 'json');
    const document = JSON.parse(ran.stdout) as Record<string, unknown>;
    expect((await validatorOf('sbom-diff'))(document)).toEqual([]);
    expect(document).toMatchObject({
      components: {
        added: [{ name: 'only-after' }],
        removed: [{ name: 'only-before' }],
        changed: [{ before: { name: 'left-pad', version: '1.0.0' }, after: { version: '2.0.0' } }],
      },
    });
    expect(ran.code).toBe(0);
  });

  test('in words', async () => {
    const { stdout } = await diff();
    expect(stdout).toContain('components 1 added, 1 removed, 1 changed');
    expect(stdout).toContain('~ left-pad 1.0.0 → 2.0.0');
  });
});

describe('--vex', () => {
  test('who states what of which component, and when', async () => {
    const ran = await sbom('before', '--vex', '--format', 'json');
    const document = JSON.parse(ran.stdout) as Record<string, unknown>;
    expect((await validatorOf('vex'))(document)).toEqual([]);
    expect(document).toMatchObject({
      documents: [
        {
          trust: 'signed',
          author: 'security@acme.example',
          statements: [
            {
              vulnerability: 'CVE-2026-0001',
              status: 'not_affected',
              about: 'components',
              components: [{ name: 'left-pad' }],
            },
          ],
        },
      ],
    });
  });

  test('of a version that is not in the image', async () => {
    const ran = await sbom('after', '--vex', '--format', 'json');
    expect(JSON.parse(ran.stdout)).toMatchObject({ documents: [{ statements: [{ about: 'other', components: [] }] }] });
  });

  test('in words, with its age', async () => {
    const { stdout } = await sbom('before', '--vex');
    expect(stdout).toContain('CVE-2026-0001 does not affect left-pad 1.0.0');
    expect(stdout).toContain('stated: 2026-05-30T12:00:00Z (2 days ago)');
  });

  test('CycloneDX that states vulnerabilities alone is no SBOM', async () => {
    const ran = await sbom('vex-alone', '--vex', '--format', 'json');
    expect(JSON.parse(ran.stdout)).toMatchObject({
      documents: [{ format: 'cyclonedx', statements: [{ vulnerability: 'CVE-2026-0002', about: 'image' }] }],
    });
    expect((await sbom('vex-alone')).code).toBe(4);
  });

  test('4 where nothing is stated', async () => {
    expect((await sbom('file', '--vex')).code).toBe(4);
  });
});
