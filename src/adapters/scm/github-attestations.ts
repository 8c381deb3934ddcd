import { ToolError } from '../../core/errors.ts';
import { isRecord, parseJson } from '../../core/json.ts';
import type { Digest } from '../../core/model/digest.ts';
import type { HttpResponse } from '../http/http.ts';
import { encodePath } from './api-address.ts';
import type { ForgeClient } from './forge-client.ts';
import type { Question } from './question.ts';
import { downloadBundle } from './github-bundle.ts';
import type { ListAttestations, ListedAttestation } from './kept-attestations.ts';
import { ATTESTATIONS_MAX } from './kept-attestations.ts';
import { parseNextLink } from '../http/link-header.ts';
import { pagesOf } from './pages.ts';

/** With bundles inline; GitHub's own default, and most images have one or two. */
const PAGE_ENTRIES = 30;
const PAGE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * GitHub's attestations of a repository, or of an account with all its repositories (REST, "Attestations"). Several digests of an account are asked for
 * together where there is a token.
 */
export function githubAttestations(client: ForgeClient, path: string, digests: readonly Digest[]): ListAttestations {
  const scopes = path.includes('/')
    ? [`repos/${encodePath(path)}`]
    : [`orgs/${encodePath(path)}`, `users/${encodePath(path)}`];
  const what = `the attestations of ${path} on ${client.forge.host}`;
  if (path.includes('/') || digests.length < 2 || !client.hasToken)
    return (subject) => listOne(client, { scopes, what, subject });
  const together = listTogether(client, { scopes, what, digests });
  // Each digest waits for it and is told of its failure.
  together.catch(() => undefined);
  return async (subject) => (await together).get(subject) ?? [];
}

type Asked = { readonly scopes: readonly string[]; readonly what: string };

/** Only GitHub knows whether an account is an organisation or a user: the other form is asked where the one is not there. */
async function listOne(
  client: ForgeClient,
  { scopes, what, subject }: Asked & { readonly subject: Digest },
): Promise<readonly ListedAttestation[]> {
  for (const scope of scopes) {
    const listed: ListedAttestation[] = [];
    let isThere = false;
    for await (const page of pagesOf(client, { ...questionAt(client, `${scope}/attestations/${subject}`), what })) {
      isThere = true;
      listed.push(...entriesOf(readPage(page, what)['attestations'], client, what));
      if (listed.length > ATTESTATIONS_MAX) break;
    }
    if (isThere) return listed;
  }
  return [];
}

async function listTogether(
  client: ForgeClient,
  { scopes, what, digests }: Asked & { readonly digests: readonly Digest[] },
): Promise<ReadonlyMap<string, readonly ListedAttestation[]>> {
  const body = { subject_digests: digests };
  for (const scope of scopes) {
    const listed = new Map<string, ListedAttestation[]>(digests.map((digest) => [digest, []]));
    let isThere = false;
    for await (const page of pagesOf(client, {
      ...questionAt(client, `${scope}/attestations/bulk-list`),
      what,
      body,
    })) {
      isThere = true;
      for (const { subject, entries } of bulkEntries(readPage(page, what), what))
        listed.get(subject)?.push(...entriesOf(entries, client, what));
      if ([...listed.values()].every(({ length }) => length > ATTESTATIONS_MAX)) break;
    }
    if (isThere) return listed;
  }
  return new Map();
}

function questionAt({ api }: ForgeClient, path: string): Omit<Question, 'what'> {
  const url = new URL(`${path}?per_page=${PAGE_ENTRIES}`, api);
  return { url, bytesMax: PAGE_BYTES_MAX, scope: 'the permission attestations: read' };
}

type Page = Readonly<Record<string, unknown>>;

function readPage(response: HttpResponse, what: string): Page {
  const page = parseJson(response.bytes, what);
  if (!isRecord(page)) throw notList(what);
  const { page_info: paging } = page;
  if (isRecord(paging) && paging['has_next'] === true && parseNextLink(response.headers['link'] ?? '') === undefined) {
    throw new ToolError('MALFORMED', `${what} go on, and the answer does not say where`, {
      expected: 'a Link header with rel="next"',
    });
  }
  return page;
}

/** By digest, as the schema has it; the documentation's example is a list of such objects. A digest without any has null. */
function bulkEntries(
  { attestations_subject_digests: listed }: Page,
  what: string,
): readonly { readonly subject: string; readonly entries: unknown }[] {
  const objects = Array.isArray(listed) ? listed : [listed];
  return objects.flatMap((object: unknown) => {
    if (!isRecord(object)) throw notList(what);
    return Object.entries(object).map(([subject, entries]) => ({ subject, entries: entries ?? [] }));
  });
}

function entriesOf(entries: unknown, client: ForgeClient, what: string): readonly ListedAttestation[] {
  if (!Array.isArray(entries)) throw notList(what);
  return entries.map((entry: unknown) => {
    const { bundle_url: url, bundle, repository_id: id } = isRecord(entry) ? entry : {};
    return {
      ...(Number.isSafeInteger(id) ? { repositoryId: String(id) } : {}),
      readBundle: () =>
        readBundle(client, {
          what,
          url: typeof url === 'string' ? url : undefined,
          inline: isRecord(bundle) ? bundle : undefined,
        }),
    };
  });
}

function notList(what: string): ToolError {
  return new ToolError('MALFORMED', `${what} are no list`, { expected: 'attestations, as GitHub documents them' });
}

type Entry = { readonly what: string; readonly url: string | undefined; readonly inline: Page | undefined };

/** The stored bytes, which are the same wherever else the bundle is kept; the inline copy is written anew by GitHub, and newer versions of the API have none. */
async function readBundle(client: ForgeClient, { what, url, inline }: Entry): Promise<Uint8Array> {
  if (url !== undefined) {
    try {
      return await downloadBundle(client, url, what);
    } catch (error) {
      if (!(error instanceof ToolError) || inline === undefined) throw error;
    }
  }
  if (inline === undefined)
    throw new ToolError('MALFORMED', `one of ${what} has no bundle`, { expected: 'bundle_url or bundle' });
  return new TextEncoder().encode(JSON.stringify(inline));
}
