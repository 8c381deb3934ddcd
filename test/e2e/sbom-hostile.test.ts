import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MEDIA_TYPES } from '../../src/core/model/descriptor.ts';
import { run as runMain } from '../../src/main.ts';
import { BUNDLE_TYPE, bundleReferrer, cosignTag, referrer, statement } from '../support/attachments.ts';
import { DEFAULT_IDENTITY, DEFAULT_ISSUER, createAuthority } from '../support/authority.ts';
import type { TestServer } from '../support/http-server.ts';
import type { BuiltImage } from '../support/image-builder.ts';
import { image } from '../support/image-builder.ts';
import { startRegistry } from '../support/registry-server.ts';
import type { ToolRun } from '../support/run-tool.ts';
import { NOW, runTool } from '../support/run-tool.ts';
import { github } from '../support/scenes.ts';
import { CYCLONEDX, TAG_VALUE, cycloneDxOf, pack } from '../support/sbom-images.ts';
import type { TestRepository } from '../support/test-repository.ts';
import { emptyRepository, jsonBytes, putManifest } from '../support/test-repository.ts';

/* Whoever can attach documents to an image, or stand between it and its registry, and what is told to whoever asks for its SBOM then. */
/** What index.json of a layout says of an entry, on things that are merely attached. */
const NAMING: readonly Record<string, string>[] = [
  { 'org.opencontainers.image.ref.name': 'named' },
  { 'io.containerd.image.name': 'docker.io/acme/shop:named' },
  { kind: 'dev.cosignproject.cosign/image' },
  { 'vnd.docker.reference.type': 'attestation-manifest' },
];
const ESCAPE = '\u001B]0;owned\u0007\u202E\r';
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
  const lines = await built('lines');
  const predicate = cycloneDxOf(lines.digest, [pack('planted', '1')]);
  const twoLines = [
    statement({ subject: lines.digest, predicateType: CYCLONEDX, predicate }),
    sign(lines, inside(lines)),
  ];
  const bytes = Buffer.from(`${JSON.stringify(twoLines[1])}\n${JSON.stringify(twoLines[0])}\n`);
  cosignTag(repository, lines.digest, { kind: 'att', layers: [{ mediaType: BUNDLE_TYPE, bytes }] });
  const mixed = await built('mixed');
  const outside = { ...cycloneDxOf(mixed.digest, [pack('outside', '1')]) };
  const both = {
    ...outside,
    ...statement({ subject: mixed.digest, predicateType: CYCLONEDX, predicate: inside(mixed) }),
  };
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
  const escapes = await built('escapes');
  const text = Buffer.from(TAG_VALUE.replace('PackageName: zlib', `PackageName: zlib${ESCAPE}`));
  cosignTag(repository, escapes.digest, { kind: 'sbom', layers: [{ mediaType: 'text/spdx', bytes: text }] });
  const another = await built('another');
  attachBundle(repository, another, sign(another, cycloneDxOf(mixed.digest, [pack('left-pad', '1.3.0')])));
  const named = await built('named');
  attachBundle(repository, named, authority.signBundle({ statement: github(named, 'https://github.com/acme/shop') }));
  for (const annotations of NAMING)
    referrer(repository, named.descriptor, {
      artifactType: 'application/vnd.acme.note',
      layers: [{ mediaType: 'text/plain', bytes: Buffer.from(JSON.stringify(annotations)) }],
      annotations,
    });
  const whole = await image().layer({ app: 'whole' }).addTo(repository);
  const junk = putManifest(repository, { schemaVersion: 2, mediaType: MEDIA_TYPES.ociManifest, layers: 'none' });
  const unknown = { ...junk, platform: { os: 'unknown', architecture: 'unknown' } };
  const manifests = [whole.descriptor, unknown];
  putManifest(repository, { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests }, 'with-junk');
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

type Sign = (subject: BuiltImage, predicate: unknown) => { readonly dsseEnvelope?: object };

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
  test.each(['signed-first', 'unsigned-first'])(
    '%s: what nobody signed is not printed as what somebody did',
    async (tag) => {
      const home = mkdtempSync(join(folder, 'pinned-'));
      const pinned = (...words: readonly string[]): Promise<ToolRun> =>
        runTool([...words, '--trusted-root', root], { folder: home });
      expect((await pinned('trust', 'pin', at(tag))).code).toBe(0);
      const ran = await pinned('sbom', at(tag));
      expect(ran.stderr).toContain('is verified');
      expect(ran.stdout).toContain('"inside"');
      const list = await pinned('sbom', at(tag), '--list', '--format', 'json');
      expect((JSON.parse(list.stdout) as { sboms: object[] }).sboms).toMatchObject([
        { trust: 'verified', components: 1 },
      ]);
      expect((await pinned('sbom', at(tag), '--format', 'csv')).stdout).not.toContain('planted');
    },
  );
});

