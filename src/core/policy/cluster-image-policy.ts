import { RE2JS } from 're2js';
import { matchesPattern } from '../anchored-pattern.ts';
import { ToolError } from '../errors.ts';
import { parseSettings } from '../settings/parse.ts';
import type { Authority, ClusterImagePolicy, KeylessIdentity } from './cluster-image-policy-shape.ts';
import { PREDICATE_TYPES, clusterImagePolicyShape } from './cluster-image-policy-shape.ts';
import type { ImagePattern, Policy, PolicyRule } from './policy.ts';
import type { Requirement } from './requirement-shape.ts';
import type { SignerDemand, TextTest } from './signer-demand.ts';
import { checkWidth } from './yaml-width.ts';

/** In characters, and in documents of one file. */
const LENGTH_MAX = 1_000_000;
const DOCUMENTS_MAX = 200;

type File = { readonly text: string; readonly path: string };
/** The fingerprint (`sha256:` of the SPKI) of a public key in PEM; undefined for what is none. */
export type FingerprintOf = (pem: string) => string | undefined;
/** The policy, and the keys in it: whoever checks signatures has to know them. */
export type ReadClusterPolicy = { readonly policy: Policy; readonly keys: readonly string[] };

/** Whether a file is Sigstore's and not ours, by what every document of theirs begins with. */
export function isClusterImagePolicy({ text }: Pick<File, 'text'>): boolean {
  return /(?:^|[{,])[ \t]*["']?apiVersion["']?[ \t]*:[ \t]*["']?policy\.sigstore\.dev\//m.test(text);
}

/**
 * Sigstore's ClusterImagePolicy, one or several in a file, as a policy: every one that matches an image must be met, by any of its
 * authorities. What cannot be judged here is refused by name, and never left out.
 * @throws ToolError `INVALID_CONFIGURATION` with line and column.
 */
export function parseClusterImagePolicy(file: File, fingerprintOf: FingerprintOf): ReadClusterPolicy {
  const documents = documentsIn(file).map((text) =>
    parseSettings({ text, path: file.path, schema: clusterImagePolicyShape }),
  );
  const names = documents.map(({ metadata }) => metadata.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (documents.length === 0 || twice !== undefined)
    throw new ToolError(
      'INVALID_CONFIGURATION',
      `${file.path}: ${twice === undefined ? 'no policy in it' : `two policies are called ${twice}`}`,
    );
  const keys = documents.flatMap(({ spec }) => spec.authorities.flatMap(({ key }) => key?.data ?? []));
  return {
    policy: {
      default: 'deny',
      selection: 'every',
      rules: documents.map((document) => ruleOf(document, { path: file.path, fingerprintOf })),
      exceptions: [],
      warnings: documents.flatMap(warningsOf),
    },
    keys,
  };
}

/** Each document with as many empty lines before it as stand before it in the file, so that places are the file's. */
function documentsIn({ text, path }: File): readonly string[] {
  if (text.length > LENGTH_MAX)
    throw new ToolError('INVALID_CONFIGURATION', `${path}: too long for a policy`, {
      expected: `at most ${LENGTH_MAX} characters`,
    });
  const documents: string[] = [];
  checkWidth({ text, path });
  let line = 0;
  for (const piece of text.split(/^---(?=\s|$)/m)) {
    if (/^\s*[^\s#]/m.test(piece)) documents.push('\n'.repeat(line) + piece);
    line += piece.split('\n').length - 1;
  }
  if (documents.length > DOCUMENTS_MAX)
    throw new ToolError('INVALID_CONFIGURATION', `${path}: too many documents`, {
      expected: `at most ${DOCUMENTS_MAX}`,
    });
  return documents;
}

type Reading = { readonly path: string; readonly fingerprintOf: FingerprintOf };

function ruleOf({ metadata, spec }: ClusterImagePolicy, reading: Reading): PolicyRule {
  return {
    name: metadata.name,
    images: spec.images.map(({ glob }) => imagePattern(glob)),
    mode: spec.mode ?? 'enforce',
    requirements: [{ any: spec.authorities.map((authority) => requirementOf(authority, reading)) }],
    // The digest that a cluster judges is the one that a tag names: that of the index, where there is one.
    platforms: { inheritFromIndex: true },
  };
}

/** The one root of trust that a cluster has unless it is given another, which is refused here. */
const FULCIO = 'public-good';
const ANY_DIGEST = `@sha256:${'0'.repeat(64)}`;

/** A cluster compares with the name and digest that a tag was resolved to, and calls Docker Hub by another name. */
function imagePattern(glob: string): ImagePattern {
  const whole = { '*': 'index.docker.io/library/*', '*/*': 'index.docker.io/*/*' }[glob] ?? glob;
  const matches = (name: string): boolean => {
    const there = name.replace(/^docker\.io\//, 'index.docker.io/');
    return matchesPattern(whole, there) || matchesPattern(whole, `${there}${ANY_DIGEST}`);
  };
  return { text: glob, matches };
}

/**
 * Where an authority demands attestations, these are what it must have signed; else the image. Bundles do not say which of the two they are
 * for, and a cluster that reads them takes either.
 */
function requirementOf(authority: Authority, reading: Reading): Requirement {
  const of = signersOf(authority, reading);
  const isBundle = authority.signatureFormat === 'bundle';
  if (authority.attestations === undefined) return { signers: isBundle ? { of } : { of, imageSignature: true } };
  const attestations = authority.attestations.map(({ predicateType }) => ({
    predicateType: PREDICATE_TYPES[predicateType] ?? predicateType,
    signedBy: of,
  }));
  return { attestations };
}

function signersOf({ key, keyless }: Authority, { path, fingerprintOf }: Reading): SignerDemand[] {
  if (key === undefined) return (keyless?.identities ?? []).map((identity) => signerOf(identity, path));
  const fingerprint = fingerprintOf(key.data);
  if (fingerprint === undefined)
    throw new ToolError('INVALID_CONFIGURATION', `${path}: a key that is none`, { expected: 'a public key in PEM' });
  return [{ key: fingerprint }];
}

function signerOf({ issuer, issuerRegExp, subject, subjectRegExp }: KeylessIdentity, path: string): SignerDemand {
  if (issuer !== undefined && subject !== undefined) return { issuer, identity: subject, root: FULCIO };
  return {
    root: FULCIO,
    issuerTest: testOf(issuer, issuerRegExp, path),
    identityTest: testOf(subject, subjectRegExp, path),
  };
}

/** RE2, and found anywhere in the text: anchored only where the expression says so. */
function testOf(exact: string | undefined, expression: string | undefined, path: string): TextTest {
  if (exact !== undefined) return { text: exact, matches: (text) => text === exact };
  const compiled = compile(expression ?? '', path);
  return { text: `/${expression ?? ''}/`, matches: (text) => compiled.matcher(text).find() };
}

function compile(expression: string, path: string): RE2JS {
  try {
    return RE2JS.compile(expression);
  } catch (cause) {
    throw new ToolError('INVALID_CONFIGURATION', `${path}: no RE2 expression: ${expression}`, {
      expected: 'the syntax of https://github.com/google/re2/wiki/Syntax',
      cause,
    });
  }
}

function warningsOf({ metadata, spec }: ClusterImagePolicy): readonly string[] {
  const identities = spec.authorities.flatMap(({ keyless }) => keyless?.identities ?? []);
  const expressions = identities.flatMap(({ issuerRegExp, subjectRegExp }) =>
    [issuerRegExp ?? [], subjectRegExp ?? []].flat(),
  );
  const isTolerant = spec.authorities.some(({ keyless }) => keyless?.insecureIgnoreSCT === true);
  const warnings = [
    ...expressions.flatMap(unanchored),
    ...spec.images.flatMap(({ glob }) => narrowGlob(glob)),
    ...(isTolerant ? ['insecureIgnoreSCT is not followed: certificates need an SCT here'] : []),
    ...(spec.match === undefined
      ? []
      : ['match selects resources of a cluster: here the policy is held against every image that it names']),
  ];
  return warnings.map((warning) => `${metadata.name}: ${warning}`);
}

function unanchored(expression: string): readonly string[] {
  if (expression.startsWith('^') && expression.endsWith('$')) return [];
  const longer = `${expression.startsWith('^') ? '' : 'https://evil.example/?'}${expression.replaceAll(/[\^$\\]/g, '')}${expression.endsWith('$') ? '' : '-evil'}`;
  const shown = RE2JS.compile(expression).matcher(longer).find() ? `: ${longer} matches too` : '';
  return [`the expression ${expression} is not anchored at both ends${shown}`];
}

function narrowGlob(glob: string): readonly string[] {
  if (/@|:[^/]*$/.test(glob))
    return [`the glob ${glob} names a tag or digest: here images are told apart by name alone`];
  if (glob.endsWith('*')) return [];
  return [`the glob ${glob} matches no image in a cluster, where each is named with its digest: ${glob}@* does`];
}
