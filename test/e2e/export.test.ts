import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleReferrer, statement } from '../support/attachments.ts';
import { createAuthority } from '../support/authority.ts';
import type { TestServer } from '../support/http-server.ts';
import { image } from '../support/image-builder.ts';
import { startRegistry } from '../support/registry-server.ts';
import type { ToolRun } from '../support/run-tool.ts';
import { runTool } from '../support/run-tool.ts';
import { CYCLONEDX, cycloneDxOf, pack } from '../support/sbom-images.ts';
import { github } from '../support/scenes.ts';
import { emptyRepository, jsonBytes } from '../support/test-repository.ts';
import { cycloneDxErrors } from '../unit/core/sbom/validity.ts';
import { spdxErrors } from '../unit/core/sbom/spdx-validity.ts';
import { validatorOf } from '../unit/render/trace-schema.ts';

/* One image whose provenance and SBOM are signed and pinned: each form of the export says what the trace document says. */
const folder = mkdtempSync(join(tmpdir(), 'provtrace-export-'));
let server: TestServer;
let root: string;
let digest: string;
const REPOSITORY = 'https://github.com/acme/shop';
const COMMIT = '8f3c2b1a9d7e6f5041c2d3e4f5a6b7c8d9e0f1a2';

beforeAll(async () => {
  const authority = createAuthority({ name: 'acme' });
  const repository = emptyRepository();
  const built = await image().layer({ 'app/server': 'shop' }).addTo(repository, '1.4');
  ({ digest } = built);
  const attach = (stated: object, predicateType: string): unknown =>
    bundleReferrer(repository, built.descriptor, {
      bytes: jsonBytes(authority.signBundle({ statement: stated })),
      predicateType,
    });
  attach(github(built, REPOSITORY), 'https://slsa.dev/provenance/v1');
  const predicate = cycloneDxOf(built.digest, [pack('left-pad', '1.3.0'), pack('express', '4.18.2')]);
  attach(statement({ subject: built.digest, predicateType: CYCLONEDX, predicate }), CYCLONEDX);
  await image().layer({ 'app/server': 'bare' }).addTo(repository, 'bare');
  root = join(folder, 'trusted_root.json');
  writeFileSync(root, authority.trustedRootJson);
  server = await startRegistry({ repositories: new Map([['acme/shop', repository]]) });
  await runTool(['trust', 'pin', `${server.host}/acme/shop:1.4`, '--trusted-root', root], { folder });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const exported = (...flags: readonly string[]): Promise<ToolRun> =>
  runTool(['export', `${server.host}/acme/shop:1.4`, '--trusted-root', root, ...flags], { folder });

type Step = { readonly name: string; readonly answer?: string; readonly grade?: string };
type Trace = { readonly steps: readonly Step[]; readonly grades: Readonly<Record<string, string>> };

describe('the same facts in every form', () => {
  test('terminal, trace document, CycloneDX and SPDX', async () => {
    const reference = `${server.host}/acme/shop:1.4`;
    const text = (await runTool(['trace', reference, '--trusted-root', root], { folder, env: { COLUMNS: '200' } }))
      .stdout;
    const trace = JSON.parse((await exported('--format', 'json')).stdout) as Trace;
    const cycloneDx = (await exported('--format', 'cyclonedx')).stdout;
    const spdx = (await exported('--format', 'spdx')).stdout;
    const answers = trace.steps
      .filter(({ name }) => ['source', 'commit', 'build', 'signature'].includes(name))
      .map(({ answer = '' }) => answer);
    expect(answers).toContain(REPOSITORY);
    expect(answers).toContain(COMMIT);
    expect(answers).toHaveLength(4);
    for (const answer of [...answers, digest])
      for (const form of [text, cycloneDx, spdx]) expect(form).toContain(answer);
    expect(trace.grades['origin']).toBe('verified');
    expect(JSON.parse(cycloneDx)).toMatchObject({
      metadata: {
        component: {
          pedigree: { commits: [{ uid: COMMIT, url: `${REPOSITORY}/commit/${COMMIT}` }] },
          properties: expect.arrayContaining([
            { name: 'provtrace:grade:origin', value: 'verified' },
            { name: 'provtrace:source:repository', value: REPOSITORY },
          ]),
        },
      },
      components: [{ name: 'left-pad' }, { name: 'express' }],
    });
    expect(text).toContain('origin verified');
  });

  test.each(['1.6', '1.7'] as const)('CycloneDX %s is valid by the official schema', async (version) => {
    const ran = await exported('--spec-version', version);
    expect(ran.code).toBe(0);
    expect(ran.stderr).not.toContain('errors');
    const document = JSON.parse(ran.stdout) as { declarations: { claims: unknown[] } };
    expect(cycloneDxErrors(document, version)).toEqual([]);
    // Provenance and SBOM: each is a claim that was verified.
    expect(document.declarations.claims).toHaveLength(2);
  });

  test('what a stranger signed is no claim that was verified', async () => {
    const words = ['export', `${server.host}/acme/shop:1.4`, '--trusted-root', root];
    const ran = await runTool(words, { folder: mkdtempSync(join(folder, 'unpinned-')) });
    expect(JSON.parse(ran.stdout)).not.toHaveProperty('declarations');
    expect(ran.stdout).toContain('"provtrace:grade:origin"');
    expect(ran.stderr).toContain('attested: signer not tied to this image');
  });

  test('SPDX is valid by its clauses', async () => {
    expect(spdxErrors(JSON.parse((await exported('--format', 'spdx')).stdout))).toEqual([]);
  });

  test('json is what trace writes', async () => {
    const traced = await runTool(
      ['trace', `${server.host}/acme/shop:1.4`, '--trusted-root', root, '--format', 'json'],
      { folder },
    );
    expect((await exported('--format', 'json')).stdout).toBe(traced.stdout);
  });

  test('intoto is a statement about the image, whose predicate is the trace document', async () => {
    const stated = JSON.parse((await exported('--format', 'intoto')).stdout) as { predicate: unknown };
    expect(stated).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ digest: { sha256: digest.slice('sha256:'.length) } }],
      predicateType: 'urn:provtrace:trace:1',
    });
    expect((await validatorOf('trace'))(stated.predicate)).toEqual([]);
  });
});

describe('what is not there', () => {
  test('without an SBOM the chain alone, which is told', async () => {
    const ran = await runTool(['export', `${server.host}/acme/shop:bare`], { folder });
    expect(cycloneDxErrors(JSON.parse(ran.stdout))).toEqual([]);
    expect(ran.stderr).toContain('there is no SBOM');
    expect(ran.code).toBe(0);
  });

  test.each([
    [['export', 'alpine', '--format', 'spdx', '--spec-version', '1.7']],
    [['export', 'alpine', 'busybox']],
    [['export', 'alpine', '--format', 'cyclone']],
  ])('2 for %s', async (words) => {
    expect(await runTool(words, { folder })).toMatchObject({ code: 2, requests: [] });
  });
});
