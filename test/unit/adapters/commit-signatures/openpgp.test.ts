import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Keyring } from '../../../support/commit-signature-gpg.ts';
import { createKeyring, hasGpg } from '../../../support/commit-signature-gpg.ts';
import { armoured } from '../../../support/commit-signature-ssh.ts';
import { makeCommit, openSignatureWorld } from '../../../support/commit-signature-world.ts';
import { hasGit } from '../../../support/git-repository.ts';

const canRun = hasGpg && hasGit;
const without = canRun ? '' : ' (skipped: there is no gpg, or no git)';
const UNTRUSTED = 'nobody vouches for its key: the keyring does not say whose it is';
const DAY_MS = 24 * 60 * 60 * 1000;

const place = canRun ? openSignatureWorld() : undefined;
const inPlace = (name: string) => join(place?.folder ?? '', name);
const keyrings: Keyring[] = [];
afterAll(async () => {
  for (const keyring of keyrings) keyring.close();
  await place?.close();
});

function newKeyring(): Keyring {
  const keyring = createKeyring(inPlace(`g${keyrings.length}`));
  keyrings.push(keyring);
  return keyring;
}

async function checkBy(keyringFolder: string, commit: ReturnType<typeof makeCommit>, env: Record<string, string> = {}) {
  const world = openSignatureWorld({ env: { GNUPGHOME: keyringFolder, ...env } });
  const checked = await world.check(commit);
  await world.close();
  return checked;
}

