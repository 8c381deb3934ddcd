import { describe, expect, test } from 'vitest';
import { createSigstoreVerifier } from '../../../../src/adapters/sigstore/verifier.ts';
import { createAuthority } from '../../../support/authority.ts';
import { fulcioExtension, extension } from '../../../support/authority-certificates.ts';
import { utf8 } from '../../../support/authority-der.ts';
import { carried, carriedBundle, trustIn, verdict, verdictOn, verifyOne } from '../../../support/authority-trust.ts';

const STATEMENT = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ digest: { sha256: 'a1'.repeat(32) } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {},
};

const acme = createAuthority({ name: 'acme' });
const trust = trustIn([acme]);
const lineOf = (bundle: unknown) => JSON.stringify(bundle);

describe('a file of several documents', () => {
  test('gives each, bundles and envelopes and statements', async () => {
    const envelope = acme.signBundle({ statement: STATEMENT }).dsseEnvelope;
    const text = [
      lineOf(acme.signBundle({ statement: STATEMENT })),
      lineOf(envelope),
      '',
      lineOf(STATEMENT),
      'nonsense',
      lineOf(acme.signBundle({ statement: STATEMENT, log: 'v2' })),
    ].join('\n');
    const documents = await createSigstoreVerifier(trust).verify(carried({ form: 'bundle', bytes: Buffer.from(text) }));
    expect(documents.map(({ kind, checked }) => `${kind} ${verdict(checked)}`)).toEqual([
      'statement verified',
      'statement attested NO_KEY',
      'statement attested UNSIGNED',
      'opaque rejected MALFORMED_BUNDLE',
      'statement verified',
    ]);
  });

  test('of too many lines is read up to the limit, and says so', async () => {
    const text = `${lineOf(STATEMENT)}\n`.repeat(1001);
    const documents = await createSigstoreVerifier(trust).verify(carried({ form: 'bundle', bytes: Buffer.from(text) }));
    expect(documents).toHaveLength(1001);
    expect(documents.at(-1)).toMatchObject({
      kind: 'opaque',
      checked: { code: 'MALFORMED_BUNDLE', got: 'the document has too many lines: 1001 or more' },
    });
  });
});

describe('what a document is', () => {
  test.each(['bundle', 'dsse', 'statement'] as const)(
    'is read from itself and not from the carrier, which calls it %s',
    async (form) => {
      const bytes = Buffer.from(lineOf(acme.signBundle({ statement: STATEMENT })));
      expect(await verdictOn(carried({ form, bytes }), trust)).toBe('verified');
    },
  );

  test.each([
    '',
    'null',
    '[]',
    '"text"',
    '{}',
    '{"mediaType":1}',
    '{"payloadType":1,"payload":2,"signatures":3}',
    '<html>',
    '['.repeat(100_000),
  ])('cannot be told of %s', async (text) => {
    for (const form of ['bundle', 'dsse', 'statement', 'simpleSigning'] as const) {
      const document = await verifyOne(carried({ form, bytes: Buffer.from(text) }), trust);
      expect(document.kind).toBe('opaque');
      expect(document.checked.assurance).not.toBe('verified');
    }
  });

  test('is not asked of what is too large', async () => {
    const document = await verifyOne(
      carried({ form: 'bundle', bytes: Buffer.alloc(96 * 1024 * 1024 + 1, 0x20) }),
      trust,
    );
    expect(document).toMatchObject({
      kind: 'opaque',
      checked: { code: 'MALFORMED_BUNDLE', expected: 'at most 100663296 bytes' },
    });
  });
});

