import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileExpression } from '../../../../src/core/anchored-expression.ts';
import { BUILDERS } from '../../../../src/core/claims/builders.ts';
import type { Pin, PinnedSigner } from '../../../../src/core/claims/speakers.ts';
import { ANY_ROOT, isPinned, speakerFor } from '../../../../src/core/claims/speakers.ts';
import type { ImageRepository } from '../../../../src/core/model/image-repository.ts';
import type { SignerIdentity } from '../../../../src/core/model/statement.ts';
import {
  AT,
  GENERATOR,
  GITHUB,
  WORKFLOW,
  generator,
  keySigner,
  stranger,
  verified,
  workflowSigner,
} from './documents.ts';

function at(name: string): ImageRepository {
  return { transport: 'registry', name };
}

function speaker(signer: SignerIdentity, where: { root?: string; at?: ImageRepository; pins?: readonly Pin[] } = {}) {
  return speakerFor(verified(signer, where.root), [where.at ?? AT], where.pins ?? []);
}

describe('the account that owns the registry namespace', () => {
  const OWNED = { by: 'namespace', owner: 'https://github.com/acme' };
  const owner = (uri: string, issuer: string = GITHUB): SignerIdentity => {
    const { extensions } = workflowSigner();
    return workflowSigner({ issuer, extensions: { ...extensions, 16: uri } });
  };

  test.each(['ghcr.io/acme/shop', 'ghcr.io/acme/team/shop'])('may speak for %s', (name) => {
    expect(speaker(workflowSigner(), { at: at(name) })).toEqual(OWNED);
  });

  test('in whatever case the account is written', () => {
    expect(speaker(owner('https://github.com/Acme'))).toEqual({ by: 'namespace', owner: 'https://github.com/Acme' });
  });

  test.each([
    ['a name that begins alike', 'ghcr.io/acme-evil/shop'],
    ['a namespace that is longer by a letter', 'ghcr.io/acmes/shop'],
    ['the namespace in second place', 'ghcr.io/mallory/acme/shop'],
    ['another registry', 'docker.io/acme/shop'],
    ['a registry that begins alike', 'ghcr.io.example.com/acme/shop'],
    ['GitLab’s registry', 'registry.gitlab.com/acme/shop'],
    ['the namespace itself as the image', 'ghcr.io/acme'],
  ])('and for nothing else: %s', (_name, name) => {
    expect(speaker(workflowSigner(), { at: at(name) })).toBeUndefined();
  });

  test.each([
    ['an account that begins alike', 'https://github.com/acme-evil'],
    ['a shorter account', 'https://github.com/acm'],
    ['no account', 'https://github.com/'],
    ['another forge', 'https://github.com.example.com/acme'],
    ['another scheme', 'http://github.com/acme'],
    ['a repository as the owner', 'https://github.com/acme/shop/x'],
    ['nothing', ''],
  ])('is not %s', (_name, uri) => {
    expect(speaker(owner(uri))).toBeUndefined();
  });

  test('is named in the certificate, and not in the identity', () => {
    expect(speaker(workflowSigner({ extensions: { 12: 'https://github.com/acme/shop' } }))).toBeUndefined();
  });

  test('an enterprise’s issuer is GitHub’s too; one that begins alike is not', () => {
    expect(speaker(owner('https://github.com/acme', `${GITHUB}/acme-corp`))).toEqual(OWNED);
    expect(speaker(owner('https://github.com/acme', `${GITHUB}.example.com`))).toBeUndefined();
    expect(speaker(owner('https://github.com/acme', 'https://gitlab.com'))).toBeUndefined();
    const { issuer: _, ...unissued } = workflowSigner();
    expect(speaker(unissued)).toBeUndefined();
  });

  test.each([
    ['registry.gitlab.com/group/shop', 'https://gitlab.com/group', true],
    ['registry.gitlab.com/group/sub/shop', 'https://gitlab.com/group/sub', true],
    ['registry.gitlab.com/group/sub/shop', 'https://gitlab.com/group', true],
    ['registry.gitlab.com/group/shop', 'https://gitlab.com/group/sub', false],
    ['registry.gitlab.com/group/other/shop', 'https://gitlab.com/group/sub', false],
    ['registry.gitlab.com/group-evil/shop', 'https://gitlab.com/group', false],
    ['ghcr.io/group/shop', 'https://gitlab.com/group', false],
  ])('on GitLab, %s by %s: %s', (name, uri, may) => {
    expect(speaker(owner(uri, 'https://gitlab.com'), { at: at(name) })).toEqual(
      may ? { by: 'namespace', owner: uri } : undefined,
    );
  });

  test('a layout or an archive on this machine is in nobody’s namespace', () => {
    for (const transport of ['oci', 'oci-archive', 'docker-archive'] as const) {
      expect(speaker(workflowSigner(), { at: { transport, name: 'ghcr.io/acme/shop' } })).toBeUndefined();
    }
  });

  test.each(['pull_request_target', 'workflow_run', 'issue_comment', 'issues', 'discussion', 'discussion_comment'])(
    'does not speak in a run of %s, which may build a stranger’s change (traps T9)',
    (trigger) => {
      for (const number of [20, 2]) {
        const { extensions } = workflowSigner();
        expect(speaker(workflowSigner({ extensions: { ...extensions, [number]: trigger } }))).toBeUndefined();
      }
    },
  );

  test.each(['push', 'pull_request', 'workflow_dispatch', 'release', 'schedule', 'my_pull_request_target'])(
    'speaks in one of %s',
    (trigger) => {
      const { extensions } = workflowSigner();
      expect(speaker(workflowSigner({ extensions: { ...extensions, 20: trigger, 2: trigger } }))).toEqual(OWNED);
    },
  );

  test('a key has no account', () => {
    expect(speaker(keySigner())).toBeUndefined();
  });

  test('a stranger’s account is not this one', () => {
    expect(speaker(stranger())).toBeUndefined();
  });

  test('whoever speaks for the namespace has exactly its first parts as account', () => {
    const part = fc.stringMatching(/^[a-z][a-z0-9-]{0,6}$/);
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 3 }),
        fc.array(part, { minLength: 1, maxLength: 3 }),
        (path, account) => {
          const found = speaker(owner(`https://github.com/${account.join('/')}`), {
            at: at(`ghcr.io/${path.join('/')}/x`),
          });
          const owns = account.every((name, index) => name === path[index]);
          expect(found !== undefined).toBe(owns);
        },
      ),
    );
  });
});

