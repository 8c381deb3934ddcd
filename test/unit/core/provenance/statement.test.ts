import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import type { ErrorCode } from '../../../../src/core/errors.ts';
import { isStatementPayload, parseBundle, parseEnvelope } from '../../../../src/core/provenance/envelope.ts';
import { parseStatement } from '../../../../src/core/provenance/statement.ts';

const SHA256 = 'ab'.repeat(32);

function bytes(document: unknown): Uint8Array {
  return new TextEncoder().encode(typeof document === 'string' ? document : JSON.stringify(document));
}

function failure(run: () => unknown): { readonly code: ErrorCode; readonly text: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof ToolError)
      return { code: error.code, text: `${error.message} ${error.expected} ${error.got}` };
    throw error;
  }
  throw new Error('nothing was thrown');
}

function statement(members: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: 'https://slsa.dev/provenance/v0.2',
    subject: [{ name: 'image', digest: { sha256: SHA256 } }],
    predicate: { builder: { id: 'x' } },
    ...members,
  };
}

describe('a statement', () => {
  test.each(['v0.1', 'v1'])('of type %s goes with any predicate type', (version) => {
    const type = `https://in-toto.io/Statement/${version}`;
    const parsed = parseStatement(bytes(statement({ _type: type })));
    expect(parsed).toEqual({
      statement: {
        type,
        predicateType: 'https://slsa.dev/provenance/v0.2',
        subject: [{ name: 'image', digest: { sha256: SHA256 } }],
        predicate: { builder: { id: 'x' } },
      },
      problems: [],
    });
  });

  test.each([undefined, null, []])('may have no subject (%s) and no predicate', (subject) => {
    const parsed = parseStatement(bytes(statement({ subject, predicate: undefined })));
    expect(parsed.statement).toMatchObject({ subject: [], predicate: undefined });
    expect(parsed.problems).toEqual([]);
  });

  test('loses a bad subject, and keeps the others', () => {
    const subject = [
      { name: 'no digest' },
      {
        uri: 'pkg:github/acme/shop@v1',
        digest: { gitCommit: 'CD'.repeat(20), goModuleH1: 'h1:AbC=' },
        annotations: { a: 1 },
      },
      'text',
      { name: 7, digest: { sha256: SHA256, sha512: 12, md5: ['x'] } },
    ];
    const parsed = parseStatement(bytes(statement({ subject })));
    expect(parsed.statement.subject).toEqual([
      {
        uri: 'pkg:github/acme/shop@v1',
        digest: { gitCommit: 'cd'.repeat(20), goModuleH1: 'h1:AbC=' },
        annotations: { a: 1 },
      },
      { name: '7', digest: { sha256: SHA256, sha512: '12' } },
    ]);
    expect(parsed.problems.map(({ code, at }) => `${code} ${at}`)).toEqual([
      'MALFORMED_ITEM $.subject[0]',
      'MALFORMED_ITEM $.subject[2]',
      'MALFORMED_ITEM $.subject[3].digest.md5',
    ]);
  });

  test('with more subjects than anyone has says that they were cut', () => {
    const subject = Array.from({ length: 10_001 }, () => ({ digest: { sha256: SHA256 } }));
    const parsed = parseStatement(bytes(statement({ subject })));
    expect(parsed.statement.subject).toHaveLength(10_000);
    expect(parsed.problems).toMatchObject([{ code: 'TRUNCATED', at: '$.subject' }]);
  });

  test.each([
    ['<html>', 'MALFORMED', /not JSON/],
    ['[]', 'MALFORMED', /not an in-toto statement/],
    [statement({ _type: 'https://example.com/Statement/v1' }), 'MALFORMED', /_type/],
    [statement({ predicateType: '' }), 'MALFORMED', /predicateType/],
    [statement({ predicateType: undefined }), 'MALFORMED', /predicateType/],
    [`{"_type":${'['.repeat(5000)}`, 'MALFORMED', /nested too deeply/],
  ] as const)('%j is refused as %s', (document, code, text) => {
    const failed = failure(() => parseStatement(bytes(document)));
    expect(failed.code).toBe(code);
    expect(failed.text).toMatch(text);
  });

  test('larger than its limit is refused before it is parsed', () => {
    expect(failure(() => parseStatement(new Uint8Array(64 * 1024 * 1024 + 1))).code).toBe('TOO_LARGE');
  });
});

