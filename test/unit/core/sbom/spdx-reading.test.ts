import { describe, expect, test } from 'vitest';
import { bytes, edgesOf, lossesOf, named, read, spdx } from './documents.ts';

describe('what a document is about', () => {
  const two = [{ name: 'a' }, { name: 'b' }];

  test.each([
    ['DESCRIBES', spdx(two, [['DOCUMENT', 'DESCRIBES', 'a']]), 'a'],
    ['DESCRIBED_BY', spdx(two, [['a', 'DESCRIBED_BY', 'DOCUMENT']]), 'a'],
    ['documentDescribes', { ...spdx(two), documentDescribes: ['SPDXRef-b'] }, 'b'],
    ['its only package', spdx([{ name: 'a' }]), 'a'],
    ['none, said of several', spdx(two), undefined],
    [
      'several, of which one is an image',
      {
        ...spdx([{ name: 'a' }, { name: 'b', primaryPackagePurpose: 'CONTAINER' } as { name: string }]),
        documentDescribes: ['SPDXRef-a', 'SPDXRef-b'],
      },
      'b',
    ],
    ['several, of which none is an image', { ...spdx(two), documentDescribes: ['SPDXRef-a', 'SPDXRef-b'] }, undefined],
    ['something that it does not have', { ...spdx(two), documentDescribes: ['SPDXRef-x'] }, undefined],
  ])('%s', (_what, document, root) => {
    const { sbom } = read(document);
    expect(sbom.root?.name).toBe(root);
    expect(sbom.components).toHaveLength((document['packages'] as unknown[]).length - (root === undefined ? 0 : 1));
  });

  test('a file, where that is what is described', () => {
    const document = {
      ...spdx([]),
      documentDescribes: ['SPDXRef-f'],
      files: [
        { SPDXID: 'SPDXRef-f', fileName: './tool', checksums: [{ algorithm: 'SHA1', checksumValue: 'a'.repeat(40) }] },
        { SPDXID: 'SPDXRef-g', fileName: './other' },
      ],
    };
    const { sbom } = read(document);
    expect(sbom.root).toMatchObject({ name: './tool', kind: 'file', hashes: [{ algorithm: 'sha1' }] });
    expect(lossesOf(sbom.losses, 'unread')).toEqual({ files: 1 });
  });
});