describe('a root that the user added', () => {
  test.each(['file:/etc/private.json', 'private', 'public-good ', 'toString', '__proto__', ''])(
    'may mint any issuer, so %o speaks for no platform and no namespace',
    (root) => {
      expect(speaker(workflowSigner(), { root })).toBeUndefined();
      expect(speaker(generator(), { root })).toBeUndefined();
      expect(speaker(keySigner(), { root })).toBeUndefined();
    },
  );

  test('and speaks where it is pinned', () => {
    const pins: Pin[] = [
      {
        images: AT.name,
        signer: { kind: 'certificate', issuer: GITHUB, identity: WORKFLOW, match: 'exact' },
        root: 'file:/etc/private.json',
      },
    ];
    expect(speaker(workflowSigner(), { root: 'file:/etc/other.json', pins })).toBeUndefined();
    expect(speaker(workflowSigner(), { root: 'file:/etc/private.json', pins })).toEqual({ by: 'pin', pin: pins[0] });
  });

  test.each(['public-good', 'github'])('as the built-in %s does without', (root) => {
    expect(speaker(workflowSigner(), { root })?.by).toBe('namespace');
  });
});

describe('build platforms', () => {
  const GENERATORS = [
    'generator_container_slsa3.yml',
    'generator_generic_slsa3.yml',
    'builder_go_slsa3.yml',
    'builder_container-based_slsa3.yml',
  ];
  const workflows = 'https://github.com/slsa-framework/slsa-github-generator/.github/workflows';

  test.each(GENERATORS)('slsa-github-generator signs as %s of a release, for any image', (file) => {
    for (const ref of ['v2.1.0', 'v1.10.0-rc.1']) {
      const found = speaker(generator(`${workflows}/${file}@refs/tags/${ref}`), { at: at('docker.io/somebody/else') });
      expect(found).toMatchObject({ by: 'platform', builder: 'slsa-github-generator', buildLevel: 3 });
    }
  });

  test.each([
    ['a branch', `${workflows}/generator_container_slsa3.yml@refs/heads/main`],
    ['a branch that is called like a tag', `${workflows}/generator_container_slsa3.yml@refs/heads/v2.1.0`],
    ['a short tag, which moves', `${workflows}/generator_container_slsa3.yml@refs/tags/v2`],
    ['a tag of two numbers', `${workflows}/generator_container_slsa3.yml@refs/tags/v2.1`],
    ['a tag with more behind it', `${workflows}/generator_container_slsa3.yml@refs/tags/v2.1.0/evil`],
    ['a commit, which a fork can have', `${workflows}/generator_container_slsa3.yml@${'a'.repeat(40)}`],
    ['no ref', `${workflows}/generator_container_slsa3.yml`],
    ['another file', `${workflows}/evil.yml@refs/tags/v2.1.0`],
    ['a file that ends alike', `${workflows}/evil-generator_container_slsa3.yml@refs/tags/v2.1.0`],
    ['a dot that is any letter', `${workflows}/generator_container_slsa3xyml@refs/tags/v2.1.0`],
    ['a repository that begins alike', GENERATOR.replace('slsa-github-generator', 'slsa-github-generator-evil')],
    ['an account that ends alike', GENERATOR.replace('slsa-framework', 'evil-slsa-framework')],
    ['another host', GENERATOR.replace('github.com', 'github.com.example.com')],
    ['an address before it', `https://example.com/?${GENERATOR}`],
    ['a line break behind it', `${GENERATOR}\n`],
    ['a line break before it', `\n${GENERATOR}`],
  ])('and not as %s', (_name, identity) => {
    expect(speaker(generator(identity), { at: at('docker.io/somebody/else') })).toBeUndefined();
  });

  describe('that sign what their caller names', () => {
    const workflow = (file: string): string =>
      `https://github.com/slsa-framework/slsa-github-generator/.github/workflows/${file}@refs/tags/v2.1.0`;
    const calledBy = (file: string, account: string): SignerIdentity => {
      const signer = generator(workflow(file));
      return { ...signer, extensions: { ...signer.extensions, 16: `https://github.com/${account}` } };
    };

    test.each(['generator_container_slsa3.yml', 'generator_generic_slsa3.yml'])(
      '%s speaks in an account’s namespace for that account alone',
      (file) => {
        expect(speaker(calledBy(file, 'acme'))?.by).toBe('platform');
        expect(speaker(calledBy(file, 'mallory'))).toBeUndefined();
        expect(speaker(calledBy(file, 'mallory'), { at: at('docker.io/acme/shop') })?.by).toBe('platform');
      },
    );

    test('also where the image is known in several places', () => {
      const found = speakerFor(
        verified(calledBy('generator_container_slsa3.yml', 'mallory')),
        [at('docker.io/acme/shop'), AT],
        [],
      );
      expect(found).toBeUndefined();
    });

    test('a builder that makes what it signs speaks for whatever it made', () => {
      expect(speaker(calledBy('builder_container-based_slsa3.yml', 'mallory'))?.by).toBe('platform');
    });
  });

  test('by GitHub’s issuer alone, exactly', () => {
    for (const issuer of ['https://gitlab.com', `${GITHUB}/enterprise`, `${GITHUB}/`, '']) {
      expect(speaker({ ...generator(), issuer }, { at: at('docker.io/somebody/else') })).toBeUndefined();
    }
  });

  describe('docker/github-builder', () => {
    const BUILD = 'https://github.com/docker/github-builder/.github/workflows/build.yml';
    const found = (identity: string, runner = 'github-hosted') => {
      const { extensions } = generator(identity);
      const signer = workflowSigner({ identity, extensions: { ...extensions, 11: runner } });
      return speaker(signer, { at: at('docker.io/somebody/else') });
    };
    test.each([
      `${BUILD}@refs/tags/v1.2.0`,
      `${BUILD}@refs/heads/main`,
      BUILD.replace('builder', 'builder-experimental') + '@refs/tags/v1',
    ])('%s on a runner of GitHub', (identity) =>
      expect(found(identity)).toMatchObject({ by: 'platform', builder: 'docker/github-builder' }),
    );
    test.each([
      ['a commit, which a fork can have', `${BUILD}@${'a'.repeat(40)}`],
      ['a proposed change', `${BUILD}@refs/pull/7/merge`],
      ['a repository that begins alike', `${BUILD.replace('github-builder', 'github-builder-evil')}@refs/tags/v1`],
      ['another account', `${BUILD.replace('docker', 'mallory')}@refs/tags/v1`],
      ['an `@` in the path', `${BUILD}@x@refs/tags/v1`],
    ])('not %s', (_name, identity) => expect(found(identity)).toBeUndefined());
    test.each(['self-hosted', '', 'GitHub-hosted'])('not on the runner %o', (runner) => {
      expect(found(`${BUILD}@refs/tags/v1`, runner)).toBeUndefined();
    });
    test('not where the runner is not named', () => {
      const signer = workflowSigner({ identity: `${BUILD}@refs/tags/v1`, extensions: {} });
      expect(speaker(signer, { at: at('docker.io/somebody/else') })).toBeUndefined();
    });
  });

  test('Google Cloud Build signs with keys that its root alone has', () => {
    expect(speaker(keySigner(), { root: 'google-cloud-build' })).toMatchObject({
      by: 'platform',
      builder: 'Google Cloud Build',
    });
    for (const root of ['public-good', 'github', 'keys']) expect(speaker(keySigner(), { root })).toBeUndefined();
    expect(speaker(stranger(), { root: 'google-cloud-build' })).toBeUndefined();
  });

  test('every pattern in the table is anchored at both ends', () => {
    for (const { identity } of BUILDERS) {
      expect(identity.flags).toBe('');
      expect(identity.source.startsWith('^https:') && identity.source.endsWith('$')).toBe(true);
    }
  });
});

