import { describe, expect, test } from 'vitest';
import { digestHex, referrersTag } from '../../../../src/core/model/digest.ts';
import type { RawStatement } from '../../../support/attachments.ts';
import { fallbackTag, referrer, statement } from '../../../support/attachments.ts';
import type { BuiltImage } from '../../../support/image-builder.ts';
import { image, index } from '../../../support/image-builder.ts';
import { layoutFiles } from '../../../support/repository-files.ts';
import type { RawDescriptor, TestRepository } from '../../../support/test-repository.ts';
import { digestOf, emptyRepository, jsonBytes, putBlob } from '../../../support/test-repository.ts';
import type { Place } from './local-setup.ts';
import { answerOf, digestIn, layoutOf } from './local-setup.ts';

const REF_NAME = 'org.opencontainers.image.ref.name';
const COSIGN = 'dev.cosignproject.cosign';

function named(built: BuiltImage | RawDescriptor, name: string): RawDescriptor {
  const descriptor = 'descriptor' in built ? built.descriptor : built;
  return { ...descriptor, annotations: { [REF_NAME]: name } };
}

function kind(descriptor: RawDescriptor, value: string): RawDescriptor {
  return { ...descriptor, annotations: { kind: `${COSIGN}/${value}` } };
}

function about(built: BuiltImage): readonly RawStatement[] {
  return [statement({ subject: built.digest, predicateType: 'https://slsa.dev/provenance/v1', predicate: {} })];
}

async function twoImages(): Promise<{ repository: TestRepository; one: BuiltImage; other: BuiltImage }> {
  const repository = emptyRepository();
  const one = await image().layer({ shop: 'one' }).addTo(repository);
  const other = await image().platform('linux/arm64').layer({ shop: 'other' }).addTo(repository);
  return { repository, one, other };
}

async function layoutWith(repository: TestRepository, entries: readonly RawDescriptor[]): Promise<Place> {
  return layoutOf(layoutFiles(repository, entries));
}

function signatureOf(repository: TestRepository, subject: RawDescriptor): RawDescriptor {
  return referrer(repository, subject, {
    artifactType: 'application/vnd.cncf.notary.signature',
    layers: [{ mediaType: 'application/jose+json', bytes: jsonBytes({ subject: subject.digest }) }],
  });
}