describe('the same document', () => {
  const document = carriedBundle(acme.signBundle({ statement: STATEMENT }));

  test('is checked once, and told anew for each carrier', async () => {
    const verifier = createSigstoreVerifier(trust);
    const [first] = await verifier.verify(document);
    const [second] = await verifier.verify({ ...document, carrier: 'elsewhere', bytes: Buffer.from(document.bytes) });
    expect(second).toEqual({ ...first, carrier: 'elsewhere' });
    // Not merely equal: nothing was made a second time.
    expect(second?.checked).toBe(first?.checked);
  });

  test('asked for twice at once is checked once', async () => {
    const verifier = createSigstoreVerifier(trust);
    const [[first], [second]] = await Promise.all([verifier.verify(document), verifier.verify(document)]);
    expect(second?.checked).toBe(first?.checked);
  });

  test('under other annotations is another', async () => {
    const verifier = createSigstoreVerifier(trust);
    const layer = acme.signSimpleSigning({ digest: `sha256:${'a1'.repeat(32)}` });
    const [signed] = await verifier.verify(carried({ form: 'simpleSigning', ...layer }));
    const [bare] = await verifier.verify(carried({ form: 'simpleSigning', bytes: layer.bytes }));
    expect([signed, bare].map((each) => each && verdict(each.checked))).toEqual(['verified', 'attested UNSIGNED']);
  });

  test('gets the same answer from a new verifier', async () => {
    expect(await verifyOne(document, trust)).toEqual(await verifyOne(document, trust));
  });

  test('is checked again after many others, with the same answer', async () => {
    const verifier = createSigstoreVerifier(trust);
    const [first] = await verifier.verify(document);
    for (let index = 0; index < 300; index++)
      await verifier.verify(carried({ form: 'statement', bytes: Buffer.from(`{"_type":${index}}`) }));
    const [again] = await verifier.verify(document);
    expect(again).toEqual(first);
    expect(again?.checked).not.toBe(first?.checked);
  });
});

describe("Fulcio's extensions", () => {
  const ARC = '1.3.6.1.4.1.57264.1';

  test('are text by number, those of the future left out', async () => {
    const long = 'x'.repeat(300);
    const { checked } = await verifyOne(
      sign(
        fulcioExtension(2, 'push'),
        fulcioExtension(12, 'https://github.com/acme/shop'),
        fulcioExtension(24, long),
        extension(`${ARC}.25`, utf8('later')),
        extension(`${ARC}.9.1`, utf8('below')),
      ),
      trust,
    );
    expect(checked).toMatchObject({ assurance: 'verified' });
    const extensions =
      checked.assurance === 'verified' && checked.signer.kind === 'certificate' ? checked.signer.extensions : {};
    expect(Object.keys(extensions)).toEqual(['1', '2', '8', '12', '24']);
    expect([extensions[2], extensions[12], extensions[24]]).toEqual(['push', 'https://github.com/acme/shop', long]);
  });

  const malformed = [
    {
      name: 'with bytes behind the text',
      value: Buffer.concat([utf8('https://github.com/acme/shop'), Buffer.from([0])]),
    },
    { name: 'with a second text', value: Buffer.concat([utf8('a'), utf8('b')]) },
    { name: 'as bare text', value: Buffer.from('https://github.com/acme/shop') },
    { name: 'as another kind of text', value: Buffer.from([0x13, 1, 0x61]) },
    { name: 'that are not UTF-8', value: Buffer.from([0x0c, 2, 0xc3, 0x28]) },
    { name: 'that end early', value: Buffer.from([0x0c, 9, 0x61]) },
    { name: 'of nothing', value: Buffer.alloc(0) },
  ];

  test.each(malformed)('$name forbid the certificate', async ({ value }) => {
    expect(await verdictOn(sign(extension(`${ARC}.12`, value)), trust)).toBe('rejected BAD_CERTIFICATE');
  });

  test('that are bare and not UTF-8 forbid it too', async () => {
    expect(await verdictOn(sign(extension(`${ARC}.5`, Buffer.from([0xff, 0xfe]))), trust)).toBe(
      'rejected BAD_CERTIFICATE',
    );
  });

  test('give the issuer, and without them there is none', async () => {
    const anonymous = acme.issue({ issuer: '' });
    expect(
      (await verifyOne(carriedBundle(acme.signBundle({ statement: STATEMENT, leaf: anonymous })), trust)).checked,
    ).toMatchObject({ assurance: 'verified', signer: { issuer: '' } });
  });
});

function sign(...extraExtensions: Buffer[]): ReturnType<typeof carriedBundle> {
  return carriedBundle(acme.signBundle({ statement: STATEMENT, extraExtensions }));
}
