import { describe, expect, test } from 'vitest';
import { ToolError } from '../../../../src/core/errors.ts';
import { readSbom } from '../../../../src/core/sbom/read.ts';
import type { SHOP_FILES } from './documents.ts';
import { bytes, read, shopBytes } from './documents.ts';

const text = (file: (typeof SHOP_FILES)[number]): string => new TextDecoder().decode(shopBytes(file));
const json = (file: (typeof SHOP_FILES)[number]): unknown => JSON.parse(text(file));

describe('wrappings (reference/provenance.md 13.1)', () => {
  test.each([
    ['the document as an object', json('cyclonedx-1.6.json')],
    ['the document as text, as cosign attest --type spdx has it', text('spdx-2.3.json')],
    ['tag:value as text', text('spdx-2.3.spdx')],
    ['Data with an object, as cosign 1 has it', { Data: json('spdx-2.3.json'), Timestamp: '2022-01-01T00:00:00Z' }],
    ['Data with text', { Data: text('spdx-2.3.spdx'), Timestamp: '' }],
    ['Data with JSON as text', { Data: text('cyclonedx-1.6.json') }],
    ['Data with XML as text', { Data: text('cyclonedx-1.6.xml') }],
    [
      'a whole statement',
      {
        _type: 'https://in-toto.io/Statement/v1',
        predicateType: 'https://spdx.dev/Document',
        predicate: text('spdx-2.3.json'),
      },
    ],
    ['the bytes of a file with a byte order mark', bytes(`\uFEFF${text('spdx-2.3.json')}`)],
    ['XML with a byte order mark', bytes(`\uFEFF${text('cyclonedx-1.6.xml')}`)],
    ['the bytes of a statement', bytes(JSON.stringify({ predicateType: 'x', predicate: json('syft.json') }))],
  ])('%s', (_what, written) => {
    expect(read(written).sbom.components.map(({ name }) => name)).toEqual(['openssl', 'express', 'body-parser']);
  });

  test('a document of a known kind is not taken for a wrapping, whatever members it has', () => {
    const document = { ...(json('cyclonedx-1.6.json') as object), Data: { spdxVersion: 'SPDX-2.3' } };
    expect(read(document).sbom.documents[0]?.format).toBe('cyclonedx-json');
  });

  test('a predicate that is something else is refused', () => {
    expect(readSbom({ buildType: 'https://example.org', buildConfig: {} })).toMatchObject({
      kind: 'refused',
      error: { code: 'UNSUPPORTED', got: 'JSON with buildType, buildConfig' },
    });
  });
});

describe('what is refused, and how it is told', () => {
  const nested = (levels: number): string => `${'[{"components":'.repeat(levels)}[]${'}]'.repeat(levels)}`;
  test.each([
    ['nothing', new Uint8Array(), 'MALFORMED', 'nothing'],
    ['HTML', bytes('<!doctype html><html><body>Sign in</body></html>'), 'MALFORMED', 'incorrect syntax'],
    ['HTML without a doctype', bytes('<html><body>Sign in</body></html>'), 'MALFORMED', '<html> of no namespace'],
    [
      'XML of SPDX',
      bytes('<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'),
      'MALFORMED',
      'rdf-syntax-ns',
    ],
    ['XML that breaks off', bytes(text('cyclonedx-1.6.xml').slice(0, 900)), 'MALFORMED', 'unclosed tag'],
    ['XML that is not UTF-8', new Uint8Array([0x3c, 0x62, 0xff, 0x3e]), 'MALFORMED', 'other bytes'],
    ['JSON that is not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'MALFORMED', '{'],
    ['JSON that breaks off', bytes(text('spdx-2.3.json').slice(0, 900)), 'MALFORMED', 'spdxVersion'],
    ['a list', bytes('[1]'), 'MALFORMED', 'a list'],
    [
      'text upon text',
      bytes(JSON.stringify(JSON.stringify(JSON.stringify(JSON.stringify(JSON.stringify(JSON.stringify('x'))))))),
      'MALFORMED',
      'string',
    ],
    ['nothing in a wrapping', { predicateType: 'https://spdx.dev/Document', predicate: null }, 'MALFORMED', 'nothing'],
    [
      'JSON nested 100,000 deep',
      bytes(`{"bomFormat":"CycloneDX","components":${nested(50_000)}}`),
      'MALFORMED',
      '100002',
    ],
    ['more bytes than there may be', new Uint8Array(128 * 1024 * 1024 + 1), 'TOO_LARGE', '134217729'],
    ['SPDX 4', { spdxVersion: 'SPDX-4.0' }, 'UNSUPPORTED', 'spdxVersion'],
  ])('%s', (_what, written, code, got) => {
    const reading = readSbom(written);
    if (reading.kind !== 'refused') throw new Error('it was read');
    expect(reading.error).toBeInstanceOf(ToolError);
    expect(reading.error.code).toBe(code);
    expect(reading.error.got).toContain(got);
    expect(reading.error.expected).not.toBe('');
  });

  test('another minor version is read, and told', () => {
    const { sbom, problems } = read({ ...(json('cyclonedx-1.6.json') as object), specVersion: '1.9' });
    expect(sbom.components).toHaveLength(3);
    expect(problems).toMatchObject([{ code: 'UNTRIED_VERSION', count: 1 }]);
  });
});