describe('pins', () => {
  const exact: PinnedSigner = { kind: 'certificate', issuer: GITHUB, identity: WORKFLOW, match: 'exact' };
  const found = (images: string, signer: PinnedSigner = exact, where = AT) =>
    speaker(stranger(), { pins: [{ images, signer }], at: where });
  const strange: PinnedSigner = { ...exact, identity: stranger().identity };

  test.each([
    ['ghcr.io/acme/shop', true],
    ['ghcr.io/acme/*', true],
    ['ghcr.io/**', true],
    ['**', true],
    ['ghcr.io/*', false],
    ['ghcr.io/acme/sho', false],
    ['cr.io/acme/shop', false],
    ['ghcr.io/acme/shop:1.4', false],
    ['', false],
  ])('for %o: %s', (images, may) => {
    expect(found(images, strange)?.by).toBe(may ? 'pin' : undefined);
  });

  test('belong to a root: to the built-in ones, unless they name another (traps V13)', () => {
    const by = (root: string, pinnedTo?: string): unknown => {
      const pin: Pin = { images: '**', signer: exact, ...(pinnedTo === undefined ? {} : { root: pinnedTo }) };
      return speaker(workflowSigner(), { root, pins: [pin], at: at('docker.io/acme/shop') })?.by;
    };
    expect([by('public-good'), by('github'), by('file:/srv/root.json')]).toEqual(['pin', 'pin', undefined]);
    expect([by('file:/srv/root.json', 'file:/srv/root.json'), by('public-good', 'file:/srv/root.json')]).toEqual([
      'pin',
      undefined,
    ]);
    expect([by('file:/srv/other.json', 'file:/srv/root.json'), by('anything', ANY_ROOT)]).toEqual([undefined, 'pin']);
    expect([by('toString'), by('__proto__')]).toEqual([undefined, undefined]);
  });

  test('a key is itself, by whatever root it was given', () => {
    const key = keySigner();
    const pins: Pin[] = [{ images: '**', signer: { kind: 'key', fingerprint: key.fingerprint } }];
    expect(speaker(key, { root: 'key cosign.pub', pins })?.by).toBe('pin');
  });

  test('a layout on this machine is pinned by its path', () => {
    expect(found('oci:/srv/*', strange, { transport: 'oci', name: '/srv/shop' })?.by).toBe('pin');
    expect(found('ghcr.io/**', strange, { transport: 'oci', name: '/srv/shop' })).toBeUndefined();
  });

  test('another signer is not meant', () => {
    expect(found('**', exact)).toBeUndefined();
    expect(found('**', { kind: 'key', fingerprint: keySigner().fingerprint })).toBeUndefined();
  });

  test('identity and issuer must both be those', () => {
    expect(isPinned(workflowSigner(), exact)).toBe(true);
    expect(isPinned(workflowSigner({ issuer: 'https://gitlab.com' }), exact)).toBe(false);
    expect(isPinned(workflowSigner({ identity: `${WORKFLOW}-evil` }), exact)).toBe(false);
    expect(isPinned(workflowSigner({ identity: WORKFLOW.toUpperCase() }), exact)).toBe(false);
    expect(isPinned(workflowSigner({ identity: ` ${WORKFLOW}` }), exact)).toBe(false);
    const { issuer: _, ...unissued } = workflowSigner();
    expect(isPinned(unissued, exact)).toBe(false);
  });

  test('an exact identity is no pattern: a star in it is a star', () => {
    expect(isPinned(workflowSigner(), { ...exact, identity: 'https://github.com/**' })).toBe(false);
    expect(isPinned(workflowSigner({ identity: 'a*' }), { ...exact, identity: 'a*' })).toBe(true);
  });

  test.each([
    ['https://github.com/acme/shop/**', WORKFLOW, true],
    ['https://github.com/acme/shop/**', WORKFLOW.replace('/shop/', '/shop-evil/'), false],
    ['https://github.com/acme/shop', WORKFLOW, false],
    ['https://github.com/acme/*/.github/workflows/release.yml@refs/heads/main', WORKFLOW, true],
    ['https://github.com/acme/*', WORKFLOW, false],
    ['**/release.yml@refs/heads/main', WORKFLOW, true],
    ['**/release.yml@refs/heads/main', `${WORKFLOW}-evil`, false],
  ])('the pattern %s is anchored at both ends: %s %s', (identity, of, may) => {
    expect(isPinned(workflowSigner({ identity: of }), { ...exact, match: 'pattern', identity })).toBe(may);
  });

  test.each([
    [String.raw`https://github\.com/acme/shop/.*`, WORKFLOW, true],
    [String.raw`https://github\.com/acme/shop`, WORKFLOW, false],
    [String.raw`acme`, WORKFLOW, false],
    [String.raw`.*/release\.yml@refs/heads/main|x`, WORKFLOW, true],
    [String.raw`x|.*main`, `${WORKFLOW}-evil`, false],
  ])('the expression %s is anchored at both ends: %s %s', (identity, of, may) => {
    const matches = compileExpression(identity)!;
    expect(isPinned(workflowSigner({ identity: of }), { kind: 'expression', issuer: GITHUB, identity, matches })).toBe(
      may,
    );
  });

  test('a key is known by its fingerprint, and by nothing else', () => {
    const key = keySigner();
    expect(isPinned(key, { kind: 'key', fingerprint: key.fingerprint })).toBe(true);
    expect(isPinned({ ...key, name: 'another.pub' }, { kind: 'key', fingerprint: key.fingerprint })).toBe(true);
    expect(isPinned(key, { kind: 'key', fingerprint: keySigner('f00').fingerprint })).toBe(false);
    expect(isPinned(key, { ...exact, identity: key.name })).toBe(false);
    expect(isPinned(workflowSigner({ identity: key.fingerprint }), { kind: 'key', fingerprint: key.fingerprint })).toBe(
      false,
    );
  });

  test('a pin goes before platform and namespace, and the first that fits is told', () => {
    const pins: Pin[] = [
      { images: 'docker.io/**', signer: exact },
      { images: 'ghcr.io/acme/*', signer: exact },
      { images: '**', signer: exact },
    ];
    expect(speaker(workflowSigner(), { pins })).toEqual({ by: 'pin', pin: pins[1] });
  });

  test('where the image is in no place, nothing is pinned for it', () => {
    expect(speakerFor(verified(), [], [{ images: '**', signer: exact }])).toBeUndefined();
  });
});
