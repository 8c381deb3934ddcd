import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseCommit } from '../../../../src/adapters/git/objects.ts';
import {
  composeSshSignature,
  hasSshKeygen,
  makeSecurityKey,
  makeSshKey,
  mpint,
  wire,
} from '../../../support/commit-signature-ssh.ts';
import { COMMITTED_AT, makeCommit, openSignatureWorld } from '../../../support/commit-signature-world.ts';
import { createGitRepository, hasGit } from '../../../support/git-repository.ts';

const world = openSignatureWorld();
afterAll(() => world.close());

const canRun = hasSshKeygen && hasGit;
const without = canRun ? '' : ' (skipped: there is no ssh-keygen, or no git)';
const NOT_OVER = 'the signature is not over this commit';

/** The answer where the user has a list of allowed signers with these lines. */
async function checkWith(lines: readonly string[], commit: ReturnType<typeof makeCommit>) {
  const file = join(world.folder, `signers-${Math.random()}`);
  writeFileSync(file, lines.join('\n'));
  const listed = openSignatureWorld({ allowedSignersFile: file });
  const checked = await listed.check(commit);
  await listed.close();
  return { checked, file };
}

describe.skipIf(!canRun)(`what ssh-keygen signs${without}`, () => {
  const kinds = [
    ['ed25519', undefined],
    ['ecdsa', 256],
    ['ecdsa', 384],
    ['ecdsa', 521],
    ['rsa', 2048],
    ['rsa', 3072],
  ] as const;

  test.each(kinds)('%s %s: good by the key that ssh-keygen names, and bad over another commit', async (type, bits) => {
    const key = makeSshKey(world.folder, type, bits);
    for (const hash of ['sha256', 'sha512'] as const) {
      const commit = { sign: (payload: Buffer) => key.sign(payload, { hash }) };
      expect(await world.check(makeCommit(commit))).toEqual({
        kind: 'ssh',
        key: key.fingerprint,
        result: 'good',
        checkedBy: 'provtrace',
        why: 'nobody vouches for its key: gpg.ssh.allowedSignersFile is not set in your git configuration',
      });
      expect(await world.check(makeCommit({ ...commit, alteredMessage: 'another change\n' }))).toEqual({
        kind: 'ssh',
        key: key.fingerprint,
        result: 'bad',
        checkedBy: 'provtrace',
        why: NOT_OVER,
      });
    }
  });

  // Numbers of ECDSA lose their leading zeros, which every second one has on P-521.
  test('many signatures of one ECDSA key all hold', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-521' });
    const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-133);
    const type = 'ecdsa-sha2-nistp521';
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, index) => {
        const commit = makeCommit({
          message: `change ${index}\n`,
          sign: (payload) =>
            composeSshSignature(payload, {
              keyBlob: wire(type, 'nistp521', point),
              sign: (signed) => {
                const both = sign('sha512', signed, { key: privateKey, dsaEncoding: 'ieee-p1363' });
                return wire(type, wire(mpint(both.subarray(0, 66)), mpint(both.subarray(66))));
              },
            }),
        });
        return world.check(commit);
      }),
    );
    expect(new Set(results.map((checked) => checked?.result))).toEqual(new Set(['good']));
  });

  // OpenSSH reads them, and other signers write them: one in 256 begins with a zero.
  test('an RSA signature without the zero in front holds', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
    const keyBlob = wire('ssh-rsa', mpint(Buffer.from(e, 'base64url')), mpint(Buffer.from(n, 'base64url')));
    for (let change = 0, isShort = false; !isShort; change++) {
      const commit = makeCommit({
        message: `change ${change}\n`,
        sign: (payload) =>
          composeSshSignature(payload, {
            keyBlob,
            sign: (signed) => {
              const value = sign('sha512', signed, privateKey);
              isShort = value[0] === 0;
              return wire('rsa-sha2-512', isShort ? value.subarray(1) : value);
            },
          }),
      });
      if (isShort) expect(await world.check(commit)).toMatchObject({ result: 'good' });
    }
    expect.assertions(1);
  });

  test('a signature for another purpose is bad', async () => {
    const key = makeSshKey(world.folder, 'ed25519');
    const commit = makeCommit({ sign: (payload) => key.sign(payload, { namespace: 'file' }) });
    expect(await world.check(commit)).toMatchObject({ result: 'bad', why: 'it was made for file, and not for git' });
  });

  test('an RSA key of 1024 bits proves nothing', async () => {
    const key = makeSshKey(world.folder, 'rsa', 1024);
    expect(await world.check(makeCommit({ sign: (payload) => key.sign(payload) }))).toMatchObject({
      result: 'unchecked',
      why: 'its RSA key has only 1024 bits, which proves nothing',
    });
  });

  test('what git itself has signed is good', async () => {
    const { file, fingerprint } = makeSshKey(world.folder, 'ed25519');
    const repository = createGitRepository(join(world.folder, 'repository'), { isBare: false });
    repository.run(
      '-c',
      'gpg.format=ssh',
      '-c',
      `user.signingKey=${file}`,
      'commit',
      '-q',
      '-S',
      '--allow-empty',
      '-m',
      'a change',
    );
    const bytes = Buffer.from(`${repository.run('cat-file', 'commit', 'HEAD')}\n`);
    const commit = parseCommit(repository.run('rev-parse', 'HEAD'), bytes);
    expect(await world.check(commit)).toMatchObject({ kind: 'ssh', result: 'good', key: fingerprint });
  });
});

