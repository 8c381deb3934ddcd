import type { ErrorCode } from '../../core/errors.ts';
import { ToolError } from '../../core/errors.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, failed } from '../../core/model/outcome.ts';

const MESSAGE_LENGTH_MAX = 300;

/** What was asked of whom, as messages name it. */
export type AskedRemote = { readonly what: string; readonly host: string };
type Reason = { readonly code: ErrorCode; readonly text: string; readonly hint?: string };
type Meaning = { readonly pattern: RegExp; readonly means: 'noSuchRepository' | 'noSuchCommit' | Reason };

const CLONE_HINT = 'clone it with git, and name the clone with --source';
const OFFLINE_HINT = 'check the network and the proxy settings; --offline shows what is known already';
const CERTIFICATE_HINT =
  'name the file of its certificate authority in SSL_CERT_FILE, or as caFile in your provtrace.yaml';

/** What git, ssh and forges say in the C locale; the first that fits. */
const MEANINGS: readonly Meaning[] = [
  { pattern: /not our ref|unadvertised object .*: not our ref|couldn't find remote ref/, means: 'noSuchCommit' },
  {
    pattern: /does not allow request for unadvertised object/,
    means: { code: 'UNSUPPORTED', text: 'the server gives out branches and tags alone', hint: CLONE_HINT },
  },
  {
    pattern: /filter '[^']*' not supported|tree filter allows max depth|does not support.*filter/,
    means: { code: 'UNSUPPORTED', text: 'the server leaves nothing out', hint: CLONE_HINT },
  },
  {
    pattern: /shallow capabilities|does not support shallow/,
    means: { code: 'UNSUPPORTED', text: 'the server gives out whole histories alone', hint: CLONE_HINT },
  },
  {
    pattern: /no space left on device/i,
    means: { code: 'STORE_NOT_WRITABLE', text: 'the disk is full', hint: 'name another folder in TMPDIR' },
  },
  {
    pattern:
      /repository .* not found|repository not found|does not appear to be a git repository|repository not exported|returned error: (?:404|410)|project you were looking for could not be found/i,
    means: 'noSuchRepository',
  },
  {
    pattern: /could not read (?:username|password)|terminal prompts disabled|returned error: 401/i,
    means: { code: 'UNAUTHORISED', text: 'it wants a login', hint: 'log in with git, gh or glab, or set a token' },
  },
  {
    pattern: /authentication failed|permission denied \(|http basic: access denied/i,
    means: { code: 'UNAUTHORISED', text: 'it does not accept the login', hint: 'log in anew with git, gh or glab' },
  },
  {
    pattern: /host key verification failed/i,
    means: { code: 'UNREACHABLE', text: 'its host key is not known', hint: 'connect to it once with ssh yourself' },
  },
  { pattern: /returned error: 403/, means: { code: 'FORBIDDEN', text: 'it does not allow it' } },
  {
    pattern: /returned error: 429/,
    means: { code: 'RATE_LIMITED', text: 'it asks for fewer requests', hint: 'try again later' },
  },
  {
    pattern: /returned error: 5\d\d/,
    means: { code: 'SERVER_ERROR', text: 'the server failed', hint: 'try again later' },
  },
  {
    pattern: /returned error: 3\d\d|unable to update url base from redirection/,
    means: { code: 'REFUSED_ADDRESS', text: 'it leads to another address' },
  },
  {
    pattern: /could not resolve host/i,
    means: { code: 'UNREACHABLE', text: 'there is no such host', hint: OFFLINE_HINT },
  },
  {
    pattern: /certificate|ssl|tls/i,
    means: { code: 'UNREACHABLE', text: 'its certificate is not trusted', hint: CERTIFICATE_HINT },
  },
  {
    pattern: /timed out|timeout|operation too slow|less than \d+ bytes\/sec/i,
    means: { code: 'TIMED_OUT', text: 'it did not answer in time', hint: OFFLINE_HINT },
  },
  {
    pattern: /connection refused|couldn't connect|failed to connect|no route to host|network is unreachable/i,
    means: { code: 'UNREACHABLE', text: 'it refuses connections', hint: OFFLINE_HINT },
  },
  {
    pattern: /transport '[^']*' not allowed/,
    means: { code: 'REFUSED_ADDRESS', text: 'its transport is not allowed' },
  },
  {
    pattern:
      /protocol error|bad line length|invalid server response|expected .* got|bad pack header|index-pack failed|all necessary objects/i,
    means: { code: 'MALFORMED', text: 'what it answered is no answer of git' },
  },
];
const BROKEN: Reason = { code: 'UNREACHABLE', text: 'the connection broke', hint: OFFLINE_HINT };

/** What a git command that failed has said, as an answer. */
export function outcomeOfFailure(
  messages: string,
  asked: AskedRemote,
): Outcome<never, 'noSuchRepository' | 'noSuchCommit'> {
  const means = MEANINGS.find(({ pattern }) => pattern.test(messages))?.means ?? BROKEN;
  if (typeof means === 'string') return absent(means);
  const { code, text, hint } = means;
  const error = new ToolError(code, `could not read ${asked.what} from ${asked.host}: ${text}`, {
    got: excerpt(messages),
    ...(hint === undefined ? {} : { hint }),
  });
  return failed(error);
}

/** The lines that say what went wrong, else the last. No address that git is given holds a credential, so no message does. */
function excerpt(messages: string): string {
  const lines = messages.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => /^(?:fatal|error|remote): /i.test(line));
  const text = (errors.length > 0 ? errors : lines.slice(-1)).join('; ').replaceAll(/\s+/g, ' ');
  return text.length > MESSAGE_LENGTH_MAX ? `${text.slice(0, MESSAGE_LENGTH_MAX)}…` : text || 'nothing';
}
