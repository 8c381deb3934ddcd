import { existsSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseSourceUrl, repositoryKey } from '../../src/core/source-url.ts';
import { runTool } from '../support/run-tool.ts';

const CORPUS = resolve(import.meta.dirname, '../../../shared/corpus');
const isThere = existsSync(join(CORPUS, 'INDEX.json'));
const title = isThere
  ? 'real layouts and archives'
  : 'real layouts and archives (skipped: ../shared/corpus is not here)';

type Fact = Readonly<
  Partial<Record<'carrier' | 'source' | 'commit' | 'revision' | 'builder' | 'predicateType' | 'ref', string>>
> & { readonly subjectSha256?: readonly string[] };
type Entry = { readonly file: string; readonly facts?: readonly Fact[] };
type Said = {
  readonly claim: {
    readonly kind: string;
    readonly relation?: string;
    readonly to?: Readonly<Record<string, string>>;
    readonly value?: string;
  };
};

/** What is in the folders and is no image, or several: each is named as what it is, with its exit code. */
const NO_IMAGES: Readonly<Record<string, readonly [code: number, says: string]>> = {
  'oci-layouts/ggcr-test_index': [2, 'several images fit'],
  'oci-layouts/ggcr-test_index_media_type': [4, 'application/vnd.cncf.helm.config.v1+json'],
  'oci-layouts/notation-e2e-expired-signature': [4, 'application/vnd.notation.config'],
  'oci-layouts/notation-e2e-valid-multiple-signatures': [4, 'application/vnd.notation.config'],
  'oci-layouts/notation-e2e-valid-signature': [4, 'application/vnd.notation.config'],
  'oci-layouts/notation-e2e-with-timestamped-signature': [4, 'application/vnd.unknown.artifact.v1'],
  'oci-layouts/notation-trustpolicies': [4, 'this is not an OCI image layout'],
  'oci-layouts/cosign-v3-sign-trace-1': [4, 'application/vnd.docker.attestation.manifest.v1+json'],
  'oci-archives/actions-toolkit__docker~test-docker-action~COIO50.dockerbuild': [4, ''],
};

describe.skipIf(!isThere)(title, () => {
  const entries = isThere ? (JSON.parse(readFileSync(join(CORPUS, 'INDEX.json'), 'utf8')) as Entry[]) : [];
  const folder = mkdtempSync(join(tmpdir(), 'provtrace-corpus-'));
  const names = isThere
    ? ['oci-layouts', 'oci-archives'].flatMap((kind) =>
        readdirSync(join(CORPUS, kind)).map((name) => `${kind}/${name}`),
      )
    : [];

  test.each(names)('%s', async (name) => {
    const transport = name.startsWith('oci-archives') ? 'oci-archive' : 'oci';
    const ran = await runTool(
      ['trace', `${transport}:${join(CORPUS, name)}`, '--all-platforms', '--format', 'json', '--offline'],
      { folder },
    );
    const no = NO_IMAGES[name];
    if (no !== undefined) {
      expect(ran.stdout).toContain(no[1]);
      expect(ran.code).toBe(no[0]);
      return;
    }
    // `docker save` lists platforms that it leaves out: they are told, and the one that is there is traced.
    const isPartial = name === 'oci-archives/oras-go__hello-world.tar';
    if (isPartial) expect(ran.stderr).toContain('does not have it');
    else expect(ran.stderr).toBe('');
    expect(ran.code).toBe(isPartial ? 4 : 0);
    const written: unknown = JSON.parse(ran.stdout);
    const documents = Array.isArray(written) ? written : [written];
    const facts = entries.find((entry) => entry.file.replace(/\/$/, '') === name)?.facts ?? [];
    const said = documents.flatMap((document) => everything(document));
    for (const fact of facts) assertHeld(fact, said, ran.stdout);
  });

  test('an image that is named as none is really there', () => {
    expect(Object.keys(NO_IMAGES).filter((name) => !names.includes(name))).toEqual([]);
  });
});

/** Every claim that stands in the document, whether it won or not. */
function everything(node: unknown): Said[] {
  if (Array.isArray(node)) return node.flatMap(everything);
  if (typeof node !== 'object' || node === null) return [];
  const own = 'claim' in node ? [node as Said] : [];
  return [...own, ...Object.values(node).flatMap(everything)];
}

function assertHeld(fact: Fact, said: readonly Said[], text: string): void {
  const tos = (relation: string): readonly Readonly<Record<string, string>>[] =>
    said.flatMap(({ claim }) => (claim.relation === relation && claim.to !== undefined ? [claim.to] : []));
  if (fact.source !== undefined) {
    const parsed = parseSourceUrl(fact.source, 'auto');
    const key = parsed.kind === 'repository' ? parsed.source.key : '';
    expect(
      tos('fromRepository')
        .concat(tos('builtFrom'))
        .map((to) => repositoryKey(to['url'] ?? to['repository'] ?? '')),
    ).toContain(key);
  }
  const commit = fact.commit ?? fact.revision;
  if (commit !== undefined) expect(tos('builtFrom').map((to) => to['commit'])).toContain(commit);
  if (fact.builder !== undefined) expect(tos('builtBy').map((to) => to['builderId'])).toContain(fact.builder);
  if (fact.ref !== undefined) expect(said.map(({ claim }) => claim.value)).toContain(fact.ref);
  if (fact.predicateType !== undefined)
    expect(tos('describedBy').map((to) => to['predicateType'])).toContain(fact.predicateType);
  for (const subject of fact.subjectSha256 ?? []) expect(text).toContain(subject);
}
