import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { managedKeysIn, rootsIn } from './authority-trust.ts';
import type { SigstoreVerifierSettings } from '../../src/adapters/sigstore/verifier.ts';
import { embeddedTrustRoots } from '../../src/adapters/sigstore/trusted-root-file.ts';
import type { CarriedDocument } from '../../src/core/model/statement.ts';

/** Real evidence, kept beside the project and never in it. */
export const CORPUS = join(import.meta.dirname, '../../../shared/corpus');
export const hasCorpus = existsSync(join(CORPUS, 'INDEX.json'));
export const WHERE = hasCorpus
  ? 'in the corpus'
  : 'in the corpus (skipped: there is no ../shared/corpus beside the project)';

/** Something really signed, with what is believed of it and what its index says that a check must find. */
export type Specimen = {
  readonly name: string;
  readonly form: CarriedDocument['form'];
  readonly bytes: Buffer;
  readonly annotations: Readonly<Record<string, string>>;
  readonly trust: SigstoreVerifierSettings;
  readonly expected: { readonly identity: string; readonly issuer: string | undefined; readonly root: string };
};

type Facts = {
  readonly file?: string;
  readonly carrier?: string;
  readonly signature?: string;
  readonly root?: string;
  readonly signer?: string;
  readonly issuer?: string;
};
export type IndexEntry = {
  readonly file: string;
  readonly expected: string;
  readonly observed: readonly string[];
  readonly facts?: readonly Facts[];
};
type Document = Pick<Specimen, 'form' | 'bytes' | 'annotations'> & { readonly name: string };

export function readCorpus(path: string): Buffer {
  return readFileSync(join(CORPUS, path));
}

export function indexEntries(): readonly IndexEntry[] {
  return hasCorpus ? JSON.parse(readCorpus('INDEX.json').toString()) : [];
}

/** Everything that the index says is signed with a certificate and verifies; the conformance suite has its own test. */
export function certificateSpecimens(): readonly Specimen[] {
  return indexEntries()
    .filter(({ file }) => !file.includes('conformance/'))
    .flatMap((entry) => {
      const signed = (entry.facts ?? []).filter(
        ({ signature, signer }) => signature === 'verifies' && signer !== undefined,
      );
      if (signed.length === 0) return [];
      const documents = documentsOf(entry);
      return signed.map((facts, index) =>
        toSpecimen(
          entry,
          facts,
          facts.file === undefined ? documents[index] : documents.find(({ name }) => name === facts.file),
        ),
      );
    });
}

