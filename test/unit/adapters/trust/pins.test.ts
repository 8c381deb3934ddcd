import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KeptPin } from '../../../../src/core/model/trust-report.ts';
import { createKeyPair, spki } from '../../../support/authority-keys.ts';
import { toolErrorOf } from '../../../support/http-world.ts';
import { certificatePin, filesIn, openTrustWorld, pemOf, realTrust } from './trust-world.ts';
import { createTrustFiles } from '../../../../src/adapters/trust/trust-files.ts';

const key = createKeyPair('P-256');
const fingerprint = `sha256:${createHash('sha256').update(spki(key)).digest('hex')}`;
const keyPin: KeptPin = { images: 'ghcr.io/acme/shop', signer: { kind: 'key', fingerprint } };

describe('pins', () => {
  test('are none where there is no file, and nothing is made by looking', async () => {
    const { trust, home } = openTrustWorld();
    expect(await trust.readPins()).toEqual([]);
    expect(await trust.loadKeys()).toEqual([]);
    expect(await trust.removePins('ghcr.io/acme/shop')).toEqual([]);
    expect(filesIn(home)).toEqual([]);
  });

  test('are kept for the next run, each once, and said to be new once', async () => {
    const { trust, folder, home } = openTrustWorld();
    const [one, two] = [certificatePin('ghcr.io/acme/shop'), certificatePin('ghcr.io/acme/*')];
    expect(await trust.addPins([one, two], [])).toEqual({ added: [one, two], path: join(folder, 'pins.json') });
    expect(await trust.addPins([two], [])).toMatchObject({ added: [] });
    const later = createTrustFiles({ ...realTrust(home), folder });
    expect(await later.readPins()).toEqual([two, one]);
  });

  test('of one name are removed together, and no others', async () => {
    const { trust } = openTrustWorld();
    const kept = certificatePin('ghcr.io/acme/*');
    const removed = [
      certificatePin('ghcr.io/acme/shop', 'a@acme.example'),
      certificatePin('ghcr.io/acme/shop', 'b@acme.example'),
    ];
    await trust.addPins([kept, ...removed], []);
    expect(await trust.removePins('ghcr.io/acme/shop')).toEqual(removed);
    expect(await trust.readPins()).toEqual([kept]);
  });

  test('are for their owner alone', async () => {
    const { trust, folder } = openTrustWorld();
    await trust.addPins([certificatePin('ghcr.io/acme/shop')], []);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'pins.json')).mode & 0o777).toBe(0o600);
  });

  test('by several processes at once are all kept', async () => {
    const { trust, folder, home } = openTrustWorld();
    const children = Array.from({ length: 4 }, (_, index) =>
      spawn(process.execPath, [join(import.meta.dirname, 'pin-child.ts'), home, folder, String(index)], {
        stdio: 'inherit',
      }),
    );
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number));
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(await trust.readPins()).toHaveLength(4 * 10);
    expect(filesIn(folder).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });
});

describe('a pinned key', () => {
  test('is kept with its pin, so that signatures can be checked with it', async () => {
    const { trust, home } = openTrustWorld();
    writeFileSync(join(home, 'keys.pem'), `${pemOf(createKeyPair('P-384'))}${pemOf(key)}`);
    await trust.addPins([keyPin, { ...keyPin, images: 'ghcr.io/acme/*' }], ['keys.pem']);
    expect(await trust.readPins()).toEqual([{ ...keyPin, images: 'ghcr.io/acme/*' }, keyPin]);
    expect((await trust.loadKeys()).map((each) => [each.fingerprint, each.publicKey.equals(key.publicKey)])).toEqual([
      [fingerprint, true],
    ]);
  });

  test('stays when it is pinned again without its file', async () => {
    const { trust, home } = openTrustWorld();
    writeFileSync(join(home, 'key.pem'), pemOf(key));
    expect((await trust.addPins([keyPin], ['key.pem'])).added).toEqual([keyPin]);
    expect(await trust.addPins([keyPin], [])).toMatchObject({ added: [] });
    expect(await trust.loadKeys()).toHaveLength(1);
  });

  test('that was exchanged in the file is refused', async () => {
    const { trust, home, folder } = openTrustWorld();
    writeFileSync(join(home, 'key.pem'), pemOf(key));
    await trust.addPins([keyPin], ['key.pem']);
    const path = join(folder, 'pins.json');
    writeFileSync(
      path,
      JSON.stringify({ version: 1, pins: [{ ...keyPin, publicKey: pemOf(createKeyPair('P-256')) }] }),
    );
    expect(await toolErrorOf(trust.loadKeys())).toMatchObject({ code: 'INVALID_CONFIGURATION', expected: fingerprint });
  });

  test('whose file cannot be read is not pinned', async () => {
    const { trust, home } = openTrustWorld();
    expect(await toolErrorOf(trust.addPins([keyPin], ['key.pem']))).toMatchObject({
      code: 'USAGE',
      message: `${join(home, 'key.pem')} cannot be read`,
    });
    expect(filesIn(home)).toEqual([]);
  });
});