describe.skipIf(!canRun)(`what gpg signs${without}`, () => {
  const own = canRun ? newKeyring() : undefined;
  const jane = own?.makeKey('Jane <jane@acme.example>') ?? '';
  const sign = (payload: Buffer) => own?.sign(payload, jane) ?? '';
  const signed = makeCommit({ sign });
  const good = { kind: 'openpgp', key: jane, identity: 'Jane <jane@acme.example>', result: 'good', checkedBy: 'git' };

  test('good by a key that is trusted, whose fingerprint is told', async () => {
    expect(jane).toMatch(/^[0-9A-F]{40}$/);
    expect(await checkBy(own?.folder ?? '', signed)).toEqual({ ...good, trustedBy: 'keyring' });
  });

  test('the keyring in the home folder is the default, and an empty name is none', async () => {
    const home = inPlace('h');
    mkdirSync(home);
    symlinkSync(own?.folder ?? '', join(home, '.gnupg'));
    const world = openSignatureWorld({ homeDirectory: home, env: { GNUPGHOME: '' } });
    expect(await world.check(signed)).toEqual({ ...good, trustedBy: 'keyring' });
    await world.close();
  });

  test('a key without trust is good, and nobody’s', async () => {
    const other = newKeyring();
    other.run(['--import'], own?.exportKey(jane));
    expect(await checkBy(other.folder, signed)).toEqual({ ...good, why: UNTRUSTED });
  });

  test('bad over another commit', async () => {
    const altered = makeCommit({ sign, alteredMessage: 'another change\n' });
    expect(await checkBy(own?.folder ?? '', altered)).toEqual({
      ...good,
      result: 'bad',
      key: jane.slice(-16),
      why: 'the signature is not over this commit',
    });
  });

  test('a key that is not there: unchecked, by the name that the signature has for it; no keyring is made', async () => {
    const nowhere = inPlace('nowhere');
    const unchecked = {
      kind: 'openpgp',
      result: 'unchecked',
      checkedBy: 'git',
      key: jane.slice(-16),
      why: 'its key is not in the keyring',
    };
    expect(await checkBy(newKeyring().folder, signed)).toEqual(unchecked);
    expect(await checkBy(nowhere, signed)).toEqual(unchecked);
    expect(existsSync(nowhere)).toBe(false);
  });

  test('a commit of SHA-256 objects', async () => {
    expect(await checkBy(own?.folder ?? '', makeCommit({ sign, objectFormat: 'sha256' }))).toMatchObject({
      result: 'good',
      trustedBy: 'keyring',
    });
  });

  test('a key that has expired, a signature that has, and a key that was revoked', async () => {
    const keyring = newKeyring();
    const at = new Date(Date.UTC(2023, 10, 14));
    const expired = keyring.makeKey('Old <old@acme.example>', { at, lives: '1d' });
    const lasting = keyring.makeKey('Ann <ann@acme.example>', { at });
    const bySign = (by: string, lives?: string) =>
      makeCommit({
        sign: (payload) =>
          keyring.sign(payload, by, {
            at: new Date(at.getTime() + DAY_MS / 2),
            ...(lives === undefined ? {} : { lives }),
          }),
      });
    const byRevoked = bySign(lasting);
    expect(await checkBy(keyring.folder, bySign(expired))).toEqual({
      ...good,
      key: expired,
      identity: 'Old <old@acme.example>',
      why: 'its key has expired',
    });
    expect(await checkBy(keyring.folder, bySign(lasting, '1d'))).toMatchObject({
      result: 'good',
      why: 'the signature has expired',
    });
    expect(await checkBy(keyring.folder, byRevoked)).toMatchObject({ result: 'good', trustedBy: 'keyring' });
    keyring.revoke(lasting);
    expect(await checkBy(keyring.folder, byRevoked)).toEqual({
      ...good,
      result: 'bad',
      key: lasting,
      identity: 'Ann <ann@acme.example>',
      why: 'its key was revoked',
    });
  });

  test('a subkey signs for its primary key', async () => {
    const keyring = newKeyring();
    const primary = keyring.makeKey('Sub <sub@acme.example>');
    keyring.run(['--quick-add-key', primary, 'ed25519', 'sign', 'never']);
    const armour = makeCommit({ sign: (payload) => keyring.sign(payload, primary) });
    const status = await checkBy(keyring.folder, armour);
    expect(status).toMatchObject({ result: 'good', key: primary });
  });

  test('two signatures in one block are none', async () => {
    const second = own?.makeKey('Twin <twin@acme.example>') ?? '';
    const commit = makeCommit({
      sign: (payload) =>
        own?.run(['--local-user', jane, '--local-user', second, '--armor', '--detach-sign'], payload) ?? '',
    });
    expect(await checkBy(own?.folder ?? '', commit)).toMatchObject({
      result: 'unchecked',
      why: 'it is several signatures',
    });
  });

  test('what is no signature', async () => {
    const nonsense = makeCommit({ sign: () => armoured(Buffer.from('no packet of OpenPGP'), 'PGP SIGNATURE') });
    expect(await checkBy(own?.folder ?? '', nonsense)).toEqual({
      kind: 'openpgp',
      result: 'unchecked',
      checkedBy: 'git',
      why: 'gpg finds no signature in it',
    });
  });

  test('a user’s options send nobody out for keys', async () => {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      response.writeHead(404).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const keyring = newKeyring();
    const started = inPlace('dirmngr-started');
    const dirmngr = inPlace('dirmngr');
    writeFileSync(dirmngr, `#!/bin/sh\ntouch ${started}\nexec dirmngr "$@"\n`, { mode: 0o700 });
    keyring.configure('auto-key-retrieve', `keyserver hkp://127.0.0.1:${port}`, `dirmngr-program ${dirmngr}`);
    const checked = await checkBy(keyring.folder, signed);
    server.close();
    expect(checked).toMatchObject({ result: 'unchecked', why: 'its key is not in the keyring' });
    expect({ requests, isStarted: existsSync(started) }).toEqual({ requests: 0, isStarted: false });
  });

  test('a repository’s or a user’s gpg.program is never run', async () => {
    const ran = inPlace('ran');
    const program = inPlace('evil');
    writeFileSync(program, `#!/bin/sh\ntouch ${ran}\n`, { mode: 0o700 });
    const home = inPlace('evil-home');
    mkdirSync(home);
    writeFileSync(join(home, '.gitconfig'), `[gpg]\n\tprogram = ${program}\n`);
    const world = openSignatureWorld({
      homeDirectory: home,
      env: { HOME: home, GNUPGHOME: own?.folder ?? '', GIT_CONFIG_GLOBAL: join(home, '.gitconfig') },
    });
    expect(await world.check(signed)).toMatchObject({ result: 'good', trustedBy: 'keyring' });
    await world.close();
    expect(existsSync(ran)).toBe(false);
  });

  test('without gpg it is unchecked, and says what to do', async () => {
    const bin = inPlace('bin');
    mkdirSync(bin);
    for (const name of ['git', 'sh']) {
      symlinkSync(execFileSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim(), join(bin, name));
    }
    expect(await checkBy(own?.folder ?? '', signed, { PATH: bin })).toEqual({
      kind: 'openpgp',
      result: 'unchecked',
      checkedBy: 'git',
      why: 'gpg cannot be run: install gnupg',
    });
  });

  test('a gpg that does not end is ended', async () => {
    const bin = inPlace('slow');
    mkdirSync(bin);
    writeFileSync(join(bin, 'gpg'), '#!/bin/sh\nsleep 600\n', { mode: 0o700 });
    const world = openSignatureWorld({ env: { PATH: `${bin}:${process.env['PATH']}` }, timeoutMs: 1000 });
    expect(await world.check(signed)).toEqual({
      kind: 'openpgp',
      result: 'unchecked',
      checkedBy: 'provtrace',
      why: `could not read the signature of commit ${signed.id} in time`,
    });
    await world.close();
  });

  test('without git too', async () => {
    const world = openSignatureWorld({ program: 'no-such-git' });
    expect(await world.check(signed)).toEqual({
      kind: 'openpgp',
      result: 'unchecked',
      checkedBy: 'provtrace',
      why: 'no-such-git cannot be run',
    });
    await world.close();
  });
});
