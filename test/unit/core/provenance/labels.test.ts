import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLabels } from '../../../../src/core/provenance/labels/index.ts';
import type { LabelReading, Labels } from '../../../../src/core/provenance/labels/index.ts';

const C1 = '1f'.repeat(20);
const C2 = '2e'.repeat(20);
const DIGEST = `sha256:${'ab'.repeat(32)}`;
const OCI = 'org.opencontainers.image';

/** A reading without its list of all labels, and with the key of each source. */
function plain(readings: readonly LabelReading[]): unknown {
  return readings.map(({ keys: _keys, problems, source, ...values }) => ({
    ...values,
    ...(source && { source: { key: source.value.key, keys: source.keys } }),
    problems: problems.map(({ code, at }) => `${code} ${at}`),
  }));
}

function read(labels: Labels): unknown {
  return plain(readLabels(labels));
}

function openshift(name: string): string {
  return `io.openshift.build.${name}`;
}

function azure(prefix: string, commit: string): Labels {
  return {
    [`${prefix}.build.sourceversion`]: commit,
    [`${prefix}.build.repository.uri`]: 'https://acme@dev.azure.com/acme/web/_git/shop',
    [`${prefix}.build.sourcebranchname`]: 'x',
    [`${prefix}.build.builduri`]: 'vstfs:///Build/Build/42',
    [`${prefix}.system.teamfoundationcollectionuri`]: 'https://dev.azure.com/acme/',
    [`${prefix}.system.teamproject`]: 'My Project',
  };
}

describe('OCI', () => {
  test('repository, commit, time, version and base', () => {
    expect(
      read({
        [`${OCI}.source`]: 'git@github.com:Acme/Shop.git',
        [`${OCI}.revision`]: C1,
        [`${OCI}.created`]: '2024-03-01T10:00:00.5+02:00',
        [`${OCI}.version`]: '1.4.0',
        [`${OCI}.base.name`]: 'alpine:3.19',
        [`${OCI}.base.digest`]: DIGEST,
        [`${OCI}.title`]: 'Shop',
      }),
    ).toEqual([
      {
        vocabulary: 'oci',
        source: { key: 'github.com/acme/shop', keys: [`${OCI}.source`] },
        commit: { value: C1, keys: [`${OCI}.revision`] },
        created: { value: '2024-03-01T08:00:00Z', keys: [`${OCI}.created`] },
        version: { value: '1.4.0', keys: [`${OCI}.version`] },
        base: {
          value: { name: 'docker.io/library/alpine', tag: '3.19', digest: DIGEST },
          keys: [`${OCI}.base.name`, `${OCI}.base.digest`],
        },
        problems: [],
      },
    ]);
  });

  test.each([
    [C1.toUpperCase(), { commit: C1 }],
    [`${C1}-dirty`, { commit: C1, dirty: true }],
    ['1'.repeat(40), { commit: '1'.repeat(40) }],
    ['ab12cd3', { commit: 'ab12cd3' }],
    ['20240301', { ref: '20240301' }],
    ['v1.4.0', { ref: 'v1.4.0' }],
    ['refs/heads/main', { ref: 'refs/heads/main' }],
  ])('a revision %s', (revision, expected) => {
    const [reading] = readLabels({ [`${OCI}.revision`]: revision });
    const { commit, ref, dirty } = reading ?? {};
    expect({ commit: commit?.value, ref: ref?.value, dirty: dirty?.value }).toEqual({
      commit: undefined,
      ref: undefined,
      dirty: undefined,
      ...expected,
    });
    expect(reading?.keys).toEqual([`${OCI}.revision`]);
  });

  test('a clock set back for reproducibility is no time of making', () => {
    expect(read({ [`${OCI}.created`]: '1980-01-01T00:00:01Z' })).toEqual([]);
  });

  test('the page is the repository only where that is missing, and only on a forge', () => {
    const page = `${OCI}.url`;
    const [onForge] = readLabels({ [page]: 'https://github.com/acme/shop' });
    expect(onForge?.source).toMatchObject({ value: { key: 'github.com/acme/shop' }, keys: [page] });
    expect(readLabels({ [page]: 'https://shop.example.com/docs' })).toEqual([]);
    expect(readLabels({ [page]: 'https://github.com/acme/shop/issues' })).toEqual([]);
    const [named] = readLabels({
      [page]: 'https://github.com/acme/site',
      [`${OCI}.source`]: 'https://github.com/acme/shop',
    });
    expect(named?.source?.keys).toEqual([`${OCI}.source`]);
  });

  test('what is not what it should be is left out, and told', () => {
    expect(
      read({
        [`${OCI}.source`]: 'https://user:secret@git.example.com/acme/shop/tree/main/web',
        [`${OCI}.revision`]: 'not a ref',
        [`${OCI}.created`]: '2024-03-01',
        [`${OCI}.base.name`]: 'not an image',
        [`${OCI}.base.digest`]: 'sha256:1234',
      }),
    ).toEqual([
      {
        vocabulary: 'oci',
        source: { key: 'git.example.com/acme/shop', keys: [`${OCI}.source`] },
        ref: { value: 'main', keys: [`${OCI}.source`] },
        problems: [
          `CREDENTIALS_IN_URL ${OCI}.source`,
          `AMBIGUOUS_REF ${OCI}.source`,
          `MALFORMED_ITEM ${OCI}.revision`,
          `MALFORMED_ITEM ${OCI}.created`,
          `MALFORMED_ITEM ${OCI}.base.name`,
          `MALFORMED_ITEM ${OCI}.base.digest`,
        ],
      },
    ]);
  });

  test('a commit in the address that is another than the revision is told', () => {
    const [reading] = readLabels({
      [`${OCI}.source`]: `https://github.com/acme/shop.git#${C2}`,
      [`${OCI}.revision`]: C1,
    });
    expect(reading?.commit?.value).toBe(C1);
    expect(reading?.problems).toMatchObject([{ code: 'CONTRADICTION', at: `${OCI}.revision` }]);
  });
});

