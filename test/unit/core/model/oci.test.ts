import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import { MEDIA_TYPES } from '../../../../src/core/model/descriptor.ts';
import { parseImageConfig, parseManifest } from '../../../../src/core/model/oci.ts';
import { jsonBytes } from '../../../support/test-repository.ts';

const DIGEST = `sha256:${'0a'.repeat(32)}`;
const DESCRIPTOR = { mediaType: MEDIA_TYPES.ociConfig, digest: DIGEST, size: 7 };
const PARSED = { ...DESCRIPTOR, annotations: {} };
const MANIFEST = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociManifest, config: DESCRIPTOR, layers: [] };
const INDEX = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [] };

function manifest(document: unknown, mediaType = ''): unknown {
  return parseManifest(jsonBytes(document), mediaType);
}

function config(document: unknown): unknown {
  return parseImageConfig(jsonBytes(document));
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

function failureOf(run: () => unknown): ToolError {
  const thrown = thrownBy(run);
  if (thrown instanceof ToolError) return thrown;
  throw new Error('no error of the tool was thrown', { cause: thrown });
}

describe('a manifest', () => {
  test('of an image, with everything that it can say', () => {
    const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd', digest: DIGEST, size: 0 };
    const document = {
      ...MANIFEST,
      artifactType: 'application/vnd.acme',
      layers: [{ ...layer, annotations: { a: 'b' } }],
      subject: DESCRIPTOR,
      annotations: { 'org.opencontainers.image.version': '1.4' },
    };
    expect(manifest(document)).toEqual({
      kind: 'manifest',
      mediaType: MEDIA_TYPES.ociManifest,
      artifactType: 'application/vnd.acme',
      config: PARSED,
      layers: [{ ...layer, annotations: { a: 'b' } }],
      subject: PARSED,
      annotations: { 'org.opencontainers.image.version': '1.4' },
    });
  });

  test('says its own media type, whatever the registry says', () => {
    const own = { ...MANIFEST, mediaType: MEDIA_TYPES.dockerManifest };
    expect(manifest(own, MEDIA_TYPES.ociIndex)).toMatchObject({
      kind: 'manifest',
      mediaType: MEDIA_TYPES.dockerManifest,
    });
  });

  test.each([
    [MEDIA_TYPES.dockerManifest, MEDIA_TYPES.dockerManifest],
    [MEDIA_TYPES.ociIndex, MEDIA_TYPES.ociManifest],
    ['application/json', MEDIA_TYPES.ociManifest],
    ['', MEDIA_TYPES.ociManifest],
  ])('without one takes %j from the registry only where that fits: %s', (said, expected) => {
    const { mediaType: _, ...document } = MANIFEST;
    expect(manifest(document, said)).toMatchObject({ kind: 'manifest', mediaType: expected });
  });

  test('has no layers where Go wrote null', () => {
    expect(manifest({ ...MANIFEST, layers: null })).toMatchObject({ layers: [] });
  });

  test.each([
    ['no config', { config: undefined }, 'config'],
    ['no layers', { layers: undefined }, 'layers'],
    ['a config that is text', { config: 'x' }, 'config'],
    ['a digest that is none', { config: { ...DESCRIPTOR, digest: 'sha256:0a' } }, 'config.digest'],
    ['a negative size', { config: { ...DESCRIPTOR, size: -1 } }, 'config.size'],
    ['a broken size', { config: { ...DESCRIPTOR, size: 1.5 } }, 'config.size'],
    ['a size that is text', { config: { ...DESCRIPTOR, size: '7' } }, 'config.size'],
    ['a layer that is none', { layers: [DESCRIPTOR, {}] }, 'layers.1.digest'],
  ])('with %s is none, and the message says where', (_, changed, path) => {
    expect(failureOf(() => manifest({ ...MANIFEST, ...changed }))).toMatchObject({
      code: 'MALFORMED',
      message: `the manifest is not one: ${path}`,
    });
  });

  test('shows no more than 200 characters of what is wrong with it', () => {
    const long = { ...DESCRIPTOR, digest: 'x'.repeat(1_000_000) };
    expect(failureOf(() => manifest({ ...MANIFEST, config: long })).got).toBe(`"${'x'.repeat(199)}`);
  });

  test('of Docker schema 1 is told as such', () => {
    expect(failureOf(() => manifest({ schemaVersion: 1, name: 'acme/shop', history: [] }))).toMatchObject({
      code: 'UNSUPPORTED',
      hint: expect.stringContaining('push the image again'),
    });
  });

  test.each([{ layers: [] }, { config: DESCRIPTOR }])('and index at once is refused: %j', (half) => {
    expect(failureOf(() => manifest({ ...INDEX, ...half })).message).toBe(
      'the manifest is an image and an index at once',
    );
  });

  test.each([null, [], 'text', 1, true])('is not %j', (document) => {
    expect(failureOf(() => manifest(document)).code).toBe('MALFORMED');
  });
});

describe('an index', () => {
  test('of platforms, as Docker and OCI have it', () => {
    const platform = { os: 'linux', architecture: 'arm64', variant: 'v8' };
    const windows = { os: 'windows', architecture: 'amd64', 'os.version': '10.0.20348.1' };
    const document = {
      ...INDEX,
      mediaType: MEDIA_TYPES.dockerList,
      manifests: [
        { ...DESCRIPTOR, platform },
        { ...DESCRIPTOR, platform: windows, artifactType: 'a/b', annotations: { a: 'b' } },
      ],
      annotations: { c: 'd' },
    };
    expect(manifest(document)).toEqual({
      kind: 'index',
      mediaType: MEDIA_TYPES.dockerList,
      manifests: [
        { ...PARSED, platform },
        {
          ...DESCRIPTOR,
          platform: { os: 'windows', architecture: 'amd64', osVersion: '10.0.20348.1' },
          artifactType: 'a/b',
          annotations: { a: 'b' },
        },
      ],
      annotations: { c: 'd' },
    });
  });

  test('loses an item that is none, and not the others', () => {
    const bad = [null, 'x', {}, { ...DESCRIPTOR, digest: 'x' }, { ...DESCRIPTOR, size: undefined }];
    expect(manifest({ ...INDEX, manifests: [...bad, DESCRIPTOR] })).toMatchObject({ manifests: [PARSED] });
  });

  test.each([
    ['a platform without architecture', { platform: { os: 'linux' } }],
    ['a platform that is text', { platform: 'linux/amd64' }],
    ['an artifactType that is a number', { artifactType: 1 }],
    ['annotations that are a list', { annotations: ['a'] }],
    ['annotations that are null', { annotations: null }],
  ])('keeps an item with %s, without that', (_, changed) => {
    expect(manifest({ ...INDEX, manifests: [{ ...DESCRIPTOR, ...changed }] })).toMatchObject({ manifests: [PARSED] });
  });

  test('keeps an item without a media type', () => {
    const { mediaType: _, ...bare } = DESCRIPTOR;
    expect(manifest({ ...INDEX, manifests: [bare] })).toMatchObject({ manifests: [{ ...PARSED, mediaType: '' }] });
  });

  test.each([
    [MEDIA_TYPES.dockerList, MEDIA_TYPES.dockerList],
    [MEDIA_TYPES.ociManifest, MEDIA_TYPES.ociIndex],
    ['', MEDIA_TYPES.ociIndex],
  ])('without a media type takes %j from the registry only where that fits: %s', (said, expected) => {
    expect(manifest({ manifests: [] }, said)).toMatchObject({ kind: 'index', mediaType: expected });
  });

  test('is empty where Go wrote null, and none where there is text', () => {
    expect(manifest({ ...INDEX, manifests: null })).toMatchObject({ kind: 'index', manifests: [] });
    expect(failureOf(() => manifest({ ...INDEX, manifests: 'x' })).message).toBe('the index is not one: manifests');
  });

  test('has 10,000 items at most', () => {
    const items = Array.from({ length: 10_000 }, () => DESCRIPTOR);
    expect(manifest({ ...INDEX, manifests: items })).toHaveProperty('manifests.length', 10_000);
    expect(failureOf(() => manifest({ ...INDEX, manifests: [...items, DESCRIPTOR] })).code).toBe('MALFORMED');
  });
});

describe('annotations', () => {
  test('keep strings up to 64 KiB, under any key, and nothing else', () => {
    const text = `{"manifests":[],"annotations":{"__proto__":"p","constructor":"c","n":1,"l":["x"],"ok":"${'x'.repeat(65_536)}","long":"${'x'.repeat(65_537)}"}}`;
    const { annotations } = parseManifest(new TextEncoder().encode(text), '');
    expect(Object.keys(annotations).toSorted()).toEqual(['__proto__', 'constructor', 'ok']);
  });
});

describe('an image config', () => {
  test('with everything that it can say', () => {
    const document = {
      os: 'linux',
      architecture: 'arm64',
      variant: 'v8',
      created: '2026-03-02T10:20:30Z',
      author: 'robin',
      config: { Labels: { version: '1.4' }, Env: ['PATH=/bin'] },
      rootfs: { type: 'layers', diff_ids: [DIGEST] },
      history: [
        { created: '2026-03-02T10:20:30Z', created_by: 'ADD . /', comment: 'buildkit', author: 'robin' },
        { created_by: 'CMD', empty_layer: true },
      ],
    };
    expect(config(document)).toEqual({
      platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
      created: '2026-03-02T10:20:30Z',
      author: 'robin',
      labels: { version: '1.4' },
      labelsLeftOut: [],
      diffIds: [DIGEST],
      history: [
        { createdBy: 'ADD . /', comment: 'buildkit', author: 'robin', emptyLayer: false },
        { createdBy: 'CMD', emptyLayer: true },
      ],
    });
  });

  test.each([{ architecture: 'amd64' }, { config: {} }, { rootfs: {} }])('with as little as %j', (document) => {
    expect(config(document)).toEqual({ labels: {}, labelsLeftOut: [], diffIds: [], history: [] });
  });

  test('loses what is of another kind, and nothing else', () => {
    const document = {
      os: 1,
      architecture: 'amd64',
      created: false,
      config: { Labels: { good: 'yes', bad: 1 } },
      rootfs: { diff_ids: ['x', 1, DIGEST] },
      history: [null, 'x', { created_by: 1, empty_layer: 'yes' }],
    };
    expect(config(document)).toEqual({
      labels: { good: 'yes' },
      labelsLeftOut: [],
      diffIds: [DIGEST],
      history: [{ createdBy: '', emptyLayer: false }],
    });
  });

  test.each([{ config: null, architecture: 'amd64' }, { config: { Labels: null } }, { rootfs: {}, history: null }])(
    'with the nulls that Go writes: %j',
    (document) => {
      expect(config(document)).toMatchObject({ labels: {}, history: [] });
    },
  );

  test.each([{}, [], null, 'text', { builds: [] }])('is not %j', (document) => {
    expect(failureOf(() => config(document)).code).toBe('NOT_AN_IMAGE');
  });
});

describe('arbitrary input', () => {
  const keys = [
    'schemaVersion',
    'mediaType',
    'config',
    'layers',
    'manifests',
    'subject',
    'annotations',
    'digest',
    'size',
    'platform',
    'rootfs',
    'diff_ids',
    'history',
    'Labels',
    'architecture',
    'os',
    '__proto__',
  ];
  const leaves = fc.oneof(
    fc.constantFrom(null, true, 0, 1, 2, -1, 1e300, '', 'x', DIGEST, MEDIA_TYPES.ociIndex),
    fc.string(),
  );
  const { documents } = fc.letrec((tie) => ({
    documents: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      leaves,
      fc.array(tie('documents'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...keys), tie('documents'), { maxKeys: 6 }),
    ),
  }));
  const inputs = fc.oneof(fc.uint8Array(), documents.map(jsonBytes));

  test.each([
    ['parseManifest', (bytes: Uint8Array) => parseManifest(bytes, ''), ['MALFORMED', 'UNSUPPORTED']],
    ['parseImageConfig', parseImageConfig, ['MALFORMED', 'NOT_AN_IMAGE']],
  ])('%s gives a value or an error of its own, in few words', (_, read, codes) => {
    fc.assert(
      fc.property(inputs, (bytes) => {
        const thrown = thrownBy(() => read(bytes));
        const isItsOwn = thrown instanceof ToolError && codes.includes(thrown.code) && thrown.message.length <= 200;
        expect(thrown === undefined || isItsOwn).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