describe('the sole image', () => {
  test('is the only one, with a name or without', async () => {
    const { repository, one } = await twoImages();
    expect(digestIn(await (await layoutWith(repository, [one.descriptor])).sole())).toBe(one.digest);
    expect(digestIn(await (await layoutWith(repository, [named(one, '1.4')])).sole())).toBe(one.digest);
  });

  test('is the only one although it has two names', async () => {
    const { repository, one } = await twoImages();
    const layout = await layoutWith(repository, [named(one, '1.4'), named(one, 'latest')]);
    expect(digestIn(await layout.sole())).toBe(one.digest);
  });

  test('is the one that the others are referrers of, even if those refer to each other', async () => {
    const { repository, one } = await twoImages();
    const signature = signatureOf(repository, one.descriptor);
    const countersignature = signatureOf(repository, signature);
    const fallback = fallbackTag(repository, one.digest, [signature]);
    const layout = await layoutWith(repository, [
      countersignature,
      signature,
      named(fallback, referrersTag(one.digest)),
      named(countersignature, `${referrersTag(signature.digest)}.att`),
      one.descriptor,
    ]);
    expect(digestIn(await layout.sole())).toBe(one.digest);
  });

  test('is index.json itself where it lists platforms of one image, and its digest answers it again', async () => {
    const { repository, one, other } = await twoImages();
    const files = layoutFiles(repository, [one.descriptor, other.descriptor]);
    const layout = await layoutOf(files);
    const digest = digestOf(files.get('index.json')!);
    for (const outcome of [await layout.sole(), await layout.digested(digest)]) {
      expect(outcome).toMatchObject({
        kind: 'found',
        value: { mediaType: 'application/vnd.oci.image.index.v1+json', digest, bytes: files.get('index.json') },
      });
    }
  });

  test('is index.json where the platforms have one name, by that name too', async () => {
    const { repository, one, other } = await twoImages();
    const files = layoutFiles(repository, [named(one, '1.4'), named(other, '1.4')]);
    const layout = await layoutOf(files);
    const digest = digestOf(files.get('index.json')!);
    expect(digestIn(await layout.sole())).toBe(digest);
    expect(digestIn(await layout.tagged('1.4'))).toBe(digest);
  });

  test('is index.json where attestation manifests stand beside the platforms, or beside one', async () => {
    const { repository, one, other } = await twoImages();
    const { attestationManifests } = index().attest(one, about(one)).attest(other, about(other)).addTo(repository);
    const [first] = attestationManifests;
    for (const entries of [
      [one.descriptor, first!],
      [one.descriptor, other.descriptor, ...attestationManifests],
    ]) {
      const files = layoutFiles(repository, entries);
      expect(digestIn(await (await layoutOf(files)).sole())).toBe(digestOf(files.get('index.json')!));
    }
  });

  test('is not told where several fit: the error lists them', async () => {
    const { repository, one, other } = await twoImages();
    const layout = await layoutWith(repository, [named(one, '1.4'), named(other, '1.5')]);
    expect(await layout.sole()).toMatchObject({
      kind: 'failed',
      error: { code: 'AMBIGUOUS_IMAGE', expected: 'one of 1.4 (linux/amd64), 1.5 (linux/arm64)' },
    });
  });

  test('is not told where two images have one platform', async () => {
    const repository = emptyRepository();
    const one = await image().layer({ shop: 'one' }).addTo(repository);
    const other = await image().layer({ shop: 'other' }).addTo(repository);
    const layout = await layoutWith(repository, [one.descriptor, other.descriptor]);
    expect(await layout.sole()).toMatchObject({
      error: {
        code: 'AMBIGUOUS_IMAGE',
        expected: `one of ${one.digest} (linux/amd64), ${other.digest} (linux/amd64)`,
      },
    });
  });

  test('does not exist in an empty layout, nor in one of referrers alone', async () => {
    const { repository, one, other } = await twoImages();
    expect(await (await layoutWith(repository, [])).sole()).toMatchObject({
      error: { code: 'NOT_AN_IMAGE', got: 'no entries' },
    });
    const signatures = [signatureOf(repository, one.descriptor), signatureOf(repository, other.descriptor)];
    expect(await (await layoutWith(repository, signatures)).sole()).toMatchObject({
      error: {
        code: 'NOT_AN_IMAGE',
        got: 'application/vnd.cncf.notary.signature, application/vnd.cncf.notary.signature',
      },
    });
  });
});

