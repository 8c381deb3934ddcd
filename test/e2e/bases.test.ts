import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Digest } from '../../src/core/model/digest.ts';
import { traceValidator } from '../unit/render/trace-schema.ts';
import { attestationManifest, statement } from '../support/attachments.ts';
import { createGitRepository, hasGit } from '../support/git-repository.ts';
import { startGitServer } from '../support/git-server.ts';
import type { TestServer } from '../support/http-server.ts';
import type { BuiltImage, ImageBuilder } from '../support/image-builder.ts';
import { image, index } from '../support/image-builder.ts';
import { startRegistry } from '../support/registry-server.ts';
import type { ToolRun } from '../support/run-tool.ts';
import { runTool } from '../support/run-tool.ts';
import type { TestRepository } from '../support/test-repository.ts';
import { digestOf, emptyRepository, jsonBytes } from '../support/test-repository.ts';

/* Base images are followed to their own provenance, over a real registry: acme/app stands on acme/base, which holds whatever is beneath. */
const COMMIT = '8f3c2b1a9d7e6f5041c2d3e4f5a6b7c8d9e0f1a2';
const BASE_SOURCE = 'https://github.com/acme/base';
/** Of a chain of images, each on the next: more than anybody follows. */
const LEVELS = 100;

const folder = mkdtempSync(join(tmpdir(), 'provtrace-bases-'));
const app = emptyRepository();
const base = emptyRepository();
let registry: TestServer;
const isInvalid = await traceValidator();

/** BuildKit's provenance of an image: where it is from, and which images went in. */
function provenanceOf(built: { readonly digest: Digest }, inputs: readonly Digest[]): ReturnType<typeof statement> {
  return statement({
    subject: built.digest,
    predicateType: 'https://slsa.dev/provenance/v0.2',
    predicate: {
      builder: { id: `${BASE_SOURCE}/actions/runs/7` },
      buildType: 'https://mobyproject.org/buildkit@v1',
      invocation: {
        configSource: {
          uri: `${BASE_SOURCE}.git#refs/heads/main`,
          digest: { sha1: COMMIT },
          entryPoint: 'Dockerfile',
        },
        parameters: { frontend: 'dockerfile.v0', args: {} },
      },
      materials: [
        { uri: `${BASE_SOURCE}.git#refs/heads/main`, digest: { sha1: COMMIT } },
        ...inputs.map((digest, number) => ({
          uri: `pkg:docker/${encodeURIComponent(registry.host)}/acme/base@${number}`,
          digest: { sha256: digest.slice('sha256:'.length) },
        })),
      ],
    },
  });
}

const named = (digest: Digest): Record<string, string> => ({
  'org.opencontainers.image.base.name': `${registry.host}/acme/base:1`,
  'org.opencontainers.image.base.digest': digest,
});
const onBase = (tag: string, digest: Digest): Promise<BuiltImage> =>
  image().annotations(named(digest)).layer({ app: tag }).addTo(app, tag);

/** Pushed into the base's repository. */
async function beneath(layer: string, builder: ImageBuilder = image()): Promise<BuiltImage> {
  return builder.layer({ layer }).addTo(base);
}

/** As a referrer of the image, written after it: so two images can each be said to stand on the other. */
function attest(built: BuiltImage, into: TestRepository, inputs: readonly Digest[]): void {
  attestationManifest(into, built.descriptor, { statements: [provenanceOf(built, inputs)], form: 'artifact' });
}

async function fill(): Promise<void> {
  await image().layer({ app: 'none' }).addTo(app, 'none');

  const platform = await beneath('platform');
  attest(platform, base, []);
  const indexOfBase = index().add(platform).addTo(base).digest;
  await onBase('by-platform', platform.digest);
  await onBase('by-index', indexOfBase);
  await onBase('by-index-too', indexOfBase);

  const tool = await beneath('tool');
  const onTop = await image().basedOn(platform).layer({ app: 'proven' }).addTo(app, 'by-layers');
  attest(onTop, app, [tool.digest, platform.digest]);

  const arm = await beneath('arm', image().platform('linux/arm64'));
  await onBase('of-another-platform', arm.digest);
  await onBase('gone', digestOf(jsonBytes('gone')));

  const first = await beneath('first');
  const second = await beneath('second', image().annotations(named(first.digest)));
  await onBase('two-deep', second.digest);

  const one = await beneath('one');
  const other = await beneath('other');
  attest(one, base, [other.digest]);
  attest(other, base, [one.digest]);
  await onBase('in-a-circle', one.digest);

  const itself = await image().layer({ app: 'itself' }).addTo(base, 'itself');
  attest(itself, base, [itself.digest]);
  await onBase('on-itself', itself.digest);

  const absentThere = await image().layer({ app: 'not in the base’s repository' }).addTo(app, 'on-itself-elsewhere');
  attest(absentThere, app, [absentThere.digest]);

  const indexed = await beneath('in an index');
  attest(indexed, base, [index().add(indexed).addTo(base).digest]);
  await onBase('on-its-index', indexed.digest);

  let level = await beneath('level 0');
  for (let number = 1; number <= LEVELS; number++)
    level = await beneath(`level ${number}`, image().annotations(named(level.digest)));
  await onBase('deep', level.digest);
}