describe('relationships', () => {
  const three = [{ name: 'image' }, { name: 'a' }, { name: 'b' }];
  const edges = (...relationships: readonly (readonly [string, string, string])[]): readonly string[] =>
    edgesOf(read(spdx(three, [['DOCUMENT', 'DESCRIBES', 'image'], ...relationships])).sbom);

  test.each([
    ['CONTAINS', 'a contains b'],
    ['CONTAINED_BY', 'b contains a'],
    ['PACKAGE_OF', 'b contains a'],
    ['DEPENDS_ON', 'a dependsOn b'],
    ['DEPENDENCY_OF', 'b dependsOn a'],
    ['RUNTIME_DEPENDENCY_OF', 'b dependsOn a'],
    ['STATIC_LINK', 'a dependsOn b'],
    ['PREREQUISITE_FOR', 'b dependsOn a'],
    ['GENERATED_FROM', 'a generatedFrom b'],
    ['GENERATES', 'b generatedFrom a'],
    ['DESCENDANT_OF', 'a descendantOf b'],
    ['ANCESTOR_OF', 'b descendantOf a'],
  ])('a %s b is %s', (type, edge) => {
    expect(edges(['a', type, 'b'])).toEqual([edge]);
  });

  test('of kinds that the model has no word for are counted, and so are those that it says more coarsely', () => {
    const { sbom } = read(
      spdx(three, [
        ['a', 'VARIANT_OF', 'b'],
        ['a', 'TEST_DEPENDENCY_OF', 'b'],
        ['a', 'constructor', 'b'],
        ['a', 'DEPENDS_ON', 'b'],
      ]),
    );
    expect(lossesOf(sbom.losses, 'unread')).toEqual({ 'relationships VARIANT_OF': 1, 'relationships constructor': 1 });
    expect(lossesOf(sbom.losses, 'altered')).toEqual({ 'relationships TEST_DEPENDENCY_OF as dependsOn': 1 });
  });

  test('that the image contains what is listed is not said twice', () => {
    expect(edges(['image', 'CONTAINS', 'a'], ['image', 'CONTAINS', 'b'])).toEqual([]);
  });

  test('to nothing and to other documents are counted', () => {
    const document = spdx(three);
    document['relationships'] = ['NONE', 'NOASSERTION', 'DocumentRef-x:SPDXRef-y'].map((relatedSpdxElement) => ({
      spdxElementId: 'SPDXRef-a',
      relationshipType: 'DEPENDS_ON',
      relatedSpdxElement,
    }));
    const { sbom, problems } = read(document);
    expect(lossesOf(sbom.losses, 'unread')).toEqual({ 'relationships to nothing or to other documents': 3 });
    expect(problems).toEqual([]);
  });

  test('without an end are a problem, and so are those to what is not there', () => {
    const document = spdx(three, [['a', 'DEPENDS_ON', 'missing']]);
    (document['relationships'] as unknown[]).push({ spdxElementId: 'SPDXRef-a', relationshipType: 'CONTAINS' });
    expect(read(document).problems.map(({ code, at }) => [code, at])).toEqual([
      ['MALFORMED_ITEM', '$.relationships[1].relationshipType'],
      ['UNKNOWN_REFERENCE', '$.relationships[0]'],
    ]);
  });

  test('a source that the image was built from, and a base, are listed and no part of it', () => {
    const { sbom } = read(
      spdx(three, [
        ['DOCUMENT', 'DESCRIBES', 'image'],
        ['image', 'GENERATED_FROM', 'a'],
        ['image', 'DESCENDANT_OF', 'b'],
      ]),
    );
    expect(sbom.components.map(({ name, scope }) => [name, scope])).toEqual([
      ['a', 'excluded'],
      ['b', 'excluded'],
    ]);
    const part = read(
      spdx(three, [
        ['DOCUMENT', 'DESCRIBES', 'image'],
        ['image', 'DESCENDANT_OF', 'b'],
        ['image', 'CONTAINS', 'b'],
      ]),
    ).sbom;
    expect(named(part, 'b').scope).toBeUndefined();
  });
});