/** What the index says is signed with one of the corpus's keys. */
export function keySpecimens(): readonly Specimen[] {
  return indexEntries().flatMap((entry) => {
    const key = /^PASS with (keys\/\S+)/.exec(entry.expected)?.[1];
    if (key === undefined || !entry.file.match(/^(dsse|vsa)\//)) return [];
    const trust = {
      roots: [],
      keys: managedKeysIn(readCorpus(key).toString(), key),
      transparencyLog: 'notRequired' as const,
    };
    return [
      {
        name: entry.file,
        form: 'dsse' as const,
        bytes: readCorpus(entry.file),
        annotations: {},
        trust,
        expected: { identity: key, issuer: undefined, root: `key ${key}` },
      },
    ];
  });
}

function toSpecimen(entry: IndexEntry, facts: Facts, document: Document | undefined): Specimen {
  if (document === undefined) throw new Error(`${entry.file} has no document for ${JSON.stringify(facts)}`);
  const { root, roots } = rootOf(entry, facts);
  return {
    name: join(entry.file, document.name),
    form: document.form,
    bytes: document.bytes,
    annotations: document.annotations,
    trust: { roots, keys: [], transparencyLog: 'required' },
    expected: { identity: facts.signer ?? '', issuer: facts.issuer, root },
  };
}

function rootOf(
  { file, expected }: IndexEntry,
  { root = expected.includes('public-good root') ? 'public-good' : expected }: Facts,
) {
  const embedded = embeddedTrustRoots().filter(({ name }) => name === root);
  if (embedded.length > 0) return { root, roots: embedded };
  const path = /trust-roots\/[\w-]+\.json/.exec(root)?.[0] ?? join(dirname(file), 'trusted_root.json');
  return { root: path, roots: rootsIn(readCorpus(path), path) };
}

function documentsOf({ file }: IndexEntry): readonly Document[] {
  if (file.startsWith('oci-layouts/')) return layersOf(file);
  if (file.endsWith('/'))
    return readdirSync(join(CORPUS, file)).flatMap((name) => linesOf(name, readCorpus(join(file, name))));
  if (file.startsWith('sigstore-bundles/npm/')) return npmBundles(file);
  return linesOf(basename(file), readCorpus(file));
}

/** Each line of what is one document a line, else the whole. */
function linesOf(name: string, bytes: Buffer): readonly Document[] {
  const lines = name.endsWith('jsonl')
    ? bytes
        .toString()
        .trim()
        .split('\n')
        .map((line) => Buffer.from(line))
    : [bytes];
  return lines.map((line) => ({ name, form: 'bundle', bytes: line, annotations: {} }));
}

function npmBundles(file: string): readonly Document[] {
  const { attestations }: { attestations: readonly { readonly bundle: unknown }[] } = JSON.parse(
    readCorpus(file).toString(),
  );
  return attestations.map(({ bundle }, index) => ({
    name: String(index),
    form: 'bundle',
    bytes: Buffer.from(JSON.stringify(bundle)),
    annotations: {},
  }));
}

const LAYER_FORMS: Readonly<Record<string, CarriedDocument['form']>> = {
  'application/vnd.dev.cosign.simplesigning.v1+json': 'simpleSigning',
  'application/vnd.dsse.envelope.v1+json': 'dsse',
  'application/vnd.dev.sigstore.bundle.v0.3+json': 'bundle',
};

/** The signed layers of a layout, image signatures before attestations. */
function layersOf(layout: string): readonly Document[] {
  const blobs = join(layout, 'blobs/sha256');
  const layers = readdirSync(join(CORPUS, blobs)).flatMap((blob) => manifestLayers(readCorpus(join(blobs, blob))));
  return layers
    .flatMap(({ mediaType, digest, annotations = {} }) => {
      const form = LAYER_FORMS[mediaType];
      return form === undefined
        ? []
        : [{ name: form, form, bytes: readCorpus(join(blobs, digest.slice('sha256:'.length))), annotations }];
    })
    .toSorted((a, b) => (a.form < b.form ? 1 : -1));
}

type Layer = { readonly mediaType: string; readonly digest: string; readonly annotations?: Record<string, string> };

function manifestLayers(bytes: Buffer): readonly Layer[] {
  try {
    const { layers = [] }: { layers?: readonly Layer[] } = JSON.parse(bytes.toString());
    return layers;
  } catch {
    return [];
  }
}

/** cosign printed this signature with everything but the payload's own bytes, which its log entry has the hash of. */
export function chainguardSpecimen(): Specimen {
  const name = 'cosign-sig/chainguard-python-signature-verify.json';
  const [{ critical, optional }] = JSON.parse(readCorpus(name).toString());
  const { spec } = JSON.parse(Buffer.from(optional.Bundle.Payload.body, 'base64').toString());
  return {
    name,
    form: 'simpleSigning',
    bytes: Buffer.from(JSON.stringify({ critical, optional: null })),
    annotations: {
      'dev.cosignproject.cosign/signature': spec.signature.content,
      'dev.sigstore.cosign/certificate': Buffer.from(spec.signature.publicKey.content, 'base64').toString(),
      'dev.sigstore.cosign/bundle': JSON.stringify(optional.Bundle),
    },
    trust: { roots: embeddedTrustRoots(), keys: [], transparencyLog: 'required' },
    expected: { identity: optional.Subject, issuer: optional.Issuer, root: 'public-good' },
  };
}