beforeAll(async () => {
  const repositories = new Map([
    ['acme/app', app],
    ['acme/base', base],
  ]);
  registry = await startRegistry({ repositories });
  await fill();
});
afterAll(async () => {
  await registry.close();
  rmSync(folder, { recursive: true });
});

type Step = { readonly name: string; readonly answer?: string; readonly grade?: string; readonly gap?: string } & {
  readonly details: readonly { readonly name: string; readonly value: string }[];
};
type Document = {
  readonly reference: string;
  readonly image: { readonly digest: string };
  readonly grades: { readonly origin: string; readonly ownership: string };
  readonly steps: readonly Step[];
  readonly bases?: readonly Document[];
  readonly error?: { readonly code: string; readonly message: string };
};

function trace(tags: readonly string[], ...flags: readonly string[]): Promise<ToolRun> {
  const images = tags.map((tag) => `${registry.host}/acme/app:${tag}`);
  return runTool(['trace', ...images, '--no-cache', ...flags], { folder });
}

async function traced(tag: string, ...flags: readonly string[]): Promise<Document> {
  const ran = await trace([tag], '--format', 'json', ...flags);
  expect(ran.stderr).toBe('');
  expect(ran.code).toBe(0);
  const document: Document = JSON.parse(ran.stdout);
  expect(isInvalid(document)).toEqual([]);
  return document;
}

const step = (document: Document | undefined, name: string): Step | undefined =>
  document?.steps.find((each) => each.name === name);
const ownOrigin = (document: Document): string | undefined =>
  step(document, 'base')?.details.find(({ name }) => name === 'its own origin')?.value;

describe('a base is followed to its own provenance', () => {
  test.each(['by-platform', 'by-index', 'by-layers'])('%s: its builder and its commit are known', async (tag) => {
    const document = await traced(tag);
    const [only, ...more] = document.bases ?? [];
    expect(more).toEqual([]);
    expect(step(only, 'build')).toMatchObject({ answer: `${BASE_SOURCE}/actions/runs/7`, grade: 'attested' });
    expect(step(only, 'commit')).toMatchObject({ answer: COMMIT, grade: 'attested' });
    expect(ownOrigin(document)).toBe('attested');
  });

  test('the image’s own grades and steps are what they are without it', async () => {
    const followed = await traced('by-index');
    const alone = await traced('by-index', '--base-depth', '0');
    expect(alone).not.toHaveProperty('bases');
    expect(ownOrigin(alone)).toBeUndefined();
    expect(followed.grades).toEqual({ origin: 'none', ownership: 'none' });
    expect(alone.grades).toEqual(followed.grades);
    const others = ({ steps }: Document): readonly Step[] => steps.filter(({ name }) => name !== 'base');
    expect(others(alone)).toEqual(others(followed));
  });

  test('as deep as is asked for, and one deep where nothing is said', async () => {
    const depthOf = async (...flags: readonly string[]): Promise<number | undefined> =>
      (await traced('two-deep', ...flags)).bases?.length;
    expect(await depthOf()).toBe(1);
    expect(await depthOf('--base-depth', '2')).toBe(2);
    expect(await depthOf('--base-depth', '3')).toBe(2);
  });

  test('a hundred levels end where the user said', async () => {
    const { bases = [] } = await traced('deep', '--base-depth', '16');
    expect(bases).toHaveLength(16);
    expect(new Set(bases.map(({ reference }) => reference)).size).toBe(16);
  });

  test.each(['17', '-1', '1.5', 'all'])('--base-depth %s is a usage error', async (depth) => {
    const ran = await trace(['by-index'], `--base-depth=${depth}`);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('from 0 (no base is followed) to 16');
  });
});

describe('what nobody should follow', () => {
  test('a circle: each image once', async () => {
    const { bases = [] } = await traced('in-a-circle', '--base-depth', '9');
    expect(bases).toHaveLength(2);
    expect(bases.map((each) => step(each, 'base')?.answer)).toEqual(
      bases.map(({ reference }) => reference).toReversed(),
    );
  });

  test('an image that is said to stand on itself', async () => {
    const { bases = [] } = await traced('on-itself', '--base-depth', '9');
    expect(bases).toHaveLength(1);
    expect(step(bases[0], 'base')?.answer).toBe(bases[0]?.reference);
  });

  test('an image that is said to stand on itself, in a repository that does not have it', async () => {
    expect((await traced('on-itself-elsewhere')).bases).toEqual([]);
  });

  test('an image that is said to stand on the index that it is in', async () => {
    expect((await traced('on-its-index', '--base-depth', '9')).bases).toHaveLength(1);
  });
});