test.each(['', 'unknown', '$VCS_REF', '${GIT_COMMIT}', 'HEAD', 'null'])('%j is a placeholder', (placeholder) => {
  const readings = readLabels({
    'org.label-schema.vcs-ref': placeholder,
    'org.label-schema.vcs-url': 'https://github.com/acme/shop',
  });
  expect(readings).toHaveLength(1);
  expect(readings[0]?.commit ?? readings[0]?.ref).toBeUndefined();
  expect(readings[0]?.problems).toMatchObject([{ code: 'PLACEHOLDER_VALUE', at: 'org.label-schema.vcs-ref' }]);
});

test('two vocabularies are two readings: the repository of one never meets the commit of the other', () => {
  expect(
    read({
      [`${OCI}.source`]: 'https://github.com/acme/shop',
      'vcs-ref': C2,
      'vcs-type': 'git',
      'build-date': '2024-03-01T10:00:00Z',
      version: '9.3',
      'org.label-schema.vcs-url': 'https://github.com/other/base',
      'org.label-schema.build-date': '2024-02-01T10:00:00Z',
    }),
  ).toEqual([
    { vocabulary: 'oci', source: { key: 'github.com/acme/shop', keys: [`${OCI}.source`] }, problems: [] },
    {
      vocabulary: 'label-schema',
      source: { key: 'github.com/other/base', keys: ['org.label-schema.vcs-url'] },
      created: { value: '2024-02-01T10:00:00Z', keys: ['org.label-schema.build-date'] },
      problems: [],
    },
    {
      vocabulary: 'red-hat',
      commit: { value: C2, keys: ['vcs-ref'] },
      created: { value: '2024-03-01T10:00:00Z', keys: ['build-date'] },
      version: { value: '9.3', keys: ['version'] },
      problems: [],
    },
  ]);
});

test('a bare version is no vocabulary', () => {
  expect(read({ version: '1.4', 'build-date': '2024-03-01T10:00:00Z', maintainer: 'someone' })).toEqual([]);
});

test('buildx adds the path of the Dockerfile to the labels of OCI', () => {
  const entrypoint = 'com.docker.image.source.entrypoint';
  expect(
    read({
      [`${OCI}.source`]: 'https://github.com/acme/shop.git',
      [`${OCI}.revision`]: C1,
      [entrypoint]: './web/Dockerfile',
    }),
  ).toEqual([
    {
      vocabulary: 'buildx',
      source: { key: 'github.com/acme/shop', keys: [`${OCI}.source`] },
      commit: { value: C1, keys: [`${OCI}.revision`] },
      dockerfile: { value: 'web/Dockerfile', keys: [entrypoint] },
      problems: [],
    },
  ]);
  expect(read({ [entrypoint]: '../Dockerfile' })).toEqual([
    { vocabulary: 'buildx', problems: [`PATH_OUTSIDE_REPOSITORY ${entrypoint}`] },
  ]);
});