describe('packages', () => {
  const only = (facts: object): ReturnType<typeof read> => read(spdx([{ name: 'a', ...facts }, { name: 'b' }]));
  const component = (facts: object): ReturnType<typeof named> => named(only(facts).sbom, 'a');

  test('NOASSERTION and NONE are nothing said', () => {
    const silent = {
      licenseDeclared: 'NONE',
      licenseConcluded: 'NOASSERTION',
      copyrightText: 'NONE',
      supplier: 'NOASSERTION',
      homepage: 'NONE',
      downloadLocation: 'NONE',
    };
    expect(component(silent)).toMatchObject({ licences: [], references: [] });
    expect(Object.keys(component(silent))).not.toContain('supplier');
  });

  test('a download from a repository is its repository', () => {
    expect(component({ downloadLocation: 'git+https://github.com/acme/a@abc' }).references).toEqual([
      { type: 'vcs', url: 'git+https://github.com/acme/a@abc' },
    ]);
    expect(component({ downloadLocation: 'https://a.example/a.tgz' }).references).toEqual([
      { type: 'distribution', url: 'https://a.example/a.tgz' },
    ]);
  });

  test('references of each kind', () => {
    const reference = (referenceType: string, referenceLocator: string, category = 'OTHER'): object => ({
      referenceCategory: category,
      referenceType,
      referenceLocator,
    });
    const externalRefs = [
      reference('purl', 'pkg:npm/a@1', 'PACKAGE_MANAGER'),
      reference('http://spdx.org/rdf/references/cpe23Type', 'cpe:2.3:a:a:a:1', 'SECURITY'),
      reference('advisory', 'https://a.example/1', 'SECURITY'),
      reference('swh', 'swh:1:rev:abc', 'PERSISTENT-ID'),
    ];
    expect(component({ externalRefs })).toMatchObject({
      purl: { type: 'npm', name: 'a', version: '1' },
      cpes: ['cpe:2.3:a:a:a:1'],
      references: [
        { type: 'advisories', url: 'https://a.example/1' },
        { type: 'swh', url: 'swh:1:rev:abc' },
      ],
    });
  });

  test('declared and concluded licences are told apart', () => {
    expect(component({ licenseDeclared: 'MIT', licenseConcluded: 'MIT AND ISC' }).licences).toEqual([
      { kind: 'expression', text: 'MIT', acknowledgement: 'declared' },
      { kind: 'expression', text: 'MIT AND ISC', acknowledgement: 'concluded' },
    ]);
  });

  test('properties are read from annotations as JSON, and from what trivy writes', () => {
    const annotations = [
      '{"name":"konflux:container:is_base_image","value":"true"}',
      'PkgType: npm',
      '{"name": 1}',
      '{broken',
      'looks good',
    ].map((comment) => ({ comment, annotator: 'Tool: x' }));
    const { sbom } = only({ annotations, attributionTexts: ['LayerDiffID: sha256:1', 'thanks'] });
    expect(named(sbom, 'a')).toMatchObject({
      properties: [
        { name: 'konflux:container:is_base_image', value: 'true' },
        { name: 'aquasecurity:trivy:PkgType', value: 'npm' },
        { name: 'aquasecurity:trivy:LayerDiffID', value: 'sha256:1' },
      ],
      foundAt: [{ layer: 'sha256:1' }],
    });
    expect(lossesOf(sbom.losses, 'unread')).toEqual({ 'packages[].annotations': 3, 'packages[].attributionTexts': 1 });
  });

  test.each([
    ['OPERATING-SYSTEM', 'operating-system'],
    ['OPERATING_SYSTEM', 'operating-system'],
    ['SOURCE', 'source'],
    ['constructor', 'other'],
  ])('the purpose %s makes a %s', (primaryPackagePurpose, kind) => {
    expect(component({ primaryPackagePurpose }).kind).toBe(kind);
  });

  test('further package URLs are counted', () => {
    const externalRefs = ['pkg:npm/a@1', 'pkg:npm/b@1', 'nothing'].map((referenceLocator) => ({
      referenceCategory: 'PACKAGE-MANAGER',
      referenceType: 'purl',
      referenceLocator,
    }));
    const { sbom, problems } = only({ externalRefs });
    expect(named(sbom, 'a').purl?.name).toBe('a');
    expect(lossesOf(sbom.losses, 'unread')).toEqual({ 'packages[].externalRefs: further package URLs': 1 });
    expect(problems).toMatchObject([{ code: 'INVALID_PURL', count: 1 }]);
  });
});

