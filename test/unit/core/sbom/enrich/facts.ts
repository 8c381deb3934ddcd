import { parseDigest } from '../../../../../src/core/model/digest.ts';
import type { Digest } from '../../../../../src/core/model/digest.ts';
import type { ChainFacts } from '../../../../../src/core/sbom/enrich/chain-facts.ts';
import { IMAGE_DIGEST } from '../documents.ts';

export function digestOf(hex: string): Digest {
  const digest = parseDigest(`sha256:${hex.repeat(64).slice(0, 64)}`);
  if (digest === undefined) throw new Error(`${hex} is not hexadecimal`);
  return digest;
}

export const COMMIT = '1f2e3d4c5b6a79880716253443526170f8e9dabc';
export const BUILDER = 'https://github.com/acme/ci/.github/workflows/build.yml@refs/tags/v3';
export const RUN = 'https://github.com/acme/shop/actions/runs/42/attempts/1';
export const DOCUMENT = digestOf('d0');

/** Every fact that there can be. */
export const FACTS: ChainFacts = {
  image: {
    digest: parseDigest(IMAGE_DIGEST)!,
    otherDigests: [digestOf('c0')],
    name: 'ghcr.io/acme/shop',
    platform: 'linux/arm64/v8',
  },
  grades: { origin: 'verified', ownership: 'declared' },
  source: {
    repository: 'https://github.com/acme/shop',
    commit: COMMIT,
    commitUrl: `https://github.com/acme/shop/commit/${COMMIT}`,
    ref: 'refs/heads/main',
    path: 'services/shop/Dockerfile',
    grade: 'verified',
    origin: 'SLSA provenance v1',
  },
  build: {
    builderId: BUILDER,
    buildType: 'https://actions.github.io/buildtypes/workflow/v1',
    invocationUrl: RUN,
    started: '2026-11-20T10:00:00Z',
    finished: '2026-11-20T10:04:30.5Z',
    grade: 'attested',
    origin: 'SLSA provenance v1',
  },
  bases: [
    {
      name: 'docker.io/library/node:24-slim',
      digest: digestOf('aa'),
      grade: 'attested',
      origin: 'BuildKit provenance',
    },
    { name: 'debian:12', grade: 'declared', origin: 'label of the base' },
  ],
  verified: [
    {
      claim: `built from https://github.com/acme/shop at commit ${COMMIT}`,
      predicateType: 'https://slsa.dev/provenance/v1',
      document: DOCUMENT,
      location: 'https://ghcr.io/v2/acme/shop/blobs/x',
      signer: BUILDER,
      issuer: 'https://token.actions.githubusercontent.com',
      root: 'sigstore public good',
      times: ['2026-11-20T10:04:31Z'],
    },
    { claim: 'signed', document: digestOf('d1'), signer: 'key 9f2c', root: 'configured key', times: [] },
  ],
  owners: [
    {
      handle: '@acme/shop-team',
      contacts: ['shop@acme.example', '#shop'],
      grade: 'declared',
      origin: 'CODEOWNERS at the commit',
    },
    { handle: '@jane', contacts: [], grade: 'inferred', origin: 'authors of the path' },
  ],
};
/** No fact but which image it is. */
export const BARE: ChainFacts = {
  image: { digest: FACTS.image.digest, otherDigests: [] },
  grades: { origin: 'none', ownership: 'none' },
  bases: [],
  verified: [],
  owners: [],
};

export type Node = { readonly [key: string]: unknown };

/** What a JSON pointer (RFC 6901) points at. */
export function at(document: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((node, key) => (node as Node | undefined)?.[key], document);
}
