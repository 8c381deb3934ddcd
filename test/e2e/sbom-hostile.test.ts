import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleReferrer, cosignTag, statement } from '../support/attachments.ts';
import { createAuthority } from '../support/authority.ts';
import type { TestServer } from '../support/http-server.ts';
import type { BuiltImage } from '../support/image-builder.ts';
import { image } from '../support/image-builder.ts';
import { startRegistry } from '../support/registry-server.ts';
import type { ToolRun } from '../support/run-tool.ts';
import { runTool } from '../support/run-tool.ts';
import { CYCLONEDX, TAG_VALUE, cycloneDxOf, pack } from '../support/sbom-images.ts';
import type { TestRepository } from '../support/test-repository.ts';
import { emptyRepository, jsonBytes } from '../support/test-repository.ts';

/* Whoever can attach documents to an image, or stand between it and its registry, and what is told to whoever asks for its SBOM then. */
const folder = mkdtempSync(join(tmpdir(), 'provtrace-sbom-hostile-'));
const opened: TestServer[] = [];
let root: string;
let host: string;
let deaf: string;

beforeAll(async () => {
  const authority = createAuthority({ name: 'acme' });
  root = join(folder, 'trusted_root.json');
  writeFileSync(root, authority.trustedRootJson);
  const repository = emptyRepository();
  const built = async (tag: string): Promise<BuiltImage> => image().layer({ app: tag }).addTo(repository, tag);
  const sign = (subject: BuiltImage, predicate: unknown): ReturnType<typeof authority.signBundle> =>
    authority.signBundle({ statement: statement({ subject: subject.digest, predicateType: CYCLONEDX, predicate }) });
  await built('none');
  const [signed, unsigned] = ['application/vnd.dev.sigstore.bundle.v0.3+json', 'application/vnd.in-toto+json'];
  addTwofold(repository, await built('signed-first'), { sign, mediaTypes: [signed, unsigned] });
  addTwofold(repository, await built('unsigned-first'), { sign, mediaTypes: [unsigned, signed] });
  const mixed = await built('mixed');
  const outside = { ...cycloneDxOf(mixed.digest, [pack('outside', '1')]) };
  const both = { ...outside, ...statement({ subject: mixed.digest, predicateType: CYCLONEDX, predicate: inside(mixed) }) };
  attachBundle(repository, mixed, authority.signBundle({ payload: Buffer.from(jsonBytes(both)) }));
  const altered = await built('altered');
  const good = sign(altered, inside(altered));
  const evil = statement({ subject: altered.digest, predicateType: CYCLONEDX, predicate: outside });
  const payload = Buffer.from(jsonBytes(evil)).toString('base64');
  attachBundle(repository, altered, { ...good, dsseEnvelope: { ...good.dsseEnvelope, payload } });
  for (const tag of ['filed', 'filed-too']) {
    const filed = await built(tag);
    const bytes = Buffer.from(TAG_VALUE);
    cosignTag(repository, filed.digest, { kind: 'sbom', layers: [{ mediaType: 'text/spdx', bytes }] });
  }
  const another = await built('another');
  attachBundle(repository, another, sign(another, cycloneDxOf(mixed.digest, [pack('left-pad', '1.3.0')])));
  const repositories = new Map([['acme/shop', repository]]);
  opened.push(await startRegistry({ repositories }));
  opened.push(
    await startRegistry({
      repositories,
      lie: (request, response) => {
        if (request.url?.includes('/referrers/') !== true) return false;
        response.writeHead(403).end();
        return true;
      },
    }),
  );
  [host = '', deaf = ''] = opened.map((server) => server.host);
});
afterAll(async () => {
  await Promise.all(opened.map((server) => server.close()));
  rmSync(folder, { recursive: true });
});

function inside({ digest }: BuiltImage): Record<string, unknown> {
  return cycloneDxOf(digest, [pack('inside', '1')]);
}

function attachBundle(repository: TestRepository, subject: BuiltImage, bundle: unknown): void {
  bundleReferrer(repository, subject.descriptor, { bytes: jsonBytes(bundle), predicateType: CYCLONEDX });
}

type Sign = (subject: BuiltImage, predicate: unknown) => { readonly dsseEnvelope: object };

/** One blob that is what was signed by one media type, and a statement that nobody signed by another. */
function addTwofold(
  repository: TestRepository,
  subject: BuiltImage,
  { sign, mediaTypes }: { readonly sign: Sign; readonly mediaTypes: readonly string[] },
): void {
  const predicate = cycloneDxOf(subject.digest, [pack('planted', '1')]);
  const planted = statement({ subject: subject.digest, predicateType: CYCLONEDX, predicate });
  const bytes = jsonBytes({ ...sign(subject, inside(subject)), ...planted });
  cosignTag(repository, subject.digest, { kind: 'att', layers: mediaTypes.map((mediaType) => ({ mediaType, bytes })) });
}

const run = (...words: readonly string[]): Promise<ToolRun> =>
  runTool([...words, '--trusted-root', root], { folder: mkdtempSync(join(folder, 'at-')) });
const at = (tag: string, by = host): string => `${by}/acme/shop:${tag}`;

describe('one blob of two media types', () => {
  test.each(['signed-first', 'unsigned-first'])('%s: what nobody signed is not printed as what somebody did', async (tag) => {
    const home = mkdtempSync(join(folder, 'pinned-'));
    const pinned = (...words: readonly string[]): Promise<ToolRun> =>
      runTool([...words, '--trusted-root', root], { folder: home });
    expect((await pinned('trust', 'pin', at(tag))).code).toBe(0);
    const ran = await pinned('sbom', at(tag));
    expect(ran.stderr).toContain('is verified');
    expect(ran.stdout).toContain('"inside"');
    const list = await pinned('sbom', at(tag), '--list', '--format', 'json');
    expect((JSON.parse(list.stdout) as { sboms: object[] }).sboms).toMatchObject([{ trust: 'verified', components: 1 }]);
    expect((await pinned('sbom', at(tag), '--format', 'csv')).stdout).not.toContain('planted');
  });
});

test('what is printed as signed is the predicate, whatever stands beside it', async () => {
  const ran = await run('sbom', at('mixed'));
  expect(ran.stdout).toContain('"inside"');
  expect(ran.stdout).not.toContain('outside');
});

describe('diff', () => {
  test('tells what the SBOMs are worth that it compares, and which image they name', async () => {
    const ran = await run('sbom', 'diff', at('another'), at('filed'));
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('attested: signer not tied to this image');
    expect(ran.stderr).toContain('SBOM_SUBJECT_MISMATCH');
    expect(ran.stderr).toContain('declared: unsigned');
  });

  test('is undecided where somebody was not heard, whatever was compared', async () => {
    const ran = await run('sbom', 'diff', at('filed', deaf), at('filed-too', deaf));
    expect(ran.stdout).toContain('not heard');
    expect(ran.code).toBe(3);
  });

  test.each([
    ['none', 4],
    ['altered', 1],
  ])('with an image whose SBOM is %s ends as sbom does: %i', async (tag, code) => {
    expect((await run('sbom', at(tag))).code).toBe(code);
    const ran = await run('sbom', 'diff', at('filed'), at(tag));
    expect(ran.stdout).toContain('not compared');
    expect(ran.code).toBe(code);
  });
});

describe('export', () => {
  test('does not say that there is no SBOM where somebody was not heard', async () => {
    const ran = await run('export', at('none', deaf));
    expect(ran.stderr).not.toContain('there is no SBOM');
    expect(ran.stderr).toContain('no SBOM was heard of');
    expect(ran.code).toBe(3);
  });
});