describe('tag:value', () => {
  const head = 'SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: d\n';
  const text = (lines: string): ReturnType<typeof read> => read(bytes(head + lines));

  test('text over several lines is one value, and lines are counted through it', () => {
    const { sbom, problems } = text(
      'PackageName: a\nSPDXID: SPDXRef-a\nPackageDescription: <text>one\ntwo: three\n\nfour</text>\nno tag here\nPackageName: b\nSPDXID: SPDXRef-b\n',
    );
    expect(sbom.components).toMatchObject([{ name: 'a', description: 'one\ntwo: three\n\nfour' }, { name: 'b' }]);
    expect(problems).toMatchObject([
      { code: 'MALFORMED_ITEM', at: 'line 11', message: 'a line that is no tag with a value' },
    ]);
  });

  test('text without an end swallows nothing', () => {
    const { sbom, problems } = text(
      'PackageName: a\nSPDXID: SPDXRef-a\nPackageDescription: <text>one\nPackageName: b\nSPDXID: SPDXRef-b\n',
    );
    expect(sbom.components.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(problems).toMatchObject([{ code: 'MALFORMED_ITEM', at: 'line 7', message: 'a text without an end' }]);
  });

  test('values that are not in the form of their tag are told', () => {
    const { problems } = text(
      'PackageName: a\nSPDXID: SPDXRef-a\nPackageChecksum: abc\nExternalRef: purl\nRelationship: SPDXRef-a CONTAINS\n',
    );
    expect(problems.map(({ message, at }) => [message.split(' ')[0], at])).toEqual([
      ['PackageChecksum', 'line 7'],
      ['ExternalRef', 'line 8'],
      ['Relationship', 'line 9'],
    ]);
  });

  test('annotations come to the package that they name', () => {
    const annotation =
      'Annotator: Tool: x\nAnnotationDate: 2026-01-01T00:00:00Z\nAnnotationType: OTHER\nSPDXREF: SPDXRef-a\nAnnotationComment: <text>{"name":"mine","value":"x"}</text>\n';
    const { sbom } = text(
      `PackageName: a\nSPDXID: SPDXRef-a\n${annotation}PackageVersion: 2\nPackageName: b\nSPDXID: SPDXRef-b\n`,
    );
    expect(sbom.components).toMatchObject([
      { name: 'a', version: '2', properties: [{ name: 'mine', value: 'x' }] },
      { name: 'b' },
    ]);
  });

  test('tags that are not known are told under their names, those of every object too', () => {
    const { sbom } = text('PackageName: a\nSPDXID: SPDXRef-a\nPackageColour: red\nconstructor: x\n__proto__: y\n');
    expect(lossesOf(sbom.losses, 'unread')).toEqual({
      'packages[].PackageColour': 1,
      'packages[].__proto__': 1,
      'packages[].constructor': 1,
    });
  });

  test('lines that end as on Windows are read', () => {
    expect(
      read(bytes(`${head}PackageName: a\nSPDXID: SPDXRef-a\nPackageVersion: 1\n`.replaceAll('\n', '\r\n'))).sbom.root,
    ).toMatchObject({ name: 'a', version: '1' });
  });
});

describe('SPDX 3', () => {
  const graph = (...elements: readonly object[]): Record<string, unknown> => ({
    '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
    '@graph': elements,
  });
  const element = (spdxId: string, facts: object): object => ({
    type: 'software_Package',
    name: spdxId,
    spdxId,
    ...facts,
  });
  const relate = (from: string, relationshipType: string, ...to: readonly string[]): object => ({
    type: 'Relationship',
    spdxId: `${from}-${relationshipType}`,
    from,
    relationshipType,
    to,
  });

  test('roots are found through SBOMs and by describes', () => {
    const document = { type: 'SpdxDocument', spdxId: 'doc', rootElement: [] };
    const { sbom } = read(graph(document, element('a', {}), element('b', {}), relate('doc', 'describes', 'b')));
    expect(sbom.root?.name).toBe('b');
    expect(sbom.documents[0]).toMatchObject({ specVersion: '3.0', identifier: 'doc' });
  });

  test('licences are elements, addresses on SPDX’s list, or told', () => {
    const { sbom } = read(
      graph(
        element('a', {}),
        { type: 'expandedlicensing_ConjunctiveLicenseSet', spdxId: 'set', expandedlicensing_member: [] },
        relate('a', 'hasConcludedLicense', 'https://spdx.org/licenses/MIT', 'https://elsewhere.example/x', 'set'),
        element('b', {}),
      ),
    );
    expect(named(sbom, 'a').licences).toEqual([{ kind: 'expression', text: 'MIT', acknowledgement: 'concluded' }]);
    expect(lossesOf(sbom.losses, 'unread')).toEqual({ 'licences as expandedlicensing_ConjunctiveLicenseSet': 1 });
  });

  test('elements of other profiles are counted by their types', () => {
    const { sbom, problems } = read(
      graph(
        element('a', {}),
        { type: 'build_Build', spdxId: 'build' },
        relate('build', 'hasOutput', 'a'),
        relate('a', 'dependsOn', 'nowhere'),
      ),
    );
    expect(lossesOf(sbom.losses, 'unread')).toEqual({ 'elements build_Build': 1, 'relationships hasOutput': 1 });
    expect(problems).toMatchObject([{ code: 'UNKNOWN_REFERENCE', count: 1 }]);
  });

  test('packages of every profile are components, and relationship types called as members of every object are none', () => {
    const { sbom } = read(
      graph(
        element('a', { type: 'ai_AIPackage', ai_domain: ['x'] }),
        element('b', { type: 'dataset_DatasetPackage' }),
        relate('a', 'toString', 'b'),
      ),
    );
    expect(sbom.components.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(lossesOf(sbom.losses, 'unread')).toEqual({ 'packages[].ai_domain': 1, 'relationships toString': 1 });
  });
});
