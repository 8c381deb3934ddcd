import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memberSpan } from '../../../../src/core/sbom/json-span.ts';
import { readSbom } from '../../../../src/core/sbom/read.ts';
import { payloadOf, signedText } from '../../../../src/core/sbom/signed-text.ts';
import { bytes, cycloneDx, library } from './documents.ts';

const cut = (text: string, name: string): string | undefined => {
  const span = memberSpan(text, name);
  return span && text.slice(span.start, span.end);
};

describe('the text of a member', () => {
  test.each([
    ['{"a":1}', 'a', '1'],
    ['{ "a" : [1, {"b": "}"}] , "c":true}', 'a', '[1, {"b": "}"}]'],
    ['{"b":{"a":1},"a":"x\\"y"}', 'a', '"x\\"y"'],
    ['{"a":1,"a":2}', 'a', '2'],
    ['{"\\u0061":-1.5e3\n}', 'a', '-1.5e3'],
    ['{"b":1}', 'a', undefined],
    ['{}', 'a', undefined],
    ['[{"a":1}]', 'b', undefined],
  ])('%s', (text, name, wanted) => expect(cut(text, name)).toBe(wanted));

  test('is what JSON.parse takes for it, however it is spaced', () => {
    const spaced = fc.tuple(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), fc.nat(4));
    fc.assert(
      fc.property(spaced, ([members, indent]) => {
        const text = JSON.stringify(members, undefined, indent);
        for (const [name, value] of Object.entries(members)) {
          const found = cut(text, name);
          expect(found === undefined ? undefined : JSON.parse(found)).toEqual(JSON.parse(JSON.stringify(value)));
        }
      }),
    );
  });

  test('is inside the text, whatever that is', () => {
    const text = fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', ' ', 'a', '1') });
    fc.assert(
      fc.property(text, (each) => {
        const span = spanOrNone(each);
        expect(span === undefined || (span.start >= 0 && span.start <= span.end)).toBe(true);
      }),
    );
  });
});

/** Text that is no JSON is never asked about; it must end all the same. A key that is none is refused by JSON.parse. */
function spanOrNone(text: string): ReturnType<typeof memberSpan> {
  try {
    return memberSpan(text, 'a');
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxError);
    return undefined;
  }
}

describe('what was signed', () => {
  const document = cycloneDx([library('left-pad')]);
  const inner = JSON.stringify(document, undefined, 1);
  const statement = (predicate: string): Uint8Array => bytes(`{"predicateType":"x", "predicate": ${predicate} }`);

  test.each([
    ['the predicate itself', statement(inner), inner],
    ['text in the predicate', statement(JSON.stringify(inner)), inner],
    ['an object in Data', statement(`{"Data": ${inner},"Timestamp":""}`), inner],
    ['text in Data', statement(`{"Data":${JSON.stringify(inner)}}`), inner],
    ['another format as text', statement('"SPDXVersion: SPDX-2.3\\n"'), 'SPDXVersion: SPDX-2.3\n'],
  ])('%s', (_, payload, wanted) => expect(signedText(payload)).toBe(wanted));

  test('reads as the statement does', () => {
    const payload = statement(`{"Data":${JSON.stringify(inner)}}`);
    expect(readSbom(signedText(payload))).toEqual(readSbom(payload));
  });

  test('what is not UTF-8 is refused', () => {
    expect(() => signedText(new Uint8Array([0x22, 0xff, 0x22]))).toThrow('not UTF-8');
  });

  test('out of whatever carries it', () => {
    const payload = Buffer.from('{"a":1}');
    const envelope = { payloadType: 'x', payload: payload.toString('base64'), signatures: [] };
    const bundle = { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json', dsseEnvelope: envelope };
    const texts = [
      payloadOf({ form: 'statement', bytes: payload }),
      payloadOf({ form: 'dsse', bytes: bytes(JSON.stringify(envelope)) }),
      payloadOf({ form: 'bundle', bytes: bytes(JSON.stringify(bundle)) }),
    ].map((each) => new TextDecoder().decode(each));
    expect(texts).toEqual(['{"a":1}', '{"a":1}', '{"a":1}']);
    expect(payloadOf({ form: 'simpleSigning', bytes: payload })).toBeUndefined();
  });
});
