import { ToolError } from '../../core/errors.ts';
import { isRecord, parseJson } from '../../core/json.ts';
import { digestAlgorithm, digestHex } from '../../core/model/digest.ts';
import type { HttpResponse } from '../http/http.ts';
import type { ForgeClient } from './forge-client.ts';
import type { ListAttestations, ListedAttestation } from './kept-attestations.ts';
import { ATTESTATIONS_MAX, BUNDLE_BYTES_MAX } from './kept-attestations.ts';
import { pagesOf } from './pages.ts';

const PAGE_ENTRIES = 100;
const PAGE_BYTES_MAX = 4 * 1024 * 1024;

/** GitLab's attestations of a project (REST, "Attestations API"), which it keeps by SHA-256 alone. A project without the feature answers as one without attestations. */
export function gitlabAttestations(client: ForgeClient, project: string): ListAttestations {
  const root = new URL(`projects/${encodeURIComponent(project)}/attestations/`, client.api);
  const what = `the attestations of ${project} on ${client.forge.host}`;
  return async (subject) => {
    if (digestAlgorithm(subject) !== 'sha256') return [];
    const listed: ListedAttestation[] = [];
    const question = {
      url: new URL(`${digestHex(subject)}?per_page=${PAGE_ENTRIES}`, root),
      what,
      bytesMax: PAGE_BYTES_MAX,
    };
    for await (const page of pagesOf(client, question)) {
      listed.push(...readList(page, { client, root, what }));
      if (listed.length > ATTESTATIONS_MAX) break;
    }
    return listed;
  };
}

type Place = { readonly client: ForgeClient; readonly root: URL; readonly what: string };

function readList(page: HttpResponse, place: Place): readonly ListedAttestation[] {
  const entries = parseJson(page.bytes, place.what);
  if (!Array.isArray(entries))
    throw new ToolError('MALFORMED', `${place.what} are no list`, { expected: 'a JSON array' });
  return entries.flatMap((entry: unknown) => {
    const { iid, project_id: id, status } = isRecord(entry) ? entry : {};
    // GitLab also lists what it tried to attest and could not.
    if (status === 'error') return [];
    return [
      { ...(Number.isSafeInteger(id) ? { repositoryId: String(id) } : {}), readBundle: () => download(place, iid) },
    ];
  });
}

/** From the address that the API documents: `download_url` is the answer's word, and the token would go along. */
async function download({ client, root, what }: Place, iid: unknown): Promise<Uint8Array> {
  if (!Number.isSafeInteger(iid)) throw new ToolError('MALFORMED', `one of ${what} has no number`, { expected: 'iid' });
  const one = `one of ${what}`;
  const response = await client.ask({
    url: new URL(`${String(iid)}/download`, root),
    what: one,
    bytesMax: BUNDLE_BYTES_MAX,
  });
  if (response === undefined)
    throw new ToolError('NOT_READABLE', `${client.forge.host} lists ${one} and does not have it`, {
      expected: 'a bundle',
      got: `nothing for number ${String(iid)}`,
    });
  return response.bytes;
}
