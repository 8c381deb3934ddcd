import { describe, expect, test } from 'vitest';
import { readSbom } from '../../../../src/core/sbom/read.ts';
import { bytes, lossesOf, named, read } from './documents.ts';

const bom = (content: string, attributes = ''): Uint8Array =>
  bytes(
    `<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1"${attributes}>${content}</bom>`,
  );
const component = (content: string): Uint8Array =>
  bom(`<components><component type="library"><name>a</name>${content}</component></components>`);

describe('never expanded', () => {
  test.each([
    ['a DTD', '<!DOCTYPE bom><bom xmlns="http://cyclonedx.org/schema/bom/1.6"/>', 'XML with a DTD'],
    [
      'entities',
      '<!DOCTYPE bom [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><bom xmlns="http://cyclonedx.org/schema/bom/1.6">&b;</bom>',
      'XML with a DTD',
    ],
    [
      'a file',
      '<!DOCTYPE bom [<!ENTITY a SYSTEM "file:///etc/passwd">]><bom xmlns="http://cyclonedx.org/schema/bom/1.6">&a;</bom>',
      'XML with a DTD',
    ],
    [
      'an entity from nowhere',
      '<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><metadata>&secret;</metadata></bom>',
      'not well-formed XML',
    ],
  ])('%s', (_what, text, message) => {
    expect(readSbom(bytes(text))).toMatchObject({
      kind: 'refused',
      error: { code: 'MALFORMED', message: `the SBOM is ${message}` },
    });
  });

  test('XML’s own five and characters by number are read', () => {
    expect(
      named(read(component('<description>a &lt;b&gt; &amp; &quot;c&quot; &#x263a;</description>')).sbom, 'a')
        .description,
    ).toBe('a <b> & "c" ☺');
  });
});

test('elements nested deeper than any document nests them are refused', () => {
  const deep = (levels: number): Uint8Array =>
    bom(
      `${'<components><component type="library"><name>a</name>'.repeat(levels)}${'</component></components>'.repeat(levels)}`,
    );
  expect(read(deep(100)).sbom.components).toHaveLength(100);
  expect(readSbom(deep(130))).toMatchObject({
    kind: 'refused',
    error: { message: 'the SBOM is XML nested too deeply' },
  });
});

test('a prefix for the namespace of CycloneDX changes nothing', () => {
  const text =
    '<c:bom xmlns:c="http://cyclonedx.org/schema/bom/1.4"><c:components><c:component type="library"><c:name>a</c:name></c:component></c:components></c:bom>';
  expect(read(bytes(text)).sbom).toMatchObject({ components: [{ name: 'a' }], documents: [{ specVersion: '1.4' }] });
});

test('an extension’s element is not taken for one of CycloneDX', () => {
  const { sbom } = read(component('<v:name xmlns:v="http://cyclonedx.org/schema/ext/vulnerability/1.0">evil</v:name>'));
  expect(sbom.components.map(({ name }) => name)).toEqual(['a']);
  expect(lossesOf(sbom.losses, 'unread')).toEqual({ 'components[].v:name': 1 });
});

test('what stands twice where it may stand once is told and not chosen from', () => {
  const { sbom, problems } = read(component('<version>1</version><version>2</version>'));
  expect(named(sbom, 'a').version).toBeUndefined();
  expect(problems).toMatchObject([{ code: 'MALFORMED_ITEM', at: '$.components[0].version' }]);
});

test('elements called as members of every object are elements', () => {
  const { sbom } = read(
    component(
      '<__proto__><polluted>yes</polluted></__proto__><constructor>x</constructor><supplier><constructor/><name>Acme</name></supplier>',
    ),
  );
  expect(named(sbom, 'a').supplier?.name).toBe('Acme');
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(lossesOf(sbom.losses, 'unread')).toMatchObject({ 'components[].__proto__': 1, 'components[].constructor': 1 });
});

test('addresses and contacts of organizations may come several times', () => {
  const { sbom } = read(
    component(
      '<supplier><name>Acme</name><url>https://a.example</url><url>https://b.example</url><contact><name>Jo</name><email>jo@a.example</email></contact></supplier>',
    ),
  );
  expect(named(sbom, 'a').supplier).toEqual({
    name: 'Acme',
    kind: 'organization',
    url: 'https://a.example',
    email: 'jo@a.example',
  });
  expect(lossesOf(sbom.losses, 'unread')).toEqual({ 'supplier: further contacts and addresses': 1 });
});

test('licences of each kind, and their order', () => {
  const { sbom } = read(
    component(
      '<licenses><license><id>MIT</id><url>https://mit.example</url></license><license><name>House</name></license><expression>MIT AND ISC</expression></licenses>',
    ),
  );
  expect(named(sbom, 'a').licences).toEqual([
    { kind: 'expression', text: 'MIT', url: 'https://mit.example' },
    { kind: 'name', text: 'House' },
    { kind: 'expression', text: 'MIT AND ISC' },
  ]);
});
