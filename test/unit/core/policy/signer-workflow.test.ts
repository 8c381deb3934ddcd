import { describe, expect, test } from 'vitest';
import { isWorkflow, workflowOf, workflowText } from '../../../../src/core/policy/signer-workflow.ts';
import { WORKFLOW, keySigner, workflowSigner } from '../claims/documents.ts';

const COMMIT = 'a'.repeat(40);
const read = (uri: string) => workflowOf(workflowSigner({ extensions: { 9: uri } }));

describe('the workflow that signed', () => {
  test.each([
    [WORKFLOW, 'https://github.com/acme/shop', '.github/workflows/release.yml', 'refs/heads/main'],
    [
      `https://github.com/acme/shop/.github/workflows/x.yml@${COMMIT}`,
      'https://github.com/acme/shop',
      '.github/workflows/x.yml',
      COMMIT,
    ],
    [
      'https://gitlab.com/group/sub/shop//ci/build.yml@refs/tags/v1',
      'https://gitlab.com/group/sub/shop',
      'ci/build.yml',
      'refs/tags/v1',
    ],
    [
      'https://github.com/acme/shop/ci/@acme/x.yml@refs/heads/main',
      'https://github.com/acme/shop',
      'ci/@acme/x.yml',
      'refs/heads/main',
    ],
    // A branch may be called like this, and is not main.
    [
      'https://github.com/acme/shop/.github/workflows/x.yml@refs/heads/y@refs/heads/main',
      'https://github.com/acme/shop',
      '.github/workflows/x.yml',
      'refs/heads/y@refs/heads/main',
    ],
  ])('%s', (uri, repository, path, ref) => expect(read(uri)).toEqual({ repository, path, ref }));

  test.each([
    'https://github.com/acme/shop/.github/workflows/x.yml',
    'https://github.com/acme/shop/.github/workflows/x.yml@main',
    'https://github.com/acme/shop@refs/heads/main',
    'https://github.com/acme/shop/@refs/heads/main',
    'http://github.com/acme/shop/x.yml@refs/heads/main',
    'ada@acme.example',
    'https://buildkite.com/acme/shop',
    '@refs/heads/main',
    '',
  ])('is none in %o', (uri) => expect(read(uri)).toBeUndefined());

  test('is the identity where the certificate has no Build Signer URI', () => {
    expect(workflowOf(workflowSigner({ extensions: {} }))?.path).toBe('.github/workflows/release.yml');
  });

  test('is none of a key', () => expect(workflowOf(keySigner())).toBeUndefined());
});

describe('is the required one', () => {
  const github = read(WORKFLOW)!;
  const gitlab = read('https://gitlab.com/group/sub/shop//ci/build.yml@refs/tags/v1')!;

  test.each([
    'acme/shop/.github/workflows/release.yml',
    'acme/shop/.github/workflows/release.yml@refs/heads/main',
    'github.com/acme/shop/.github/workflows/release.yml',
    'https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main',
  ])('%s', (required) => expect(isWorkflow(required, github)).toBe(true));

  test.each([
    'acme/shop/.github/workflows/release.yml@refs/heads/mai',
    'acme/shop/.github/workflows/release.yml@refs/tags/v1',
    'acme/shop/.github/workflows/release.yml@',
    'acme/shop/.github/workflows/release.ym',
    'acme/shop/.github/workflows',
    'acme/shop',
    'shop/.github/workflows/release.yml',
    'mallory/shop/.github/workflows/release.yml',
    'gitlab.com/acme/shop/.github/workflows/release.yml',
    '',
  ])('but not %o', (required) => expect(isWorkflow(required, github)).toBe(false));

  test('on GitLab with one slash or two before the file', () => {
    expect(isWorkflow('gitlab.com/group/sub/shop/ci/build.yml', gitlab)).toBe(true);
    expect(isWorkflow('https://gitlab.com/group/sub/shop//ci/build.yml@refs/tags/v1', gitlab)).toBe(true);
    expect(isWorkflow('group/sub/shop/ci/build.yml', gitlab)).toBe(false);
  });

  test('as it is shown', () => {
    for (const workflow of [github, gitlab]) expect(isWorkflow(workflowText(workflow), workflow)).toBe(true);
  });
});
