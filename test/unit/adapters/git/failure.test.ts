import { describe, expect, test } from 'vitest';
import { outcomeOfFailure } from '../../../../src/adapters/git/failure.ts';

const asked = { what: 'the commit 1234 of git.example/acme/shop', host: 'git.example' };
const U = "'https://git.example/acme/shop.git'";

describe('what git says when it fails', () => {
  test.each([
    ['fatal: remote error: upload-pack: not our ref 0123456789012345678901234567890123456789', 'noSuchCommit'],
    [`fatal: repository ${U.replace(/'$/, "/'")} not found`, 'noSuchRepository'],
    ['ERROR: Repository not found.\nfatal: Could not read from remote repository.', 'noSuchRepository'],
    ["fatal: '/srv/gone.git' does not appear to be a git repository", 'noSuchRepository'],
    ['fatal: remote error: access denied or repository not exported: /gone.git', 'noSuchRepository'],
  ])('%s is absent', (messages, reason) => {
    expect(outcomeOfFailure(messages, asked)).toEqual({ kind: 'absent', reason });
  });

  test.each([
    [`fatal: could not read Username for 'https://git.example': terminal prompts disabled`, 'UNAUTHORISED'],
    [`remote: HTTP Basic: Access denied\nfatal: Authentication failed for ${U}`, 'UNAUTHORISED'],
    ['git@git.example: Permission denied (publickey).\nfatal: Could not read from remote repository.', 'UNAUTHORISED'],
    ['Host key verification failed.\nfatal: Could not read from remote repository.', 'UNREACHABLE'],
    [`fatal: unable to access ${U}: The requested URL returned error: 403`, 'FORBIDDEN'],
    [`fatal: unable to access ${U}: The requested URL returned error: 429`, 'RATE_LIMITED'],
    [`error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502`, 'SERVER_ERROR'],
    [`fatal: unable to access ${U}: The requested URL returned error: 302`, 'REFUSED_ADDRESS'],
    [`fatal: unable to access ${U}: Could not resolve host: git.example`, 'UNREACHABLE'],
    [
      `fatal: unable to access ${U}: Failed to connect to git.example port 443 after 3 ms: Couldn't connect to server`,
      'UNREACHABLE',
    ],
    [`fatal: unable to access ${U}: server certificate verification failed. CAfile: none CRLfile: none`, 'UNREACHABLE'],
    [`fatal: unable to access ${U}: SSL certificate problem: self-signed certificate`, 'UNREACHABLE'],
    [
      `error: RPC failed; curl 28 Operation too slow. Less than 1000 bytes/sec transferred the last 30 seconds`,
      'TIMED_OUT',
    ],
    ['ssh: connect to host git.example port 22: Connection timed out', 'TIMED_OUT'],
    ["fatal: transport 'ext' not allowed", 'REFUSED_ADDRESS'],
    ['fatal: protocol error: bad line length character: <htm', 'MALFORMED'],
    ['fatal: Server does not allow request for unadvertised object 0123', 'UNSUPPORTED'],
    ["fatal: remote error: filter 'blob:none' not supported", 'UNSUPPORTED'],
    ['fatal: dumb http transport does not support shallow capabilities', 'UNSUPPORTED'],
    ['fatal: write error: No space left on device', 'STORE_NOT_WRITABLE'],
    ['fatal: something that nobody has heard of', 'UNREACHABLE'],
    ['', 'UNREACHABLE'],
  ])('%s', (messages, code) => {
    const outcome = outcomeOfFailure(messages, asked);
    expect(outcome).toMatchObject({
      kind: 'failed',
      error: {
        code,
        message: expect.stringMatching(
          /^could not read the commit 1234 of git\.example\/acme\/shop from git\.example: .*[^.]$/,
        ),
      },
    });
  });

  test('is told by the lines that matter, on one line, and not without end', () => {
    const outcome = outcomeOfFailure(`Cloning…\nwarning: hm\nremote: no\nfatal: ${'long '.repeat(200)}\n`, asked);
    const got = outcome.kind === 'failed' ? (outcome.error.got ?? '') : '';
    expect(got).toMatch(/^remote: no; fatal: long long/);
    expect(got.length).toBeLessThanOrEqual(301);
    expect(got).not.toContain('\n');
  });
});
