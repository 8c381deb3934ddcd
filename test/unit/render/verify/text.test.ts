import { describe, expect, test } from 'vitest';
import type { VerifyReport } from '../../../../src/core/model/verify-report.ts';
import { digestOf } from '../../../support/reports.ts';
import {
  NOT_HEARD,
  PROVENANCE,
  REPOSITORY,
  SPDX,
  provenance,
  rejected,
  simpleSignature,
  stating,
  stranger,
  verified,
  workflowSigner,
} from '../../core/claims/documents.ts';
import { VERIFY_REPORTS, judged, shownVerdicts } from './reports.ts';

const ESC = '\u001b';
const ESCAPES = new RegExp(`${ESC}\\[[0-9;]*m|${ESC}\\]8;;[^${ESC}]*${ESC}\\\\`, 'g');

function reportOf(name: string): VerifyReport {
  const report = VERIFY_REPORTS[name];
  if (report === undefined) throw new Error(`no report ${name}`);
  return report;
}
const wide = (report: VerifyReport, options = {}): Promise<string> => shownVerdicts(report, { width: 250, ...options });
const MEMBER = { sourceRepository: REPOSITORY };

describe.each(Object.keys(VERIFY_REPORTS))('%s', (name) => {
  test('colour changes no word and no column', async () => {
    const plain = await shownVerdicts(reportOf(name));
    const coloured = await shownVerdicts(reportOf(name), { colour: true });
    expect(coloured).not.toBe(plain);
    expect(coloured.replaceAll(ESCAPES, '')).toBe(plain);
  });

  test('verbose only adds', async () => {
    const verbose = await wide(reportOf(name), { verbose: true });
    const words = (await wide(reportOf(name))).split(/\s+/);
    expect(words.filter((word) => !verbose.includes(word))).toEqual([]);
  });

  test('no list is empty after its heading or colon (traps O4)', async () => {
    for (const verbose of [false, true]) {
      const lines = (await shownVerdicts(reportOf(name), { verbose, width: 250 })).split('\n');
      const headings = lines.filter(
        (line, index) => /^[a-z][a-z ]+$/.test(line) && !/^ {2}\S/.test(lines[index + 1] ?? ''),
      );
      expect(headings).toEqual([]);
      expect(lines.filter((line) => line.endsWith(':'))).toEqual([]);
    }
  });
});

describe('the first line', () => {
  test.each([
    ['pass', '✔ pass: ghcr.io/acme/shop:1.4 · linux/amd64'],
    ['fail', '✖ fail: ghcr.io/acme/shop:1.4 · linux/amd64'],
    ['undecided', '? undecided: ghcr.io/acme/api:2 · linux/amd64'],
    ['unread', '✖ failed: ghcr.io/acme/shopp:1.4'],
  ])('of %s is the verdict, and names the image', async (name, line) => {
    expect((await shownVerdicts(reportOf(name))).split('\n')[0]).toBe(line);
  });

  test('of each of several images names it (traps O5)', async () => {
    const lines = (await shownVerdicts(reportOf('several'))).split('\n');
    expect(lines.filter((line) => /^[✔✖?] (?:pass|fail|failed|undecided): /u.test(line))).toEqual([
      '✔ pass: ghcr.io/acme/shop:1.4 · linux/amd64',
      '✖ fail: ghcr.io/acme/shop:1.4 · linux/amd64',
      '? undecided: ghcr.io/acme/api:2 · linux/amd64',
      '✖ failed: ghcr.io/acme/shopp:1.4',
    ]);
    expect(lines.at(-2)).toBe('4 images: 1 pass, 1 fail, 1 undecided, 1 not read');
  });

  test('is followed by the digests, whole, and the reason', async () => {
    const lines = (await wide(reportOf('fail'))).split('\n');
    expect(lines.slice(1, 4)).toEqual([
      `  index ${digestOf('1dee')}`,
      `  image ${digestOf('a1')}`,
      '  source repository, source ref, builder: not as required',
    ]);
  });
});

describe('requirements', () => {
  test('that hold take a line with what there is; that do not, both sides', async () => {
    const text = await wide(reportOf('fail'));
    expect(text).toContain('\n    ✔ signature: holds (public-good)\n');
    expect(text).toContain('\n    ✖ source ref\n      expected: refs/heads/main\n      got: refs/tags/v1\n');
  });

  test('verbosely show both sides of all', async () => {
    const text = await wide(reportOf('pass'), { verbose: true });
    expect(text).toContain('\n    ✔ source ref: refs/heads/main\n      expected: refs/heads/main\n');
  });

  test('are those of the nearest document, named', async () => {
    expect(await wide(reportOf('fail'))).toContain(
      `\n  held against: ${PROVENANCE} (sha256:d0cd0cd0cd0c), referrers API\n`,
    );
  });

  test('without a document there are none, and it is said where was looked', async () => {
    const text = await wide(reportOf('nothing'));
    expect(text).not.toContain('requirements');
    expect(text).toContain('  nothing that is signed is about this image (looked in 1 place)\n');
  });
});