test("Docker's official images have a BuildKit address, whose directory holds the Dockerfile", () => {
  const source = [`${OCI}.source`];
  expect(
    read({
      [`${OCI}.source`]: `https://github.com/docker-library/docker.git#${C1}:24/cli`,
      [`${OCI}.revision`]: C1,
      [`${OCI}.base.name`]: 'alpine:3.18',
      'com.docker.official-images.bashbrew.arch': 'amd64',
    }),
  ).toEqual([
    {
      vocabulary: 'docker-official-images',
      source: { key: 'github.com/docker-library/docker', keys: source },
      commit: { value: C1, keys: [`${OCI}.revision`] },
      context: { value: '24/cli', keys: source },
      dockerfile: { value: '24/cli/Dockerfile', keys: source },
      base: { value: { name: 'docker.io/library/alpine', tag: '3.18' }, keys: [`${OCI}.base.name`] },
      problems: [],
    },
  ]);
});

test('OpenShift', () => {
  expect(
    read({
      [openshift('source-location')]: 'https://github.com/acme/shop.git',
      [openshift('commit.id')]: C1,
      [openshift('commit.ref')]: 'release/1.4',
      [openshift('source-context-dir')]: '/web/',
      [openshift('image')]: `registry.example.com/s2i/node@${DIGEST}`,
      [openshift('name')]: 'shop-1',
    }),
  ).toEqual([
    {
      vocabulary: 'openshift',
      source: { key: 'github.com/acme/shop', keys: [openshift('source-location')] },
      commit: { value: C1, keys: [openshift('commit.id')] },
      ref: { value: 'release/1.4', keys: [openshift('commit.ref')] },
      context: { value: 'web', keys: [openshift('source-context-dir')] },
      base: { value: { name: 'registry.example.com/s2i/node', digest: DIGEST }, keys: [openshift('image')] },
      problems: [],
    },
  ]);
});

describe('Azure Pipelines', () => {
  test('puts its host before its labels', () => {
    const prefix = 'com.azure.dev.image';
    expect(read({ ...azure(prefix, C1), 'image.base.ref.name': 'debian:12', 'image.base.digest': DIGEST })).toEqual([
      {
        vocabulary: 'azure',
        source: { key: 'dev.azure.com/acme/web/_git/shop', keys: [`${prefix}.build.repository.uri`] },
        commit: { value: C1, keys: [`${prefix}.build.sourceversion`] },
        ref: { value: 'x', keys: [`${prefix}.build.sourcebranchname`] },
        runUrl: {
          value: 'https://dev.azure.com/acme/My%20Project/_build/results?buildId=42',
          keys: [
            `${prefix}.system.teamfoundationcollectionuri`,
            `${prefix}.system.teamproject`,
            `${prefix}.build.builduri`,
          ],
        },
        base: {
          value: { name: 'docker.io/library/debian', tag: '12', digest: DIGEST },
          keys: ['image.base.ref.name', 'image.base.digest'],
        },
        problems: [`AMBIGUOUS_REF ${prefix}.build.sourcebranchname`],
      },
    ]);
  });

  test('of two servers is two readings', () => {
    const readings = readLabels({ ...azure('com.visualstudio.acme.image', C2), ...azure('com.azure.dev.image', C1) });
    expect(readings.map(({ vocabulary, commit }) => [vocabulary, commit?.value])).toEqual([
      ['azure', C1],
      ['azure', C2],
    ]);
  });

  test('without pipeline labels leaves the commit', () => {
    expect(read({ 'com.example.tfs.image.build.sourceversion': C1 })).toEqual([
      {
        vocabulary: 'azure',
        commit: { value: C1, keys: ['com.example.tfs.image.build.sourceversion'] },
        problems: [],
      },
    ]);
  });
});

test('Codefresh names no host, so that there is no repository', () => {
  expect(
    read({ 'io.codefresh.repo.owner': 'acme', 'io.codefresh.repo.name': 'shop', 'io.codefresh.repo.branch': 'main' }),
  ).toEqual([
    {
      vocabulary: 'codefresh',
      ref: { value: 'main', keys: ['io.codefresh.repo.branch'] },
      problems: ['NOT_A_REPOSITORY io.codefresh.repo.name'],
    },
  ]);
});

test('the variables of a Jenkins job under their own names', () => {
  const labels = {
    GIT_URL: 'https://github.com/acme/shop.git',
    GIT_COMMIT: C1,
    GIT_BRANCH: 'release',
    BUILD_URL: 'https://ci.example.com/job/shop/3/',
  };
  expect(read(labels)).toEqual([
    expect.objectContaining({
      vocabulary: 'jenkins',
      commit: { value: C1, keys: ['GIT_COMMIT'] },
      ref: { value: 'release', keys: ['GIT_BRANCH'] },
      runUrl: { value: 'https://ci.example.com/job/shop/3/', keys: ['BUILD_URL'] },
      problems: [],
    }),
  ]);
  expect(read({ BUILD_URL: 'https://ci.example.com/job/shop/3/' })).toEqual([]);
});

