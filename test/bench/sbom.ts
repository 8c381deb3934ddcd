import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toCycloneDxJson, toCycloneDxXml } from '../../src/core/sbom/cyclonedx/write.ts';
import { diffSboms } from '../../src/core/sbom/diff.ts';
import type { Sbom } from '../../src/core/sbom/model.ts';
import { readSbom } from '../../src/core/sbom/read.ts';
import { toSpdxJson } from '../../src/core/sbom/spdx/write.ts';
import type { WriteOptions } from '../../src/core/sbom/write-options.ts';
import { bundleReferrer, statement } from '../support/attachments.ts';
import { createAuthority } from '../support/authority.ts';
import { image } from '../support/image-builder.ts';
import { startRegistry } from '../support/registry-server.ts';
import { CYCLONEDX, cycloneDxOf, pack } from '../support/sbom-images.ts';
import { emptyRepository, jsonBytes } from '../support/test-repository.ts';
import type { Row } from './measure.ts';
import { median, print, runProcess, times } from './measure.ts';

const COMPONENTS = 10_000;
const DOCUMENT_MIB = 25;
const READ_MS_MAX = 1_500;
const DIFF_MS_MAX = 2_000;
const MEMORY_MIB_MAX = 400;
const RUNS = 3;
/** Of the image whose SBOM the whole command writes. */
const IMAGE_COMPONENTS = 500;
const COMMAND_MS_MAX = 250;
const COMMAND_RUNS = 15;
const OPTIONS: WriteOptions = {
  created: '2026-11-21T12:00:00Z',
  uuid: '3e671687-395b-41f5-a30f-a58921a69b79',
  tool: { name: 'provtrace' },
};

const hex = (index: number, length: number): string =>
  Array.from({ length: length / 8 }, (_, part) =>
    (index * 2654435761 + part * 40503).toString(16).padStart(8, '0').slice(-8),
  ).join('');

/** As syft lists a package, with as much said of it as fills the document. */
function componentAt(index: number, release: number): object {
  const [name, version] = [`package-${index}`, `1.${index % 90}.${index % 7 === 0 ? release : 0}`];
  return {
    type: 'library',
    'bom-ref': `pkg:npm/acme/${name}@${version}?package-id=${hex(index, 16)}`,
    name,
    version,
    purl: `pkg:npm/%40acme/${name}@${version}`,
    cpe: `cpe:2.3:a:acme:${name}:${version}:*:*:*:*:*:*:*`,
    description: `${name}, ${'which does one thing and is described at length; '.repeat(12)}`,
    licenses: [{ license: { id: ['MIT', 'Apache-2.0', 'BSD-3-Clause', 'ISC'][index % 4] } }],
    hashes: [
      { alg: 'SHA-256', content: hex(index, 64) },
      { alg: 'SHA-512', content: hex(index, 128) },
    ],
    externalReferences: [
      { type: 'website', url: `https://acme.example/${name}` },
      { type: 'vcs', url: `https://github.com/acme/${name}` },
    ],
    properties: Array.from({ length: 6 }, (_, place) => [
      { name: `syft:location:${place}:layerID`, value: `sha256:${hex(place, 64)}` },
      { name: `syft:location:${place}:path`, value: `/app/node_modules/${name}/${'deep/'.repeat(place)}package.json` },
    ]).flat(),
  };
}

function documentOf(release: number): string {
  const components = Array.from({ length: COMPONENTS }, (_, index) => componentAt(index, release));
  const refs = components.map((component) => ('bom-ref' in component ? component['bom-ref'] : ''));
  const dependencies = refs.map((ref, index) => ({
    ref,
    dependsOn: [1, 2, 3].map((step) => refs[index * 2 + step]).filter((to) => to !== undefined),
  }));
  const metadata = { component: { type: 'container', 'bom-ref': 'image', name: 'ghcr.io/acme/shop' } };
  return JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, metadata, components, dependencies });
}

type Files = { readonly cycloneDx: string; readonly later: string; readonly spdx: string };

function filesIn(folder: string): Files {
  return {
    cycloneDx: join(folder, '1.cdx.json'),
    later: join(folder, '2.cdx.json'),
    spdx: join(folder, '1.spdx.json'),
  };
}

function toSpdxText(sbom: Sbom): string {
  return JSON.stringify(toSpdxJson(sbom, OPTIONS).value);
}

function read(file: string): Sbom {
  const reading = readSbom(readFileSync(file));
  if (reading.kind === 'refused') throw reading.error;
  if (reading.sbom.components.length !== COMPONENTS) throw new Error('components were lost');
  return reading.sbom;
}