describe('security keys', () => {
  test.each(['ed25519', 'ecdsa'] as const)('%s: the touch and the counter are signed', async (kind) => {
    const { keyBlob, sign: touch } = makeSecurityKey(kind);
    const signBy = (said?: Uint8Array) => (payload: Buffer) =>
      composeSshSignature(payload, { keyBlob, sign: (signed) => touch(signed, said) });
    expect(await world.check(makeCommit({ sign: signBy() }))).toMatchObject({ kind: 'ssh', result: 'good' });
    const recounted = makeCommit({ sign: signBy(Buffer.from([1, 0, 0, 0, 8])) });
    expect(await world.check(recounted)).toMatchObject({ result: 'bad', why: NOT_OVER });
  });
});

describe('what is no signature of today', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const keyBlob = wire('ssh-ed25519', publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
  const parts = { keyBlob, sign: (signed: Buffer) => wire('ssh-ed25519', sign(null, signed, privateKey)) };
  const checkParts = (changed: object) =>
    world.check(makeCommit({ sign: (payload) => composeSshSignature(payload, { ...parts, ...changed }) }));

  test('as it should be, it is good', async () => {
    expect(await checkParts({})).toMatchObject({ result: 'good' });
  });

  test.each([
    [{ version: 2 }, 'unchecked', 'no check exists for version 2 of SSH signatures'],
    [{ hash: 'sha1' }, 'unchecked', 'no check exists for SSH signatures over the hash sha1'],
    [{ magic: 'SSHGIS' }, 'bad', 'what should be an SSH signature is not'],
    [{ trailing: 'x' }, 'bad', 'what should be of SSH has something after its end'],
    [
      { keyBlob: wire('ssh-ed25519-cert-v01@openssh.com', 'x') },
      'unchecked',
      'no check exists for SSH keys of type ssh-ed25519-cert-v01@openssh.com',
    ],
    [{ keyBlob: wire('ssh-ed25519', 'short') }, 'bad', 'what should be a key of type ssh-ed25519 is not'],
    [{ sign: () => wire('ssh-rsa', 'x') }, 'bad', 'a key of type ssh-ed25519 does not sign with ssh-rsa'],
    [{ sign: () => wire('ssh-ed25519', 'short') }, 'bad', NOT_OVER],
  ])('%o: %s', async (changed, result, why) => {
    expect(await checkParts(changed)).toMatchObject({ kind: 'ssh', result, why });
  });

  test('RSA with SHA-1 is refused, though the signature is one', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { n = '', e = '' } = rsa.publicKey.export({ format: 'jwk' });
    const blob = wire('ssh-rsa', mpint(Buffer.from(e, 'base64url')), mpint(Buffer.from(n, 'base64url')));
    const signedWith = (algorithm: string, hash: string) =>
      checkParts({ keyBlob: blob, sign: (signed: Buffer) => wire(algorithm, sign(hash, signed, rsa.privateKey)) });
    expect(await signedWith('ssh-rsa', 'sha1')).toMatchObject({
      result: 'bad',
      why: 'a key of type ssh-rsa does not sign with ssh-rsa',
    });
    expect(await signedWith('rsa-sha2-256', 'sha256')).toMatchObject({ result: 'good' });
  });

  test('a point that is on no curve is no key', async () => {
    const point = Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)]);
    const blob = wire('ecdsa-sha2-nistp256', 'nistp256', point);
    const signing = () => wire('ecdsa-sha2-nistp256', wire(Buffer.alloc(32, 1), Buffer.alloc(32, 1)));
    expect(await checkParts({ keyBlob: blob, sign: signing })).toMatchObject({
      result: 'bad',
      why: 'what should be a key of type ecdsa-sha2-nistp256 is not',
    });
  });
});