describe('Buildpacks keep JSON in labels', () => {
  const project = 'io.buildpacks.project.metadata';
  const lifecycle = 'io.buildpacks.lifecycle.metadata';
  const git = (metadata: unknown, version: unknown): Labels => ({
    [project]: JSON.stringify({ source: { type: 'git', version, metadata } }),
  });

  test.each([
    [
      'pack',
      git({ url: 'https://github.com/acme/shop', refs: ['main', 'v1.4'] }, { commit: C1, describe: 'v1.4-2-g1f1f1f1' }),
    ],
    ['kpack', git({ repository: 'git@github.com:acme/shop.git', revision: 'main' }, { commit: C1 })],
  ])('as %s writes it', (_platform, labels) => {
    expect(read(labels)).toEqual([
      {
        vocabulary: 'buildpacks',
        source: { key: 'github.com/acme/shop', keys: [project] },
        commit: { value: C1, keys: [project] },
        ref: { value: 'main', keys: [project] },
        problems: [],
      },
    ]);
  });

  test("kpack's revision may be the commit, which is no ref", () => {
    const [reading] = readLabels(git({ repository: 'https://github.com/acme/shop', revision: C1 }, { commit: C1 }));
    expect(reading?.ref).toBeUndefined();
    expect(reading?.commit?.value).toBe(C1);
  });

  test('of a project descriptor there is a version and no commit', () => {
    const source = { type: 'project', version: { declared: '1.4' }, metadata: { url: 'https://github.com/acme/shop' } };
    expect(read({ [project]: JSON.stringify({ source }) })).toEqual([
      {
        vocabulary: 'buildpacks',
        source: { key: 'github.com/acme/shop', keys: [project] },
        version: { value: '1.4', keys: [project] },
        problems: [],
      },
    ]);
  });

  test.each(['blob', 'image'])('of type %s there is no repository', (type) => {
    const source = { type, version: { sha256sum: 'ab'.repeat(32) }, metadata: { url: 'https://github.com/acme/shop' } };
    expect(readLabels({ [project]: JSON.stringify({ source }) })).toEqual([]);
  });

  test.each([
    [
      { runImage: { reference: `index.docker.io/acme/run@${DIGEST}`, image: 'acme/run:jammy' } },
      { name: 'docker.io/acme/run', digest: DIGEST },
    ],
    [
      { runImage: { reference: 'ab'.repeat(32), image: 'acme/run:jammy' } },
      { name: 'docker.io/acme/run', tag: 'jammy' },
    ],
    [{ stack: { runImage: { image: 'acme/run:bionic' } } }, { name: 'docker.io/acme/run', tag: 'bionic' }],
  ])('the run image is the base: %j', (metadata, value) => {
    expect(read({ [lifecycle]: JSON.stringify(metadata) })).toEqual([
      { vocabulary: 'buildpacks', base: { value, keys: [lifecycle] }, problems: [] },
    ]);
  });

  test('that is no JSON, or is deep, is told', () => {
    for (const value of ['{', '['.repeat(10_000)]) {
      expect(read({ [project]: value })).toEqual([
        { vocabulary: 'buildpacks', problems: [`MALFORMED_ITEM ${project}`] },
      ]);
    }
  });
});

test('whatever the labels, nothing throws, and a value rests on labels that are there', () => {
  const names = fc.constantFrom(
    `${OCI}.source`,
    `${OCI}.revision`,
    `${OCI}.url`,
    `${OCI}.base.name`,
    'vcs-ref',
    'vcs-url',
    'com.azure.dev.image.build.sourceversion',
    'com.azure.dev.image.build.sourcebranchname',
    'io.buildpacks.project.metadata',
    'io.openshift.build.source-context-dir',
    'com.docker.official-images.bashbrew.arch',
    '',
    '__proto__',
  );
  const values = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.constantFrom(
      C1,
      `${C1}-dirty`,
      'https://github.com/acme/shop.git#main:..',
      'git@github.com:acme/shop',
      '$X',
      DIGEST,
    ),
  );
  const property = fc.property(fc.dictionary(fc.oneof(names, fc.string()), values), (labels) =>
    readLabels(labels).every(({ keys }) => keys.every((key) => Object.hasOwn(labels, key))),
  );
  expect(() => fc.assert(property, { numRuns: 3000 })).not.toThrow();
});
