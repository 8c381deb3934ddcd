import { ToolError } from '../../core/errors.ts';
import type { Outcome } from '../../core/model/outcome.ts';
import { absent, found } from '../../core/model/outcome.ts';
import { parseSourceUrl, repositoryKey } from '../../core/source-url.ts';
import type { SourceLocation, SourceRefs } from '../../ports/source-code.ts';
import { errorOfStatus } from '../http/failure.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../http/http.ts';
import { describeUrl } from '../http/http.ts';
import type { Advertisement, ListedRef } from './advertisement.ts';
import { formatLsRefs, parseAdvertisement, parseLsRefs, selectRefs } from './advertisement.ts';
import type { GitCredential, GitCredentials } from './credentials.ts';
import { parsePacketLines } from './packet-lines.ts';

/** 200,000 branches and tags. Version 0 lists pull requests too. */
const REFS_BYTES_MAX = 32 * 1024 * 1024;
const SERVICE = 'git-upload-pack';
const ADVERTISEMENT_TYPE = `application/x-${SERVICE}-advertisement`;
const DISCOVERY = `/info/refs?service=${SERVICE}`;
const HEADERS = { 'git-protocol': 'version=2', 'user-agent': 'git/2.0 (provtrace)' };

export type HttpRefsTools = { readonly http: HttpClient; readonly credentials: GitCredentials };
/** A repository that has answered, at `address`. */
type Answer = {
  readonly address: string;
  readonly response: HttpResponse;
  readonly credential: GitCredential | undefined;
};

/**
 * The refs of a repository by gitprotocol-http(5), "Smart Clients": what it can do, and its refs, in two requests. Not by the git
 * program: redirects, repetitions, limits and refusals are those of every other request then.
 * @throws ToolError
 */
export async function fetchHttpRefs(
  tools: HttpRefsTools,
  at: SourceLocation,
  candidates: readonly URL[],
): Promise<Outcome<SourceRefs, 'noSuchRepository'>> {
  for (const candidate of candidates) {
    const answer = await discover(tools, at, candidate);
    if (answer !== undefined) return found(await readRefs(tools, at, answer));
  }
  return absent('noSuchRepository');
}

/** Undefined where there is no repository. Without a credential first: most need none, and who holds one may not be let in with it. */
async function discover(tools: HttpRefsTools, at: SourceLocation, candidate: URL): Promise<Answer | undefined> {
  const what = `the refs of ${repositoryKey(at.repository)}`;
  const request: HttpRequest = {
    method: 'GET',
    url: new URL(`${candidate.href}${DISCOVERY}`),
    what,
    namedBy: at.namedBy,
    headers: HEADERS,
    bytesMax: REFS_BYTES_MAX,
  };
  let response = await tools.http.send(request);
  let credential: GitCredential | undefined;
  if (response.status === 401) {
    for await (const next of credentialsFor(tools.credentials, candidate)) {
      // A redirect to another host is followed without it: it is not for strangers to say where a credential goes.
      response = await tools.http.send({ ...request, authorization: basic(next) });
      credential = response.url.origin === candidate.origin ? next : undefined;
      if (response.status !== 401) break;
    }
  }
  if (response.status === 404 || response.status === 410) return undefined;
  if (response.status === 401) throw unauthorised(response, { at, credential });
  if (response.status !== 200) throw errorOfStatus(response, what);
  return { address: addressOf(response.url), response, credential };
}

async function* credentialsFor(credentials: GitCredentials, address: URL): AsyncGenerator<GitCredential, void, void> {
  const token = await credentials.tokenFor(address);
  if (token !== undefined) yield token;
  const kept = await credentials.askGit(address);
  if (kept !== undefined && kept.key !== token?.key) yield kept;
}

async function readRefs(tools: HttpRefsTools, at: SourceLocation, answer: Answer): Promise<SourceRefs> {
  const { address, response, credential } = answer;
  const type = (response.headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '';
  // "Clients MUST NOT continue if the Content-Type is not application/x-$servicename-advertisement" (of the smart protocol).
  if (type !== ADVERTISEMENT_TYPE) throw notGit(response, type);
  const advertisement = parseAdvertisement(parsePacketLines(response.bytes));
  const listed =
    advertisement.version === 2 ? await listRefs(tools, at, { answer, advertisement }) : advertisement.refs;
  const moved = movedTo(at.repository, address);
  return {
    address,
    objectFormat: advertisement.objectFormat,
    filters: advertisement.filters,
    ...selectRefs(listed),
    ...(moved === undefined ? {} : { movedTo: moved }),
    ...(credential === undefined ? {} : { credential: credential.source }),
  };
}

async function listRefs(
  { http }: HttpRefsTools,
  at: SourceLocation,
  { answer, advertisement }: { readonly answer: Answer; readonly advertisement: Advertisement },
): Promise<readonly ListedRef[]> {
  const what = `the refs of ${repositoryKey(at.repository)}`;
  const response = await http.send({
    method: 'POST',
    // It asks, and changes nothing.
    retry: true,
    url: new URL(`${answer.address}/${SERVICE}`),
    what,
    namedBy: at.namedBy,
    headers: {
      ...HEADERS,
      'content-type': `application/x-${SERVICE}-request`,
      accept: `application/x-${SERVICE}-result`,
    },
    body: formatLsRefs(advertisement.objectFormat),
    bytesMax: REFS_BYTES_MAX,
    ...(answer.credential === undefined ? {} : { authorization: basic(answer.credential) }),
  });
  if (response.status !== 200) throw errorOfStatus(response, what);
  return parseLsRefs(parsePacketLines(response.bytes));
}

/** Where the answer came from, without what was asked there. */
function addressOf(url: URL): string {
  return describeUrl(url).replace(/\/info\/refs$/, '');
}

function movedTo(asked: string, address: string): string | undefined {
  const now = parseSourceUrl(address, 'web');
  return now.kind === 'refused' || now.source.key === repositoryKey(asked) ? undefined : now.source.url;
}

function basic({ username, password }: GitCredential): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Forges say the same of what is private and of what is not there, to whoever may not know. */
function unauthorised(
  { url, status }: HttpResponse,
  { at, credential }: { readonly at: SourceLocation; readonly credential: GitCredential | undefined },
): ToolError {
  const repository = repositoryKey(at.repository);
  const got = `status ${status} from ${describeUrl(url)}`;
  if (credential !== undefined) {
    return new ToolError(
      'UNAUTHORISED',
      `${url.host} does not accept the credential from ${credential.source} for ${repository}`,
      {
        got,
        hint: 'log in anew with git, gh or glab, or renew the token',
      },
    );
  }
  return new ToolError(
    'UNAUTHORISED',
    `${url.host} wants a login for ${repository}: it is private, or there is no such repository`,
    {
      got,
      hint: 'log in with git, gh or glab, or set a token',
    },
  );
}

function notGit({ url }: HttpResponse, type: string): ToolError {
  const isDumb = type === 'text/plain';
  return new ToolError(
    isDumb ? 'UNSUPPORTED' : 'MALFORMED',
    `${url.host} does not answer as a git server at ${url.pathname}`,
    {
      expected: ADVERTISEMENT_TYPE,
      got: isDumb ? 'the files of a repository alone' : type.slice(0, 100) || 'no content type',
      hint: 'clone it with git, and name the clone with --source',
    },
  );
}