describe('several documents in one file, one on each line', () => {
  test('each is worth what it is worth, and is printed as itself', async () => {
    const home = mkdtempSync(join(folder, 'pinned-'));
    const pinned = (...words: readonly string[]): Promise<ToolRun> =>
      runTool([...words, '--trusted-root', root], { folder: home });
    expect((await pinned('trust', 'pin', at('lines'))).code).toBe(0);
    const list = await pinned('sbom', at('lines'), '--list', '--format', 'json');
    const { sboms } = JSON.parse(list.stdout) as { sboms: { trust: string }[] };
    expect(sboms.map(({ trust }) => trust)).toEqual(['verified', 'unsigned']);
    const ran = await pinned('sbom', at('lines'));
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('is verified');
    expect(ran.stdout).toContain('"inside"');
    expect(ran.stdout).not.toContain('planted');
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
  test.each([
    ['filed', ['declared', 'unsigned', undefined]],
    ['another', ['attested', 'signer not tied to this image', 'SBOM_SUBJECT_MISMATCH']],
  ])('says of the components of %s how well they are known', async (tag, known) => {
    const { stdout } = await run('export', at(tag));
    const { metadata } = JSON.parse(stdout) as {
      metadata: { component: { properties: { name: string; value: string }[] } };
    };
    const valueOf = (name: string): string | undefined =>
      metadata.component.properties.find((each) => each.name === `provtrace:sbom:${name}`)?.value;
    const [, reason] = /\((?<reason>.+)\)$/.exec(valueOf('origin') ?? '') ?? [];
    expect([valueOf('grade'), reason, valueOf('finding')]).toEqual(known);
  });

  test('does not say that there is no SBOM where somebody was not heard', async () => {
    const ran = await run('export', at('none', deaf));
    expect(ran.stderr).not.toContain('there is no SBOM');
    expect(ran.stderr).toContain('no SBOM was heard of');
    expect(ran.code).toBe(3);
  });
});

test('what is attached to an image cannot take its name in the layout that is exported', async () => {
  const layout = join(mkdtempSync(join(folder, 'to-')), 'layout');
  expect((await run('export', at('named'), '--to', layout)).code).toBe(0);
  const signer = ['--identity', DEFAULT_IDENTITY, '--issuer', DEFAULT_ISSUER];
  for (const reference of [at('named'), `oci:${layout}:named`, `oci:${layout}`])
    expect((await run('verify', reference, ...signer)).code).toBe(0);
  const list = (reference: string): Promise<ToolRun> => run('trace', reference, '--format', 'json', '--verbose');
  const [online, offline] = await Promise.all([list(at('named')), list(`oci:${layout}`)]);
  const attachedIn = ({ stdout }: ToolRun): number => stdout.split('"text/plain"').length;
  expect(attachedIn(offline)).toBe(attachedIn(online));
});

test('what an index lists and is no manifest costs itself, and not the layout', async () => {
  const layout = join(mkdtempSync(join(folder, 'to-')), 'layout');
  const ran = await run('export', at('with-junk'), '--to', layout);
  expect(ran.stderr).toContain('left out');
  expect(ran.code).toBe(0);
  expect((await run('trace', `oci:${layout}`)).code).toBe(0);
});

describe('what a terminal would act on in an original', () => {
  test('is in a file or a pipe as it was', async () => {
    expect((await run('sbom', at('escapes'))).stdout).toContain(ESCAPE);
  });

  test('is shown on a terminal, and does nothing', async () => {
    const stdout = Object.assign(new PassThrough(), { isTTY: true });
    const stderr = new PassThrough();
    const home = mkdtempSync(join(folder, 'at-'));
    const code = await runMain(['sbom', at('escapes')], {
      streams: { stdin: Readable.from([]), stdout, stderr },
      env: { HOME: home },
      signal: new AbortController().signal,
      workingFolder: home,
      clock: { nowMs: () => Date.parse(NOW) },
      sources: 'unasked',
      forges: [],
      onRequest: () => {},
    });
    expect(code).toBe(0);
    const shown = String(stdout.read());
    expect(shown).toContain('PackageName: zlib\\u001B]0;owned\\u0007\\u202E\\u000D\n');
    expect(shown.split('\n')).toHaveLength(TAG_VALUE.split('\n').length);
    expect(String(stderr.read())).toContain('--output');
  });
});
