import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readDockerfileText } from '../../../../src/core/provenance/buildkit/dockerfile.ts';
import { readProvenance } from '../../../../src/core/provenance/index.ts';
import type { ReadProblem } from '../../../../src/core/provenance/provenance.ts';
import { parseStatement } from '../../../../src/core/provenance/statement.ts';

type Info = { readonly filename?: string; readonly data: unknown };

function dockerfileText(infos: readonly Info[], fileName: unknown): { text: string | undefined; problems: string[] } {
  const problems: ReadProblem[] = [];
  const text = readDockerfileText({ value: { source: { infos } }, at: '$', problems }, fileName)?.value;
  return { text, problems: problems.map(({ code }) => code) };
}

function base64(bytes: string | Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

describe("the Dockerfile's text", () => {
  test('is that of its name, else the only one', () => {
    const infos = [
      { filename: 'other', data: base64('FROM a') },
      { filename: 'Dockerfile', data: base64('FROM b') },
    ];
    expect(dockerfileText(infos, 'Dockerfile').text).toBe('FROM b');
    expect(dockerfileText(infos, undefined).text).toBeUndefined();
    expect(dockerfileText(infos.slice(0, 1), undefined).text).toBe('FROM a');
  });

  test('is the file byte for byte, with its byte order mark and line ends', () => {
    const file = '\ufeffFROM ü\r\n';
    expect(Buffer.from(dockerfileText([{ data: base64(file) }], undefined).text ?? '')).toEqual(Buffer.from(file));
  });

  test.each([
    [base64(Uint8Array.of(0xff, 0xfe)), ['MALFORMED_ITEM']],
    ['*', ['MALFORMED_ITEM']],
    [7, ['MALFORMED_ITEM']],
    [base64('x'.repeat(400 * 1024)), ['TRUNCATED']],
  ])('is missing where it is no text, or too long', (data, problems) => {
    expect(dockerfileText([{ data }], undefined)).toEqual({ text: undefined, problems });
  });
});

describe('what the result may stand on', () => {
  const fixture = readFileSync('fixtures/attestations/buildkit/v0.2/git-context-max/statement.json', 'utf8');

  /** The images of the fixture that a build with that argument may stand on. */
  function basesWith(name: string, value: string): readonly (string | undefined)[] {
    const changed = fixture.replace('"args": {', `"args": { ${JSON.stringify(name)}: ${JSON.stringify(value)},`);
    const { statement } = parseStatement(new TextEncoder().encode(changed));
    const inputs = readProvenance(statement)?.resolvedDependencies ?? [];
    return inputs.filter(({ role }) => role === 'base').map(({ image }) => image?.name);
  }

  test('is the image of the stage that was asked for', () => {
    expect(basesWith('unrelated', 'x')).toEqual(['gcr.io/distroless/static']);
    expect(basesWith('target', 'build')).toEqual(['docker.io/library/golang']);
  });

  test('is not known where an argument makes it an image that is not among the inputs', () => {
    const all = ['docker.io/library/golang', 'gcr.io/distroless/static'];
    expect(basesWith('build-arg:RUNTIME', 'debian:12')).toEqual(all);
    expect(basesWith('context:gcr.io/distroless/static', 'docker-image://debian:12')).toEqual(all);
  });
});