describe('the signature', () => {
  test('says who, when, where it was logged, by which root, about which digest, and by what right', async () => {
    const text = await wide(reportOf('pass'));
    const [, section] = text.split('\nsignature\n');
    expect(section?.split('\n\n')[0]?.split('\n')).toEqual([
      `  signer: ${workflowSigner().identity}`,
      `  issuer: ${workflowSigner().issuer}`,
      '  authority: sigstore.dev',
      '  seen: 2026-11-20T09:31:44Z',
      '  log: rekor.sigstore.dev entry 174304112 at 2026-11-20T09:31:44Z',
      '  root: public-good',
      '  about: its index, sha256:1dee1dee1dee',
      '  may speak: required by name',
    ]);
  });

  test('of a key has no issuer, and says what was not seen by not saying it', async () => {
    const text = await wide(reportOf('key'));
    expect(text).toContain('  signer: key cosign.pub sha256:feefeefeefee\n  root: keys given\n');
    expect(text).not.toMatch(/issuer|seen:|log:/);
    expect(text.trimEnd().split('\n').slice(-2)).toEqual([
      'waived',
      '  ! no transparency log was required of keys: nobody can see what else they signed, and nothing proves when',
    ]);
  });

  test('that does not hold has no signer to show', async () => {
    expect(await wide(reportOf('rejected'))).not.toMatch(/^signature$/m);
  });

  test('of an attestation manifest says so', async () => {
    const text = await wide(reportOf('endorsed'));
    expect(text).toContain(
      '\n  by way of: the signature sha256:515151515151 of the attestation manifest that holds it\n',
    );
    expect(text).not.toContain('other documents');
  });
});

describe('the flags that would let a signer count', () => {
  const FLAGS = `--identity ${stranger().identity} --issuer ${stranger().issuer}`;
  test('are shown where it is all that is missing', async () => {
    expect(await wide(reportOf('stranger'))).toContain(`\n  to let this signer speak, add: ${FLAGS}\n`);
    expect(await wide(reportOf('another'))).toContain(`\n  to require this signer instead: ${FLAGS}\n`);
  });

  test('and not where more is missing, nor on a pass', async () => {
    const more = judged([provenance({ checked: verified(stranger()) })], { ...MEMBER, sourceRef: 'refs/tags/v1' });
    for (const report of [reportOf('pass'), reportOf('fail'), reportOf('rejected'), { images: [more], waived: [] }]) {
      expect(await wide(report)).not.toContain('--identity');
    }
  });

  test('and never with what a shell would run', async () => {
    const signer = { ...stranger(), identity: "a'; rm -rf ~; '" };
    const text = await wide({ images: [judged([provenance({ checked: verified(signer) })], MEMBER)], waived: [] });
    expect(text).toContain('rm -rf');
    expect(text).not.toContain('--identity');
  });
});

describe('what else there is', () => {
  test('rejected documents are always shown, also on a pass', async () => {
    expect(await wide(reportOf('pass'))).toContain(
      '\nrejected\n  ✖ cosign tag .sig: log entry is of another signature',
    );
  });

  test('the nearest is not told twice', async () => {
    expect(await wide(reportOf('rejected'))).not.toMatch(/^rejected$/m);
  });

  test('documents that were judged say what they lack, others what they are', async () => {
    const text = await wide(reportOf('fail'));
    expect(text).toContain(
      `  ✖ ${PROVENANCE} (sha256:f0ef0ef0ef0e), cosign tag .att: not as required: signature, signer may speak for the image,`,
    );
    expect(text).toContain(
      `  · statement ${SPDX} (sha256:5b05b05b05b0), cosign tag .att: signature holds (public-good)\n`,
    );
  });

  test('a second one that meets all says so', async () => {
    const both = [provenance({ document: digestOf('1') }), provenance({ document: digestOf('2') })];
    const text = await wide({ images: [judged(both, MEMBER)], waived: [] });
    expect(text).toContain('(sha256:222222222222), referrers API: meets every requirement too\n');
  });

  test('many are counted, unless all are asked for', async () => {
    const many = Array.from({ length: 20 }, (_, index) => stating(SPDX, {}, { document: digestOf(`${100 + index}`) }));
    const report = { images: [judged([provenance(), ...many], MEMBER)], waived: [] };
    expect(await wide(report)).toContain('\n  and 15 more (--verbose)\n');
    expect(await wide(report, { verbose: true })).not.toContain('more (--verbose)');
  });

  test('what was not heard is told with what to do', async () => {
    const text = await wide(reportOf('undecided'));
    expect(text).toContain(
      '\nnot heard\n  ? referrers: referrers API: ghcr.io did not answer within 10 s (timed out)\n      do: try again with --timeout 60s\n',
    );
  });

  test('and not where the verdict does not hang on it', async () => {
    const text = await wide({ images: [judged([provenance()], MEMBER, { problems: [NOT_HEARD] })], waived: [] });
    expect(text).toMatch(/^✔ pass/);
    expect(text).not.toContain('not heard');
  });

  test('a rejected document among several judged is in its own section alone', async () => {
    const documents = [provenance(), simpleSignature({ checked: rejected(), document: digestOf('2') })];
    const text = await wide({ images: [judged(documents, MEMBER)], waived: [] });
    expect(text).not.toContain('other documents');
    expect(text.match(/signature does not hold/g)).toHaveLength(1);
  });
});

test('no images are no verdict', async () => {
  expect(await shownVerdicts({ images: [], waived: [] })).toBe('');
});
