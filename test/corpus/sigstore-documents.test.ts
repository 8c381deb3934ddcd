import { describe, expect, test } from 'vitest';
import {
  WHERE,
  certificateSpecimens,
  chainguardSpecimen,
  hasCorpus,
  indexEntries,
  keySpecimens,
  readCorpus,
} from '../support/authority-specimens.ts';
import type { Specimen } from '../support/authority-specimens.ts';
import { carried, managedKeysIn, verdict, verdictOn, verifyOne } from '../support/authority-trust.ts';
import { embeddedTrustRoots } from '../../src/adapters/sigstore/trusted-root-file.ts';
import type { Checked } from '../../src/core/model/statement.ts';

describe.skipIf(!hasCorpus)(`everything signed ${WHERE} verifies as its index says`, () => {
  const specimens = hasCorpus ? [...certificateSpecimens(), ...keySpecimens(), chainguardSpecimen()] : [];

  test('the index names at least as many as when this was written', () => {
    expect(specimens.length).toBeGreaterThanOrEqual(54);
  });

  test.each(specimens)('$name', async (specimen) => {
    const { checked } = await verifyOne(carried(specimen), specimen.trust);
    expect(summary(checked)).toEqual({ assurance: 'verified', ...specimen.expected });
  });

  test.each(specimens.filter(({ expected }) => expected.root === 'github'))(
    '$name is nothing to the public-good root',
    async (specimen) => {
      expect(await verdictOn(carried(specimen), { ...specimen.trust, roots: publicGood() })).toBe(
        'attested NO_TRUST_ROOT',
      );
    },
  );

  test.each(certificatesOf(specimens))('$name verifies among all roots at once, by the same', async (specimen) => {
    const own = specimen.trust.roots.filter(({ name }) => name === specimen.expected.root);
    const roots = [...own, ...embeddedTrustRoots().filter(({ name }) => name !== specimen.expected.root)];
    const { checked } = await verifyOne(carried(specimen), { ...specimen.trust, roots });
    expect(summary(checked)).toEqual({ assurance: 'verified', ...specimen.expected });
  });
});

describe.skipIf(!hasCorpus)(`what must not verify ${WHERE}`, () => {
  const keys = hasCorpus
    ? ['keys/grype-cosign.pub', 'trust-roots/docker-hardened-images.pub'].flatMap((key) =>
        managedKeysIn(readCorpus(key).toString(), key),
      )
    : [];
  const trust = { roots: embeddedTrustRoots(), keys, transparencyLog: 'notRequired' as const };
  const cases = [
    {
      file: 'dsse/anchore/grype__alpine-tampered.att.json',
      expected: 'attested NO_KEY',
      why: 'no key made this signature',
    },
    {
      file: 'dsse/anchore/grype__alpine-tampered.cdx.att.json',
      expected: 'attested NO_KEY',
      why: 'no key made this signature',
    },
    {
      file: 'sigstore-bundles/gh-cli/sigstoreBundle-invalid-signature.json',
      expected: 'rejected BAD_SIGNATURE',
      why: 'another signature',
    },
    {
      file: 'sigstore-bundles/chainloop/chainloop__attestation-bundle.json',
      expected: 'attested NO_TRUST_ROOT',
      why: 'an authority of its own',
    },
    {
      file: 'sigstore-bundles/sigstore-go/dsse-2sigs.sigstore.json',
      expected: 'rejected MALFORMED_BUNDLE',
      why: 'two signatures, one proof',
    },
    {
      file: 'sigstore-bundles/gh-cli/github_provenance_demo-0.0.12-py3-none-any-bundle-missing-cert.jsonl',
      expected: 'rejected MALFORMED_BUNDLE',
      why: 'no content',
    },
    {
      file: 'sigstore-bundles/gh-cli/github_provenance_demo-0.0.12-py3-none-any-bundle-missing-verification-material.jsonl',
      expected: 'rejected MALFORMED_BUNDLE',
      why: 'no material',
    },
    {
      file: 'dsse/slsa-github-generator/annotated-tag.intoto.jsonl',
      expected: 'attested NO_LOG_ENTRY',
      why: 'a certificate without a time',
    },
    {
      file: 'dsse/slsa-github-generator/binary-linux-amd64-expired-cert.intoto.jsonl',
      expected: 'attested NO_LOG_ENTRY',
      why: 'a certificate without a time',
    },
    {
      file: 'dsse/docker/attest__example_attestation.json',
      expected: 'attested NO_KEY',
      why: 'the key stands in the document itself',
    },
    {
      file: 'vsa/docker-attest-vsa-v0.1.dsse.json',
      expected: 'attested NO_KEY',
      why: 'the key stands in the document itself',
    },
    {
      file: 'sigstore-bundles/sigstore-go/othername.sigstore.json',
      expected: 'attested NOT_CHECKED',
      why: 'over bytes that nobody has',
    },
  ];

  test.each(cases)('$file: $expected, $why', async ({ file, expected }) => {
    expect(await verdictOn(carried({ form: 'bundle', bytes: readCorpus(file) }), trust)).toBe(expected);
  });
});

describe.skipIf(!hasCorpus)(`Google Cloud Build ${WHERE}`, () => {
  const entries = indexEntries().filter(({ file }) => file.startsWith('gcb/'));
  const envelopes = entries.flatMap(({ file, observed }) => {
    const results = observed.filter((line) => line.includes(' => '));
    return envelopesIn(file).map((envelope, index) => ({
      name: `${file} ${index}`,
      envelope,
      result: results[index] ?? '',
    }));
  });

  test.each(envelopes)('$name', async ({ envelope, result }) => {
    const { checked } = await verifyOne(carried({ form: 'dsse', bytes: envelope }), {
      roots: [],
      keys: [],
      transparencyLog: 'required',
    });
    const root = checked.assurance === 'verified' ? ` by ${checked.root}` : '';
    expect(`${verdict(checked)}${root}`).toBe(cloudBuildVerdict(envelope, result));
  });
});

/** What the index found with Google's keys; here a signature must also name the key that made it, which one of them does not. */
function cloudBuildVerdict(envelope: Buffer, result: string): string {
  if (envelope.includes('invalid-field')) return 'attested NO_KEY';
  return result.includes('SIG-OK by keys/gcb/') ? 'verified by google-cloud-build' : 'rejected BAD_SIGNATURE';
}

function publicGood() {
  return embeddedTrustRoots().filter(({ name }) => name === 'public-good');
}

function certificatesOf(specimens: readonly Specimen[]): readonly Specimen[] {
  return specimens.filter(({ trust }) => trust.keys.length === 0);
}

function envelopesIn(file: string): readonly Buffer[] {
  const { provenance_summary: summary }: { provenance_summary: { provenance: readonly { envelope: unknown }[] } } =
    JSON.parse(readCorpus(file).toString());
  return summary.provenance.map(({ envelope }) => Buffer.from(JSON.stringify(envelope)));
}

/** What the index has a word on. */
function summary(checked: Checked): unknown {
  if (checked.assurance !== 'verified') return checked;
  const { signer, root } = checked;
  return signer.kind === 'certificate'
    ? { assurance: 'verified', identity: signer.identity, issuer: signer.issuer, root }
    : { assurance: 'verified', identity: signer.name, issuer: undefined, root };
}
