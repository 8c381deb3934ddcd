import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { HashBytes } from '../../../../src/core/provenance/dockerfile-text.ts';
import { dockerfileText } from '../../../../src/core/provenance/dockerfile-text.ts';
import { readProvenance } from '../../../../src/core/provenance/index.ts';
import { parseStatement } from '../../../../src/core/provenance/statement.ts';

const hash: HashBytes = (algorithm, bytes) => createHash(algorithm).update(bytes).digest('hex');
const textOf = (value: string): ReturnType<typeof dockerfileText> =>
  dockerfileText({ dockerfileText: { value, at: '$.here' } }, hash);
const hasGit = spawnSync('git', ['--version']).status === 0;

describe('the Dockerfile that a provenance holds', () => {
  test('has the ids that git documents for an empty file', () => {
    expect(textOf('')?.blobIds).toEqual({
      sha1: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
      sha256: '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
    });
  });

  // The length is in bytes, which are more than the characters.
  test.skipIf(!hasGit).each(['FROM alpine:3\n', 'FROM ü\r\nRUN true', '\uFEFFFROM 😀\n'])(
    'has the id that git itself gives %j (skipped without git)',
    (file) => {
      const ran = spawnSync('git', ['hash-object', '--stdin', '--no-filters'], { input: file, encoding: 'utf8' });
      expect(ran.stdout.trim()).toMatch(/^[0-9a-f]{40}$/);
      expect(textOf(file)?.blobIds.sha1).toBe(ran.stdout.trim());
    },
  );

  test('is read from a statement byte for byte, and says where it was', () => {
    const bytes = readFileSync('fixtures/attestations/buildkit/v0.2/git-context-max/statement.json');
    const provenance = readProvenance(parseStatement(bytes).statement);
    const found = provenance && dockerfileText(provenance, hash);
    const [info] =
      (
        JSON.parse(bytes.toString()) as {
          predicate: { metadata: Record<string, { source: { infos: { data: string }[] } }> };
        }
      ).predicate.metadata['https://mobyproject.org/buildkit@v1#metadata']?.source.infos ?? [];
    expect(Buffer.from(found?.bytes ?? []).toString('base64')).toBe(info?.data);
    expect(found?.at).toMatch(/source\.infos\[0\]\.data$/);
  });

  test('is missing where the provenance does not hold it', () => {
    expect(dockerfileText({}, hash)).toBeUndefined();
  });
});
