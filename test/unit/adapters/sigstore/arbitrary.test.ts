import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseManagedKeys, managedKey } from '../../../../src/adapters/sigstore/managed-key.ts';
import { parseTrustedRoots } from '../../../../src/adapters/sigstore/trusted-root-file.ts';
import { createSigstoreVerifier } from '../../../../src/adapters/sigstore/verifier.ts';
import { ToolError } from '../../../../src/core/errors.ts';
import type { SignedDocument } from '../../../../src/core/model/statement.ts';
import { createAuthority } from '../../../support/authority.ts';
import { createKeyPair } from '../../../support/authority-keys.ts';
import { saysAnythingElse } from '../../../support/authority-alterations.ts';
import { carried, trustIn } from '../../../support/authority-trust.ts';

const STATEMENT = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ digest: { sha256: 'a1'.repeat(32) } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {},
};

const acme = createAuthority({ name: 'acme' });
const pair = createKeyPair();
const trust = trustIn([acme], { keys: [managedKey(pair.publicKey, 'own')], transparencyLog: 'notRequired' });
const verifier = createSigstoreVerifier(trust);

const FORMS = ['statement', 'dsse', 'bundle', 'simpleSigning'] as const;
const form = fc.constantFrom(...FORMS);
const annotationName = fc.constantFrom(
  'dev.cosignproject.cosign/signature',
  'dev.sigstore.cosign/certificate',
  'dev.sigstore.cosign/chain',
  'dev.sigstore.cosign/bundle',
  'dev.sigstore.cosign/rfc3161timestamp',
);

/** Real documents in every form, as they are in a registry. */
const LAYER = acme.signSimpleSigning({ digest: `sha256:${'a1'.repeat(32)}`, timestamped: true });
const ATTESTATION = acme.signAttestationLayer({ statement: STATEMENT, timestamped: true, entryKind: 'intoto/0.0.1' });
const bundleBytes = (request: object) =>
  Buffer.from(JSON.stringify(acme.signBundle({ statement: STATEMENT, ...request })));
const SIGNED = [
  carried({ form: 'bundle', bytes: bundleBytes({ timestamped: true }) }),
  carried({ form: 'bundle', bytes: bundleBytes({ log: 'v2' }) }),
  carried({ form: 'bundle', bytes: bundleBytes({ version: '0.1' }) }),
  carried({ form: 'bundle', bytes: bundleBytes({ managedKey: pair }) }),
  carried({ form: 'simpleSigning', ...LAYER }),
  carried({ form: 'dsse', ...ATTESTATION }),
];

describe('arbitrary bytes', () => {
  test('never throw and never verify', async () => {
    await fc.assert(
      fc.asyncProperty(
        form,
        fc.uint8Array({ maxLength: 400 }),
        fc.dictionary(annotationName, fc.string({ maxLength: 200 })),
        async (kind, bytes, annotations) => {
          expect(isVerified(await verifier.verify(carried({ form: kind, bytes, annotations })))).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('as JSON never throw and never verify', async () => {
    await fc.assert(
      fc.asyncProperty(form, fc.json({ maxDepth: 6 }), async (kind, text) => {
        expect(isVerified(await verifier.verify(carried({ form: kind, bytes: Buffer.from(text) })))).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('as a root of trust give roots or problems', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 400 }),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          const { roots, problems } = parseTrustedRoots(bytes, 'file');
          expect(roots.length + problems.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('as keys give only our own error', () => {
    fc.assert(
      fc.property(
        fc.base64String({ maxLength: 300 }),
        fc.constantFrom('PUBLIC KEY', 'RSA PUBLIC KEY', 'CERTIFICATE'),
        (body, label) => {
          const error = errorOf(() =>
            parseManagedKeys(`-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`, 'file'),
          );
          expect(error === undefined || error instanceof ToolError).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a real document', () => {
  test('in which a member is replaced by anything never throws, and never says anything else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SIGNED.filter((each) => each.form === 'bundle')),
        fc.nat(),
        fc.jsonValue({ maxDepth: 2 }),
        async (document, choice, value) => {
          const json: unknown = JSON.parse(Buffer.from(document.bytes).toString());
          const paths = pathsIn(json);
          const bytes = Buffer.from(JSON.stringify(replacedAt(json, paths[choice % paths.length] ?? [], value)));
          const altered = await verifier.verify({ ...document, bytes });
          expect(saysAnythingElse(altered, await verifier.verify(document))).toBe(false);
        },
      ),
      { numRuns: 600 },
    );
  });

  test('in which a byte is altered never throws, and never says anything else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SIGNED),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (document, position, mask) => {
          const bytes = Buffer.from(document.bytes);
          const at = position % bytes.length;
          bytes[at] = (bytes[at] ?? 0) ^ mask;
          const altered = await verifier.verify({ ...document, bytes });
          expect(saysAnythingElse(altered, await verifier.verify(document))).toBe(false);
        },
      ),
      { numRuns: 600 },
    );
  });

  test('of which an annotation is altered never throws, and never says anything else', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SIGNED.filter((each) => each.form !== 'bundle')),
        annotationName,
        fc.nat(),
        fc.string({ minLength: 1, maxLength: 1 }),
        async (document, key, position, character) => {
          const text = document.annotations[key] ?? '';
          const at = text.length === 0 ? 0 : position % text.length;
          const annotations = {
            ...document.annotations,
            [key]: `${text.slice(0, at)}${character}${text.slice(at + 1)}`,
          };
          const altered = await verifier.verify({ ...document, annotations });
          expect(saysAnythingElse(altered, await verifier.verify(document))).toBe(false);
        },
      ),
      { numRuns: 600 },
    );
  });

  test('is verified as it is', async () => {
    for (const document of SIGNED)
      expect((await verifier.verify(document)).map(({ checked }) => checked.assurance)).toEqual(['verified']);
  });
});

function errorOf(attempt: () => unknown): unknown {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return error;
  }
}

function isVerified(documents: readonly SignedDocument[]): boolean {
  return documents.length === 0 || documents.some(({ checked }) => checked.assurance === 'verified');
}

type Path = readonly (string | number)[];

function pathsIn(value: unknown): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [[key], ...pathsIn(inner).map((path) => [key, ...path])]);
}

function replacedAt(value: unknown, [step, ...rest]: Path, replacement: unknown): unknown {
  if (step === undefined) return replacement;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...Object(value) };
  Reflect.set(copy, step, replacedAt(Reflect.get(copy, step), rest, replacement));
  return copy;
}