/** What one process does, by the name of it; each gives how long its own part took, without what it needs to begin. */
const WORK = {
  'read CycloneDX': ({ cycloneDx }: Files) => timed(() => read(cycloneDx)),
  'read SPDX': ({ spdx }: Files) => timed(() => read(spdx)),
  'CycloneDX to SPDX': ({ cycloneDx }: Files) => timed(() => toSpdxText(read(cycloneDx))),
  'SPDX to CycloneDX': ({ spdx }: Files) =>
    timed(async () => JSON.stringify((await toCycloneDxJson(read(spdx), OPTIONS)).value)),
  'CycloneDX to XML': ({ cycloneDx }: Files) =>
    timed(async () => (await toCycloneDxXml(read(cycloneDx), OPTIONS)).value),
  diff: ({ cycloneDx, later }: Files) =>
    timed(() => {
      const { changed } = diffSboms(read(cycloneDx), read(later));
      if (changed.length !== Math.ceil(COMPONENTS / 7)) throw new Error(`${changed.length} changes`);
    }),
} as const;
type Work = keyof typeof WORK;

async function timed(work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

type Measured = { readonly ms: number; readonly maxRssMiB: number };

/** In a process of its own, for the memory that it takes. */
async function inProcess(work: Work, folder: string): Promise<Measured> {
  const child = spawn(process.execPath, [import.meta.filename, work, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const texts: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => texts.push(text));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`${work} ended with ${code}`);
  return JSON.parse(texts.join('')) as Measured;
}

export async function benchSbom(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'provtrace-bench-'));
  try {
    const files = filesIn(folder);
    writeFileSync(files.cycloneDx, documentOf(1));
    writeFileSync(files.later, documentOf(2));
    writeFileSync(files.spdx, toSpdxText(read(files.cycloneDx)));
    const mib = readFileSync(files.cycloneDx).length / 1024 / 1024;
    if (mib < DOCUMENT_MIB) throw new Error(`the document has only ${mib.toFixed(1)} MiB`);
    const rows: Row[] = [];
    for (const work of Object.keys(WORK) as Work[]) rows.push(await rowOf(work, folder));
    print(`SBOM of ${COMPONENTS} components, ${mib.toFixed(1)} MiB; conversions and the diff with reading`, rows);
    print(`sbom of a cached image of ${IMAGE_COMPONENTS} components, signed, as a process`, await commandRows(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function commandRows(folder: string): Promise<readonly Row[]> {
  const authority = createAuthority({ name: 'acme' });
  const repository = emptyRepository();
  const built = await image().layer({ 'app/server': 'shop' }).addTo(repository, '1');
  const components = Array.from({ length: IMAGE_COMPONENTS }, (_, index) => pack(`package-${index}`, `1.${index}.0`));
  const predicate = cycloneDxOf(built.digest, components);
  const stated = statement({ subject: built.digest, predicateType: CYCLONEDX, predicate });
  const bytes = jsonBytes(authority.signBundle({ statement: stated }));
  bundleReferrer(repository, built.descriptor, { bytes, predicateType: CYCLONEDX });
  const root = join(folder, 'trusted_root.json');
  writeFileSync(root, authority.trustedRootJson);
  const server = await startRegistry({ repositories: new Map([['acme/shop', repository]]) });
  const env = { HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') };
  const sbom = ['sbom', `${server.host}/acme/shop@${built.digest}`, '--trusted-root', root];
  try {
    const rows: Row[] = [];
    for (const format of ['original', 'table', 'spdx-json']) {
      const argv = [...sbom, '--format', format];
      const first = await runProcess(argv, env);
      if (first.code !== 0) throw new Error(`sbom ended with ${first.code}`);
      const ms = median((await times(COMMAND_RUNS, () => runProcess(argv, env))).map(({ wallMs }) => wallMs));
      const holds = ms <= COMMAND_MS_MAX;
      rows.push({ what: `as ${format}`, measured: `${ms.toFixed(0)} ms`, atMost: `${COMMAND_MS_MAX} ms`, holds });
    }
    return rows;
  } finally {
    await server.close();
  }
}

async function rowOf(work: Work, folder: string): Promise<Row> {
  const runs = await times(RUNS, () => inProcess(work, folder));
  const [ms, memory] = [median(runs.map((run) => run.ms)), median(runs.map(({ maxRssMiB }) => maxRssMiB))];
  const isReading = work.startsWith('read');
  const msMax = isReading ? READ_MS_MAX : DIFF_MS_MAX;
  // Of two documents, of one and what it becomes, and of SPDX, which takes 46 MiB to say the same, twice as much is in memory.
  const memoryMax = work === 'read CycloneDX' ? MEMORY_MIB_MAX : 2 * MEMORY_MIB_MAX;
  return {
    what: work,
    measured: `${ms.toFixed(0)} ms, ${memory.toFixed(0)} MiB`,
    atMost: `${msMax} ms, ${memoryMax} MiB`,
    holds: ms <= msMax && memory <= memoryMax,
  };
}

if (import.meta.main) {
  const [work = '', folder = ''] = process.argv.slice(2);
  const ms = await WORK[work as Work](filesIn(folder));
  process.stdout.write(JSON.stringify({ ms, maxRssMiB: process.resourceUsage().maxRSS / 1024 }));
}