describe('a base that cannot be read is unheard, and the image stands', () => {
  test.each([
    ['gone', 'NO_SUCH_IMAGE'],
    ['of-another-platform', 'NO_SUCH_PLATFORM'],
  ])('%s: %s', async (tag, code) => {
    const document = await traced(tag);
    expect(document.bases).toMatchObject([{ reference: step(document, 'base')?.answer, error: { code } }]);
    expect(ownOrigin(document)).toBe('unheard');
    expect((await trace([tag])).stdout).toMatch(/^base image\n {2}\? unheard: 127/m);
    expect((await trace([tag], '--format', 'markdown')).stdout).toMatch(/^### base image `127.*`\n\n\*\*\? unheard:/m);
  });
});

describe('what is asked', () => {
  test('of a base that is not there, what was asked for ahead of time does no harm', async () => {
    const slow = await startRegistry({
      repositories: new Map([['acme/app', app]]),
      lie: async ({ url = '' }) => {
        if (url.includes('/acme/base/') && !url.includes('/manifests/sha256:')) await delay(500);
        return false;
      },
    });
    const annotations = {
      'org.opencontainers.image.base.name': `${slow.host}/acme/base:1`,
      'org.opencontainers.image.base.digest': digestOf(jsonBytes('gone')),
    };
    await image().annotations(annotations).layer({ app: 'slow' }).addTo(app, 'on-slow');
    const argv = [`${slow.host}/acme/app:on-slow`, '--cache', join(folder, 'slow.db'), '--format', 'json'];
    const ran = await runTool(['trace', ...argv], { folder });
    await delay(700);
    await slow.close();
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({ bases: [{ error: { code: 'NO_SUCH_IMAGE' } }] });
  });

  test('of an image without a base nothing more', async () => {
    const requests = async (depth: string): Promise<readonly string[]> =>
      (await trace(['none'], '--base-depth', depth)).requests.toSorted();
    const alone = await requests('0');
    expect(alone.length).toBeGreaterThan(3);
    expect(await requests('3')).toEqual(alone);
  });

  test('of many images on one base everything once', async () => {
    const ran = await trace(['by-index', 'by-index-too', 'by-platform'], '--format', 'ndjson', '--jobs', '4');
    const ofBase = ran.requests.filter((request) => request.includes('/acme/base/'));
    expect(ofBase.length).toBeGreaterThan(5);
    expect(ofBase).toEqual([...new Set(ofBase)]);
    const documents = ran.stdout
      .trimEnd()
      .split('\n')
      .map((line): Document => JSON.parse(line));
    expect(documents.map(({ bases }) => bases?.[0]?.grades.origin)).toEqual(['attested', 'attested', 'attested']);
  });

  test('a second trace within the lives of what was learned asks nobody', async () => {
    const cached = (): Promise<ToolRun> =>
      runTool(['trace', `${registry.host}/acme/app:by-index`, '--cache', join(folder, 'kept.db')], { folder });
    const first = await cached();
    expect(first.requests.length).toBeGreaterThan(5);
    const second = await cached();
    expect(second.requests).toEqual([]);
    expect(second.stdout).toBe(first.stdout);
  });

  test.skipIf(!hasGit)('of the base’s people nobody, with those of the image at hand (needs git)', async () => {
    const root = mkdtempSync(join(folder, 'git-'));
    const git = createGitRepository(join(root, 'acme', 'base.git'));
    const server = await startGitServer({ root });
    const commit = git.commit({ files: { '.github/CODEOWNERS': '* @acme/base\n' } });
    const source = `${server.url}/acme/base`;
    const labels = { 'org.opencontainers.image.source': source, 'org.opencontainers.image.revision': commit };
    const labelled = await beneath('labelled', image().labels(labels));
    await onBase('on-labelled', labelled.digest);
    const config = join(root, 'provtrace.yaml');
    writeFileSync(config, `forges:\n  - { host: '${server.host}', kind: github, apiUrl: '${server.url}/api' }\n`);
    const argv = [`${registry.host}/acme/app:on-labelled`, '--no-cache', '--format', 'json', '--config', config];
    const ran = await runTool(['trace', ...argv], { folder, sources: 'asked', forges: 'configured' });
    await server.close();
    const document: Document = JSON.parse(ran.stdout);
    expect(step(document.bases?.[0], 'commit')?.answer).toBe(commit);
    // Attestations are the base's own; whoever wrote its commit and owns it is not asked for.
    expect(server.requests.filter(({ path }) => !path.includes('/attestations/'))).toEqual([]);
    expect(document.steps.map(({ name }) => name)).toContain('owners');
    expect(document.bases?.[0]?.steps.map(({ name }) => name)).not.toContain('owners');
  });
});