describe('an envelope', () => {
  // Their standard base64 has `+`, `/` and padding.
  const payload = bytes('{"?":"ÿÿÿ>>>~~~ü"}');
  const standard = Buffer.from(payload).toString('base64');
  const url = Buffer.from(payload).toString('base64url');
  const padded = url.padEnd(standard.length, '=');

  test('the samples differ', () => {
    expect(new Set([standard, url, padded, standard.replaceAll('=', '')]).size).toBe(4);
  });

  test.each([standard, url, padded, standard.replaceAll('=', '')])('has its payload in any base64: %s', (encoded) => {
    const document = {
      payloadType: 'application/vnd.in-toto+json',
      payload: encoded,
      signatures: [{ sig: 'c2ln', keyid: 'k' }],
    };
    expect(parseEnvelope(bytes(document))).toEqual({
      payloadType: 'application/vnd.in-toto+json',
      payload,
      signatures: [{ sig: 'c2ln', keyid: 'k' }],
    });
  });

  test.each([undefined, null, []])('may be unsigned (%s)', (signatures) => {
    expect(parseEnvelope(bytes({ payloadType: 't', payload: '', signatures })).signatures).toEqual([]);
  });

  test('loses a signature that is none, and keeps the others', () => {
    const signatures = [{ sig: '' }, { keyid: 'k' }, 3, { sig: 'c2ln', keyid: null, extension: {} }];
    expect(parseEnvelope(bytes({ payloadType: 't', payload: '', signatures })).signatures).toEqual([{ sig: 'c2ln' }]);
  });

  test.each([
    [{ payloadType: 't', payload: 'a*b' }, /not base64/],
    [{ payloadType: 't', payload: 3 }, /payload/],
    [{ payload: '' }, /payloadType/],
    [{ payloadType: 't', payload: '', signatures: Array.from({ length: 101 }, () => ({ sig: 'x' })) }, /signatures/],
    ['', /not JSON/],
  ] as const)('%j is refused', (document, text) => {
    const failed = failure(() => parseEnvelope(bytes(document)));
    expect(failed.code).toBe('MALFORMED');
    expect(failed.text).toMatch(text);
  });

  test.each([
    ['application/vnd.in-toto+json', true],
    ['application/vnd.in-toto.provenance+json', true],
    ['application/vnd.in-toto', false],
    ['text/application/vnd.in-toto+json', false],
    ['application/vnd.in-toto+json; x', false],
    ['https://in-toto.io/Statement/v1', false],
  ])('of type %s has a statement: %s', (payloadType, expected) => {
    expect(isStatementPayload(payloadType)).toBe(expected);
  });
});

describe('a Sigstore bundle', () => {
  const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  const dsseEnvelope = { payloadType: 't', payload: 'e30', signatures: [] };

  test('holds an envelope', () => {
    const { envelope } = parseBundle(bytes({ mediaType, verificationMaterial: {}, dsseEnvelope }));
    expect(new TextDecoder().decode(envelope?.payload)).toBe('{}');
  });

  test('or a signature, which states nothing', () => {
    expect(parseBundle(bytes({ mediaType, messageSignature: { signature: '' } }))).toEqual({ mediaType });
  });

  test.each([
    [{ mediaType }, /no content/],
    [{ mediaType: 'application/json', dsseEnvelope }, /mediaType/],
    [{ mediaType, dsseEnvelope: { payload: '' } }, /payloadType/],
  ] as const)('%j is refused', (document, text) => {
    const failed = failure(() => parseBundle(bytes(document)));
    expect(failed.code).toBe('MALFORMED');
    expect(failed.text).toMatch(text);
  });
});

test('arbitrary bytes and documents give an error of this tool, or a result', () => {
  const documents = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map(bytes),
    fc
      .record({
        _type: fc.constant('https://in-toto.io/Statement/v1'),
        predicateType: fc.string(),
        subject: fc.jsonValue(),
      })
      .map(bytes),
    fc.record({ payloadType: fc.string(), payload: fc.base64String(), signatures: fc.jsonValue() }).map(bytes),
  );
  const parsers = fc.constantFrom(parseStatement, parseEnvelope, parseBundle);
  const property = fc.property(documents, parsers, (document, parse) => {
    try {
      return parse(document) !== undefined;
    } catch (error) {
      return error instanceof ToolError;
    }
  });
  expect(() => fc.assert(property, { numRuns: 2000 })).not.toThrow();
});
