/**
 * SPDX 2.3 by its clauses, since no package that is installed has its schema: which fields must be there, which may, and what they
 * may hold. Only for what is written here: files, snippets and reviews are errors.
 */
const ID = /^SPDXRef-[A-Za-z0-9.-]+$/;
const LICENCE_REF = /^LicenseRef-[A-Za-z0-9.-]+$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
const AGENT = /^(?:Person|Organization): \S/;
const PURPOSES =
  'APPLICATION FRAMEWORK LIBRARY CONTAINER OPERATING_SYSTEM DEVICE FIRMWARE SOURCE ARCHIVE FILE INSTALL OTHER'.split(
    ' ',
  );
const ALGORITHMS =
  'SHA1 SHA224 SHA256 SHA384 SHA512 SHA3-256 SHA3-384 SHA3-512 BLAKE2b-256 BLAKE2b-384 BLAKE2b-512 BLAKE3 MD2 MD4 MD5 MD6 ADLER32'.split(
    ' ',
  );
const RELATIONSHIPS = ['DESCRIBES', 'CONTAINS', 'DEPENDS_ON', 'GENERATED_FROM', 'DESCENDANT_OF'];
const CATEGORIES = ['OTHER', 'PERSISTENT-ID', 'SECURITY', 'PACKAGE-MANAGER'];

type Check = (value: unknown) => boolean;
type Shape = {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional?: Readonly<Record<string, Check>>;
};

const text: Check = (value) => typeof value === 'string';
const filled: Check = (value) => typeof value === 'string' && value.trim() !== '';
const matching =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const oneOf =
  (words: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value);
const noSpaces = matching(/^\S+$/);
const listOf =
  (check: Check, least = 1): Check =>
  (value) =>
    Array.isArray(value) && value.length >= least && value.every(check);
const shaped =
  (shape: Shape): Check =>
  (value) =>
    errorsOf(value, shape, '').length === 0;

const PACKAGE: Shape = {
  required: { SPDXID: matching(ID), name: filled, downloadLocation: noSpaces },
  optional: {
    versionInfo: filled,
    supplier: matching(AGENT),
    originator: matching(AGENT),
    filesAnalyzed: (value) => value === false,
    checksums: listOf(shaped({ required: { algorithm: oneOf(ALGORITHMS), checksumValue: matching(/^[0-9a-f]+$/) } })),
    homepage: filled,
    sourceInfo: filled,
    builtDate: matching(TIME),
    licenseConcluded: filled,
    licenseDeclared: filled,
    copyrightText: filled,
    description: text,
    primaryPackagePurpose: oneOf(PURPOSES),
    externalRefs: listOf(
      shaped({
        required: { referenceCategory: oneOf(CATEGORIES), referenceType: noSpaces, referenceLocator: noSpaces },
        optional: { comment: text },
      }),
    ),
    annotations: listOf(
      shaped({
        required: {
          annotationDate: matching(TIME),
          annotationType: oneOf(['OTHER', 'REVIEW']),
          annotator: matching(/^(?:Tool|Person|Organization): \S/),
          comment: text,
        },
      }),
    ),
  },
};

const DOCUMENT: Shape = {
  required: {
    spdxVersion: (value) => value === 'SPDX-2.3',
    dataLicense: (value) => value === 'CC0-1.0',
    SPDXID: (value) => value === 'SPDXRef-DOCUMENT',
    name: filled,
    // A URI without a fragment (6.5).
    documentNamespace: matching(/^https:\/\/[^#\s]+$/),
    creationInfo: shaped({
      required: { created: matching(TIME), creators: listOf(matching(/^(?:Tool|Person|Organization): \S/)) },
    }),
    packages: listOf(shaped(PACKAGE), 0),
    relationships: listOf(
      shaped({
        required: {
          spdxElementId: matching(ID),
          relationshipType: oneOf(RELATIONSHIPS),
          relatedSpdxElement: matching(ID),
        },
      }),
      0,
    ),
  },
  optional: {
    hasExtractedLicensingInfos: listOf(
      shaped({
        required: { licenseId: matching(LICENCE_REF), extractedText: filled },
        optional: { name: filled, seeAlsos: listOf(text) },
      }),
    ),
  },
};

/** What the specification has against the document. */
export function spdxErrors(document: unknown): readonly string[] {
  if (!isRecord(document)) return ['not an object'];
  const packages = recordsIn(document, 'packages');
  const ids = ['SPDXRef-DOCUMENT', ...packages.map((entry) => String(entry['SPDXID']))];
  const known = new Set(ids);
  const relationships = recordsIn(document, 'relationships');
  const licences = new Set(recordsIn(document, 'hasExtractedLicensingInfos').map((entry) => entry['licenseId']));
  const mentioned = packages
    .flatMap((entry) => [entry['licenseDeclared'], entry['licenseConcluded']])
    .flatMap((expression) => String(expression).match(/LicenseRef-[A-Za-z0-9.-]+/g) ?? []);
  return [
    ...packages.flatMap((entry, index) => errorsOf(entry, PACKAGE, `packages[${index}]`)),
    ...errorsOf(document, DOCUMENT, ''),
    ...(known.size === ids.length ? [] : ['two elements have one SPDXID (7.2)']),
    ...relationships
      .filter((entry) => !known.has(String(entry['spdxElementId'])) || !known.has(String(entry['relatedSpdxElement'])))
      .map(() => 'a relationship to what is not there (11.1)'),
    ...(packages.length === 0 || relationships.some((entry) => entry['relationshipType'] === 'DESCRIBES')
      ? []
      : ['nothing is described (11.1)']),
    ...mentioned.filter((id) => !licences.has(id)).map((id) => `${id} is not explained (10.1)`),
  ];
}

function errorsOf(value: unknown, { required, optional = {} }: Shape, at: string): readonly string[] {
  if (!isRecord(value)) return [`${at} is not an object`];
  return [
    ...Object.entries(required)
      .filter(([key, check]) => !check(value[key]))
      .map(([key]) => `${at}.${key} is missing or wrong`),
    ...Object.entries(optional)
      .filter(([key, check]) => value[key] !== undefined && !check(value[key]))
      .map(([key]) => `${at}.${key} is wrong`),
    ...Object.keys(value)
      .filter((key) => !Object.hasOwn(required, key) && !Object.hasOwn(optional, key))
      .map((key) => `${at}.${key} is not a field`),
  ];
}

function recordsIn(
  document: Readonly<Record<string, unknown>>,
  key: string,
): readonly Readonly<Record<string, unknown>>[] {
  const list = document[key];
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
