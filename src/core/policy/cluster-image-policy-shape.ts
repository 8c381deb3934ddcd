import * as v from 'valibot';

/** What of a ClusterImagePolicy is read (sigstore/policy-controller, apis/policy v1alpha1 and v1beta1), and the keys that are known and refused. */

const VERSIONS = ['policy.sigstore.dev/v1alpha1', 'policy.sigstore.dev/v1beta1'] as const;
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(1_024));

/** Known there and not read here: it would change what passes. `never` names them in the error. */
const refused = (why: string) =>
  v.optional(
    v.pipe(
      v.unknown(),
      v.check((): boolean => false, why),
    ),
  );
const EXPRESSIONS =
  'no policy in CUE or Rego: it cannot be evaluated here; write it as cel in a policy file of provtrace';
const OWN_TRUST =
  'no roots of trust in the policy: give them with --trusted-root, and name them in a policy file of provtrace';

const identity = v.pipe(
  v.strictObject({
    issuer: v.optional(text),
    issuerRegExp: v.optional(text),
    subject: v.optional(text),
    subjectRegExp: v.optional(text),
  }),
  v.check(
    ({ issuer, issuerRegExp }) => (issuer === undefined) !== (issuerRegExp === undefined),
    'either issuer or issuerRegExp',
  ),
  v.check(
    ({ subject, subjectRegExp }) => (subject === undefined) !== (subjectRegExp === undefined),
    'either subject or subjectRegExp',
  ),
);

const attestation = v.strictObject({ name: text, predicateType: text, policy: refused(EXPRESSIONS) });

const authority = v.pipe(
  v.strictObject({
    name: v.optional(text),
    key: v.optional(
      v.strictObject({
        data: v.pipe(v.string(), v.maxLength(16_384)),
        hashAlgorithm: v.optional(v.literal('sha256')),
        secretRef: refused('a key in data: secrets of the cluster cannot be read here'),
        kms: refused('a key in data: key services are not asked'),
      }),
    ),
    keyless: v.optional(
      v.strictObject({
        url: v.optional(v.literal('https://fulcio.sigstore.dev')),
        identities: v.pipe(v.array(identity), v.minLength(1)),
        insecureIgnoreSCT: v.optional(v.boolean()),
        'ca-cert': refused(OWN_TRUST),
        trustRootRef: refused(OWN_TRUST),
      }),
    ),
    ctlog: v.optional(
      v.strictObject({ url: v.optional(v.literal('https://rekor.sigstore.dev')), trustRootRef: refused(OWN_TRUST) }),
    ),
    attestations: v.optional(v.pipe(v.array(attestation), v.minLength(1))),
    signatureFormat: v.optional(v.picklist(['legacy', 'bundle'])),
    static: refused('a key or keyless authority: static checks nothing'),
    source: refused('signatures where the image is: other places are not looked in'),
    rfc3161timestamp: refused(OWN_TRUST),
  }),
  v.check(({ key, keyless }) => (key === undefined) !== (keyless === undefined), 'either key or keyless'),
);

/** One document. What the cluster adds to its metadata, and its status, say nothing. */
export const clusterImagePolicyShape = v.strictObject({
  apiVersion: v.picklist(VERSIONS),
  kind: v.literal('ClusterImagePolicy'),
  metadata: v.looseObject({ name: text }),
  status: v.optional(v.unknown()),
  spec: v.strictObject({
    images: v.pipe(v.array(v.strictObject({ glob: v.pipe(text, v.regex(/^[a-zA-Z0-9_:/*.@-]+$/)) })), v.minLength(1)),
    authorities: v.pipe(v.array(authority), v.minLength(1)),
    mode: v.optional(v.picklist(['enforce', 'warn'])),
    match: v.optional(v.array(v.looseObject({ resource: v.optional(text) }))),
    policy: refused(EXPRESSIONS),
  }),
});

export type ClusterImagePolicy = v.InferOutput<typeof clusterImagePolicyShape>;
export type Authority = ClusterImagePolicy['spec']['authorities'][number];
export type KeylessIdentity = NonNullable<Authority['keyless']>['identities'][number];

/** cosign's short names of predicate types. */
export const PREDICATE_TYPES: Readonly<Record<string, string>> = {
  custom: 'https://cosign.sigstore.dev/attestation/v1',
  slsaprovenance: 'https://slsa.dev/provenance/v0.2',
  slsaprovenance02: 'https://slsa.dev/provenance/v0.2',
  slsaprovenance1: 'https://slsa.dev/provenance/v1',
  spdx: 'https://spdx.dev/Document',
  spdxjson: 'https://spdx.dev/Document',
  cyclonedx: 'https://cyclonedx.org/bom',
  link: 'https://in-toto.io/Link/v1',
  vuln: 'https://cosign.sigstore.dev/attestation/vuln/v1',
  openvex: 'https://openvex.dev/ns',
};
