import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatReferrers, formatTags, parseReferrers, parseTags } from '../../../../src/adapters/store/kept-lists.ts';
import { withoutUndefined } from '../../../../src/core/defined.ts';
import type { Descriptor, Platform } from '../../../../src/core/model/descriptor.ts';
import { parseDigest } from '../../../../src/core/model/digest.ts';

const text = fc.string({ unit: 'grapheme' });
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const digest = fc
  .oneof(
    hex(64).map((digits) => `sha256:${digits}`),
    hex(128).map((digits) => `sha512:${digits}`),
  )
  .map((written) => parseDigest(written)!);
const maybeText = fc.option(text, { nil: undefined });
const platform = fc
  .record({ os: text, architecture: text, variant: maybeText, osVersion: maybeText })
  .map((parts): Platform => withoutUndefined(parts));
const descriptor = fc
  .record({
    mediaType: text,
    digest,
    size: fc.maxSafeNat(),
    artifactType: maybeText,
    annotations: fc.dictionary(text, text, { noNullPrototype: true }),
    platform: fc.option(platform, { nil: undefined }),
  })
  .map((parts): Descriptor => withoutUndefined(parts));

test('a list of referrers comes back as it was', () => {
  fc.assert(
    fc.property(fc.array(descriptor), (referrers) => {
      expect(parseReferrers(formatReferrers(referrers))).toEqual(referrers);
    }),
  );
});

test('a list of tags comes back as it was', () => {
  fc.assert(
    fc.property(fc.array(text), (tags) => {
      expect(parseTags(formatTags(tags))).toEqual(tags);
    }),
  );
});

test('what is no list is none, and no failure', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        text,
        fc.json(),
        fc.json().map((json) => `{"manifests":${json}}`),
      ),
      (written) => {
        const referrers = parseReferrers(written) ?? [];
        expect(referrers.every((referrer) => parseDigest(referrer.digest) !== undefined)).toBe(true);
        expect((parseTags(written) ?? []).every((tag) => typeof tag === 'string')).toBe(true);
      },
    ),
  );
});

test.each(['', '{', '[', '{"manifests":[]', 'null', '1', '{"manifests":{}}', '['.repeat(100_000)])(
  'neither reader takes %.20s',
  (written) => {
    expect(parseReferrers(written)).toBeUndefined();
    expect(parseTags(written)).toBeUndefined();
  },
);