describe('a name', () => {
  test('means the entry that has it literally, before any that it fits', async () => {
    const { repository, one, other } = await twoImages();
    const layout = await layoutWith(repository, [named(one, 'docker.io/acme/shop:1.4'), named(other, '1.4')]);
    expect(digestIn(await layout.tagged('1.4'))).toBe(other.digest);
    expect(digestIn(await layout.tagged('docker.io/acme/shop:1.4'))).toBe(one.digest);
  });

  test.each(['1.4', 'acme/shop:1.4', 'docker.io/acme/shop:1.4'])(
    '%s means docker.io/acme/shop:1.4, as containerd and docker write it',
    async (asked) => {
      const { repository, one, other } = await twoImages();
      const containerd = {
        ...one.descriptor,
        annotations: { 'io.containerd.image.name': 'docker.io/acme/shop:1.4', [REF_NAME]: '1.4' },
      };
      const docker = named(one, 'docker.io/acme/shop:1.4');
      for (const entry of [containerd, docker]) {
        const layout = await layoutWith(repository, [entry, named(other, '1.5')]);
        expect(digestIn(await layout.tagged(asked))).toBe(one.digest);
      }
    },
  );

  test("alpine means docker.io/library/alpine:latest, and no other registry's", async () => {
    const { repository, one, other } = await twoImages();
    const layout = await layoutWith(repository, [
      named(one, 'docker.io/library/alpine:latest'),
      named(other, 'ghcr.io/library/alpine:latest'),
    ]);
    expect(digestIn(await layout.tagged('alpine'))).toBe(one.digest);
  });

  test('that two images have is an error that lists both', async () => {
    const { repository, one, other } = await twoImages();
    const layout = await layoutWith(repository, [named(one, 'docker.io/a/b:1'), named(other, 'docker.io/a/c:1')]);
    expect(await layout.tagged('1')).toMatchObject({
      error: {
        code: 'AMBIGUOUS_IMAGE',
        expected: 'one of docker.io/a/b:1 (linux/amd64), docker.io/a/c:1 (linux/arm64)',
      },
    });
  });

  test('of two platforms is an error where index.json has other images too, and is not their index', async () => {
    const { repository, one, other } = await twoImages();
    const newer = await image().layer({ shop: 'newer' }).addTo(repository);
    const layout = await layoutWith(repository, [named(one, '1.4'), named(other, '1.4'), named(newer, '1.5')]);
    expect(answerOf(await layout.tagged('1.4'))).toBe('AMBIGUOUS_IMAGE');
    expect(digestIn(await layout.tagged('1.5'))).toBe(newer.digest);
  });

  test('that none has is absent', async () => {
    const { repository, one } = await twoImages();
    const layout = await layoutWith(repository, [named(one, '1.4')]);
    for (const asked of ['1', '1.40', 'latest', '.4', '1.4:latest', one.digest]) {
      expect(answerOf(await layout.tagged(asked))).toBe('noSuchManifest');
    }
  });

  test('of something that is no manifest says what it is', async () => {
    const { repository, one } = await twoImages();
    const document = putBlob(repository, new TextEncoder().encode('<appdata/>'), 'application/xml');
    const layout = await layoutWith(repository, [named(one, '1.4'), named(document, 'metadata')]);
    expect(await layout.tagged('metadata')).toMatchObject({ error: { code: 'NOT_AN_IMAGE', got: 'application/xml' } });
    expect(digestIn(await layout.sole())).toBe(one.digest);
  });

  test('of a manifest with an unknown media type is that manifest', async () => {
    const { repository, one } = await twoImages();
    const unknown = { ...named(one, '1.4'), mediaType: 'application/vnd.oci.descriptor.v1+json' };
    expect(digestIn(await (await layoutWith(repository, [unknown])).tagged('1.4'))).toBe(one.digest);
  });
});

describe('a layout of cosign save', () => {
  test.each(['image', 'imageIndex'])('has the entry of kind %s as its sole image', async (imageKind) => {
    const { repository, one, other } = await twoImages();
    const layout = await layoutWith(repository, [kind(other.descriptor, 'atts'), kind(one.descriptor, imageKind)]);
    expect(digestIn(await layout.sole())).toBe(one.digest);
  });

  test('answers the tags of cosign with the entries of their kinds, for that image alone', async () => {
    const { repository, one, other } = await twoImages();
    const kinds = ['sigs', 'atts', 'sboms'];
    const manifests = await Promise.all(kinds.map((value) => image().annotations({ value }).addTo(repository)));
    const attached = manifests.map(({ descriptor }, at) => kind(descriptor, kinds[at]!));
    const layout = await layoutWith(repository, [kind(one.descriptor, 'image'), ...attached]);
    const tag = `sha256-${digestHex(one.digest)}`;
    const answers = await Promise.all(['sig', 'att', 'sbom'].map((suffix) => layout.tagged(`${tag}.${suffix}`)));
    expect(answers.map(digestIn)).toEqual(attached.map((entry) => entry.digest));
    expect(answerOf(await layout.tagged(tag))).toBe('noSuchManifest');
    expect(answerOf(await layout.tagged(`sha256-${digestHex(other.digest)}.att`))).toBe('noSuchManifest');
  });
});