describe('a damaged file is an error that names it, and stays as it is', () => {
  const good = certificatePin('ghcr.io/acme/shop');
  const cases: readonly (readonly [what: string, text: string])[] = [
    ['empty', ''],
    ['cut off', JSON.stringify({ version: 1, pins: [good] }).slice(0, -5)],
    ['of another version', JSON.stringify({ version: 2, pins: [] })],
    ['a list', '[]'],
    ['without pins', '{"version":1}'],
    ['a pin for no image', JSON.stringify({ version: 1, pins: [{ ...good, images: '' }] })],
    ['a pin by an unknown kind', JSON.stringify({ version: 1, pins: [{ ...good, signer: { kind: 'anybody' } }] })],
    [
      'a pin by an unknown match',
      JSON.stringify({ version: 1, pins: [{ ...good, signer: { ...good.signer, match: 'prefix' } }] }),
    ],
    [
      'a pin without an issuer',
      JSON.stringify({ version: 1, pins: [{ ...good, signer: { ...good.signer, issuer: undefined } }] }),
    ],
    [
      'a fingerprint that is none',
      JSON.stringify({ version: 1, pins: [{ ...keyPin, signer: { kind: 'key', fingerprint: 'sha256:abc' } }] }),
    ],
    ['an unknown member', JSON.stringify({ version: 1, pins: [{ ...good, until: 'tomorrow' }] })],
    ['nested without end', '['.repeat(100_000)],
    ['larger than any list of pins', ' '.repeat(4 * 1024 * 1024 + 1)],
  ];

  test.each(cases)('%s', async (_, text) => {
    const { trust, folder } = openTrustWorld();
    const path = join(folder, 'pins.json');
    mkdirSync(folder);
    writeFileSync(path, text);
    const damage = { code: 'INVALID_CONFIGURATION', message: `${path} is damaged` };
    expect(await toolErrorOf(trust.readPins())).toMatchObject(damage);
    expect(await toolErrorOf(trust.addPins([good], []))).toMatchObject(damage);
    expect(await toolErrorOf(trust.removePins('ghcr.io/acme/shop'))).toMatchObject(damage);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('arbitrary bytes give pins or that error', async () => {
    const { trust, folder } = openTrustWorld();
    mkdirSync(folder);
    const json = fc.json().map((text) => Buffer.from(`{"version":1,"pins":${text}}`));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array(), json), async (bytes) => {
        writeFileSync(join(folder, 'pins.json'), bytes);
        const outcome = await trust.readPins().catch((error: unknown) => error);
        expect(outcome).toSatisfy(
          (value) => Array.isArray(value) || (value as { code?: string }).code === 'INVALID_CONFIGURATION',
        );
      }),
    );
  });
});

describe('where nothing can be written', () => {
  test('for want of a home', async () => {
    const { trust } = openTrustWorld({ folder: undefined });
    expect(await trust.readPins()).toEqual([]);
    expect(await trust.removePins('ghcr.io/acme/shop')).toEqual([]);
    expect(await toolErrorOf(trust.addPins([keyPin], []))).toMatchObject({
      code: 'INVALID_CONFIGURATION',
      hint: 'set HOME or XDG_CONFIG_HOME',
    });
  });

  test('as a file is in the way of the folder', async () => {
    const { trust, folder } = openTrustWorld();
    writeFileSync(folder, '');
    expect(await toolErrorOf(trust.addPins([certificatePin('ghcr.io/acme/shop')], []))).toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
    });
  });

  test.skipIf(process.getuid?.() === 0)(
    'as the folder is read-only (skipped for root, who may write anywhere)',
    async () => {
      const { trust, folder } = openTrustWorld();
      mkdirSync(folder, { mode: 0o500 });
      expect(await toolErrorOf(trust.addPins([certificatePin('ghcr.io/acme/shop')], []))).toMatchObject({
        code: 'OUTPUT_NOT_WRITABLE',
      });
      chmodSync(folder, 0o700);
    },
  );
});
