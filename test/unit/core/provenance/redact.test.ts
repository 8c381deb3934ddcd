import { expect, test } from 'vitest';
import { isSecretName, redactAddress } from '../../../../src/core/provenance/redact.ts';

test.each([
  ['https://user:pw@ci.example.com/run/7', 'https://ci.example.com/run/7'],
  ['git+https://user:p/w@git.example.com/a', 'git+https://git.example.com/a'],
  ['https://ci.example.com:8443/a/b@refs/heads/main', 'https://ci.example.com:8443/a/b@refs/heads/main'],
  [
    'https://bucket.example.com/o?X-Amz-Signature=abc&part=1',
    'https://bucket.example.com/o?X-Amz-Signature=***&part=1',
  ],
  ['https://ci.example.com/?a=b&access_token=abc#x', 'https://ci.example.com/?a=b&access_token=***'],
  ['pkg:docker/alpine@3?platform=linux%2Famd64', 'pkg:docker/alpine@3?platform=linux%2Famd64'],
  ['Project Build Service (acme)', 'Project Build Service (acme)'],
])('%s is shown as %s', (address, shown) => {
  expect(redactAddress(address)).toBe(shown);
});

test.each([
  ['build-arg:NPM_TOKEN', true],
  ['CI_REGISTRY_PASSWORD', true],
  ['aws_secret_access_key', true],
  ['apiKey', true],
  ['GIT_AUTH_HEADER', true],
  ['author', false],
  ['key', false],
  ['target', false],
])('%s is called like a secret: %s', (name, expected) => {
  expect(isSecretName(name)).toBe(expected);
});