describe.skipIf(!canRun)(`who is allowed to sign${without}`, () => {
  const key = canRun ? makeSshKey(world.folder, 'ed25519') : undefined;
  const publicKey = key?.publicKey ?? '';
  const signed = (request: object = {}) => makeCommit({ sign: (payload) => key?.sign(payload) ?? '', ...request });

  test('the committer, whose address the list has for the key', async () => {
    const { checked } = await checkWith([`*@acme.example namespaces="git" ${publicKey} a comment`], signed());
    expect(checked).toEqual({
      kind: 'ssh',
      key: key?.fingerprint,
      result: 'good',
      checkedBy: 'provtrace',
      trustedBy: 'allowedSigners',
      identity: 'jane@acme.example',
    });
  });

  test('the author, where the committer is another one', async () => {
    const { checked } = await checkWith(
      [`ada@acme.example ${publicKey}`],
      signed({ author: 'ada@acme.example', committer: 'noreply@forge.example' }),
    );
    expect(checked).toMatchObject({ trustedBy: 'allowedSigners', identity: 'ada@acme.example' });
  });

  test.each([
    ['mallory@acme.example KEY', 'line 1 has it for mallory@acme.example'],
    ['!jane@acme.example,*@acme.example KEY', 'line 1 has it for !jane@acme.example,*@acme.example'],
    ['jane@acme.example namespaces="file,mail" KEY', 'line 1 has it for file,mail, and not for git'],
    ['jane@acme.example valid-before="20231114221319Z" KEY', 'line 1 has it until 2023-11-14T22:13:19Z'],
    ['jane@acme.example valid-after="20231114221321Z" KEY', 'line 1 has it from 2023-11-14T22:13:21Z on'],
    ['jane@acme.example cert-authority KEY', 'it is not listed; line 1 names a cert-authority, which is not supported'],
    ['jane@acme.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJhZA==', 'it is not listed'],
    ['# jane@acme.example KEY', 'it is not listed'],
  ])('nobody by the line %s', async (line, why) => {
    const { checked, file } = await checkWith([line.replace('KEY', publicKey)], signed());
    expect(checked).toMatchObject({ result: 'good', why: `nobody vouches for its key: in ${file} ${why}` });
    expect(checked).not.toHaveProperty('trustedBy');
    expect(checked).not.toHaveProperty('identity');
  });

  test('a key that is good at the very second', async () => {
    const line = `jane@acme.example valid-after="20231114221320Z",valid-before="20231114221320Z" ${publicKey}`;
    expect(COMMITTED_AT).toBe(Date.UTC(2023, 10, 14, 22, 13, 20) / 1000);
    expect((await checkWith([line], signed())).checked).toMatchObject({ trustedBy: 'allowedSigners' });
  });

  test('a commit without a time is at no time within one', async () => {
    const { checked, file } = await checkWith(
      [`jane@acme.example valid-after="20000101Z" ${publicKey}`],
      signed({ at: null }),
    );
    const why = `nobody vouches for its key: in ${file} line 1 has it for a time, and the commit has none`;
    expect(checked).toMatchObject({ result: 'good', why });
  });

  test('a list that is missing or too large vouches for nobody', async () => {
    const missing = openSignatureWorld({ allowedSignersFile: '/nonexistent/signers' });
    expect(await missing.check(signed())).toMatchObject({
      why: 'nobody vouches for its key: /nonexistent/signers cannot be read',
    });
    await missing.close();
    const { checked, file } = await checkWith(['#'.repeat(1024 * 1024), `* ${publicKey}`], signed());
    expect(checked).toMatchObject({ why: `nobody vouches for its key: ${file} has more than 1048576 bytes` });
  });

  describe('by the user’s own git configuration', () => {
    const home = join(world.folder, 'some home');
    mkdirSync(join(home, '.config', 'git'), { recursive: true });
    writeFileSync(join(home, 'signers'), `jane@acme.example ${publicKey}\n`);
    const setting = (path: string) => `[gpg "ssh"]\n\tallowedSignersFile = ${path}\n`;
    const checkAt = async (env: Record<string, string>, homeDirectory: string) => {
      const other = openSignatureWorld({ homeDirectory, env });
      const checked = await other.check(signed());
      await other.close();
      return checked;
    };

    test('in its home, and by the file that the environment names', async () => {
      writeFileSync(join(home, '.gitconfig'), setting('~/signers'));
      expect(await checkAt({}, home)).toMatchObject({ trustedBy: 'allowedSigners' });
      const named = join(world.folder, 'named-configuration');
      writeFileSync(named, '[user]\n\tname = Jane\n');
      expect(await checkAt({ GIT_CONFIG_GLOBAL: named }, home)).not.toHaveProperty('trustedBy');
      writeFileSync(named, setting(join(home, 'signers')));
      expect(await checkAt({ GIT_CONFIG_GLOBAL: named }, '/nonexistent')).toMatchObject({
        trustedBy: 'allowedSigners',
      });
    });

    test('of two files the one in the home counts', async () => {
      writeFileSync(join(home, '.gitconfig'), setting('~/signers'));
      writeFileSync(join(home, '.config', 'git', 'config'), setting('/nonexistent/signers'));
      expect(await checkAt({}, home)).toMatchObject({ trustedBy: 'allowedSigners' });
      writeFileSync(join(home, '.gitconfig'), setting('/nonexistent/signers'));
      writeFileSync(join(home, '.config', 'git', 'config'), setting('~/signers'));
      expect(await checkAt({}, home)).not.toHaveProperty('trustedBy');
      writeFileSync(join(home, '.config', 'git', 'config'), '');
    });

    test('in the XDG folder', async () => {
      const other = join(world.folder, 'xdg home');
      mkdirSync(join(other, '.config', 'git'), { recursive: true });
      writeFileSync(join(other, '.config', 'git', 'config'), setting(join(home, 'signers')));
      expect(await checkAt({}, other)).toMatchObject({ trustedBy: 'allowedSigners' });
    });

    describe('keys that were revoked', () => {
      const revocation = join(world.folder, 'revoked');
      const configured = `${setting('~/signers')}\trevocationFile = ${revocation}\n`;
      const checkRevoked = async (content: string | Buffer) => {
        writeFileSync(revocation, content);
        writeFileSync(join(home, '.gitconfig'), configured);
        return checkAt({}, home);
      };

      test('are nobody’s any more', async () => {
        expect(await checkRevoked(`# lost\n${publicKey} a laptop\n`)).toMatchObject({
          result: 'bad',
          why: 'its key was revoked',
        });
        expect(await checkRevoked('# none\n')).toMatchObject({ result: 'good', trustedBy: 'allowedSigners' });
      });

      test('in a list that is not read keep every key from being trusted', async () => {
        const checked = await checkRevoked(Buffer.from('SSHKRL\n\0 and more'));
        expect(checked).toMatchObject({
          result: 'good',
          why: `nobody vouches for its key: ${revocation} is a binary list of revoked keys, which is not read`,
        });
        expect(checked).not.toHaveProperty('trustedBy');
      });
    });

    test('a configuration that git cannot read vouches for nobody', async () => {
      writeFileSync(join(home, '.gitconfig'), `${setting('~/signers')}[gpg\n`);
      expect(await checkAt({}, home)).toMatchObject({
        result: 'good',
        why: `nobody vouches for its key: git cannot read ${join(home, '.gitconfig')}`,
      });
    });

    test('a path within a repository is refused, wherever it stands', async () => {
      writeFileSync(join(home, '.gitconfig'), setting('.github/signers'));
      expect(await checkAt({}, home)).toMatchObject({
        result: 'good',
        why: 'nobody vouches for its key: gpg.ssh.allowedSignersFile is .github/signers, which is in whatever repository is looked at',
      });
    });
  });
});

test('an unsigned commit has no signature, and an unknown kind is said to be one', async () => {
  expect(await world.check(makeCommit({}))).toBeUndefined();
  expect(await world.check(makeCommit({ sign: () => '-----BEGIN MAGIC-----\nx\n-----END MAGIC-----' }))).toEqual({
    kind: 'unknown',
    result: 'unchecked',
    checkedBy: 'provtrace',
    why: 'no check exists for this kind of signature',
  });
});

test('a signature without end is not read', async () => {
  const sign = () => `-----BEGIN SSH SIGNATURE-----\n${'A'.repeat(70_000)}\n-----END SSH SIGNATURE-----`;
  expect(await world.check(makeCommit({ sign }))).toMatchObject({
    kind: 'ssh',
    result: 'unchecked',
    why: 'it has more than 65536 characters',
  });
});
