import { execFile } from 'node:child_process';
import { ToolError } from '../../core/errors.ts';
import { isRecord, parseJson } from '../../core/json.ts';
import type { Credential } from './credential.ts';
import { credentialOf } from './credential.ts';

const HELPER_TIMEOUT_MS = 10_000;
const HELPER_OUTPUT_BYTES_MAX = 64 * 1024;
const MESSAGE_LENGTH_MAX = 200;
// The name becomes part of a program's name, which must stay one in the search path.
const HELPER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

export type HelperCall = {
  /** `NAME` of `docker-credential-NAME`. */
  readonly name: string;
  /** What the helper knows the registry by. */
  readonly server: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
};

/**
 * Asks one of docker's credential helpers: the server on standard input of `get`, the credential as JSON on standard output.
 * Undefined where the helper says that it has none.
 * @throws ToolError `CREDENTIAL_HELPER_FAILED`, without anything that a helper that did not fail has written
 */
export async function askCredentialHelper(call: HelperCall): Promise<Credential | undefined> {
  if (!HELPER_NAME.test(call.name)) {
    throw failure(call, 'its name is not that of a program', { expected: 'letters, digits and . _ -', got: call.name });
  }
  const { problem, output } = await runHelper(call);
  if (problem === undefined) return parseAnswer(call, output);
  const said = output.toString('utf8').replaceAll(/\s+/g, ' ').trim();
  if (/credentials not found/i.test(said)) return undefined;
  throw failure(call, problem, said === '' ? {} : { got: said.slice(0, MESSAGE_LENGTH_MAX) });
}

/** By the code of Node's error; one that was ended for taking too long has none. */
const RUN_PROBLEMS: Readonly<Record<string, string>> = {
  '': 'it did not come to an end',
  ENOENT: 'it is not installed',
  ERR_CHILD_PROCESS_STDIO_MAXBUFFER: `it wrote more than ${HELPER_OUTPUT_BYTES_MAX} bytes`,
};
const NOTHING = Buffer.alloc(0);

type HelperRun = { readonly problem: string | undefined; readonly output: Buffer };

function runHelper({ name, server, env, timeoutMs = HELPER_TIMEOUT_MS }: HelperCall): Promise<HelperRun> {
  return new Promise((resolve) => {
    const options = {
      env,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: HELPER_OUTPUT_BYTES_MAX,
      encoding: 'buffer',
    } as const;
    const child = execFile(`docker-credential-${name}`, ['get'], options, (error, output) => {
      if (error === null) resolve({ problem: undefined, output });
      else if (typeof error.code === 'number') resolve({ problem: 'it failed', output });
      // Half an answer can hold a secret.
      else resolve({ problem: RUN_PROBLEMS[error.code ?? ''] ?? `it cannot be run: ${error.code}`, output: NOTHING });
    });
    // A helper that ends without reading breaks the pipe; how it ended is what counts.
    child.stdin?.on('error', () => {});
    child.stdin?.end(server);
  });
}

function parseAnswer(call: HelperCall, output: Uint8Array): Credential {
  let answer: unknown;
  try {
    answer = parseJson(output, 'the answer');
  } catch {
    // The parser's error quotes what it read, which can be the secret.
  }
  if (isRecord(answer)) {
    const { Username: username, Secret: secret } = answer;
    if (typeof username === 'string' && typeof secret === 'string' && secret !== '')
      return credentialOf(username, secret);
  }
  throw failure(call, 'its answer is not a credential', { expected: 'JSON with Username and Secret' });
}

function failure(
  { name, server }: HelperCall,
  problem: string,
  detail: { expected?: string; got?: string },
): ToolError {
  return new ToolError(
    'CREDENTIAL_HELPER_FAILED',
    `docker-credential-${name} gave no credentials for ${server}: ${problem}`,
    { ...detail, hint: 'repair the helper, or remove it from credHelpers and credsStore and log in again' },
  );
}
