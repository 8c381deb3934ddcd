/**
 * The one normaliser of repository addresses (reference/provenance.md 12). Whatever the text, nothing here throws, and no part of a
 * result holds a credential.
 */
import { divide, isCaseBlind } from './source-url/layouts.ts';
import type { Location } from './source-url/locate.ts';
import { locate } from './source-url/locate.ts';
import type { Refusal, SourceGrammar, SourceUrl, SourceUrlFlag, SourceUrlResult } from './source-url/model.ts';
import { decodePercent } from './source-url/percent.ts';
import { isPlaceholder } from './source-url/placeholder.ts';
import type { RawPointer } from './source-url/pointer.ts';
import { completePointer, cutPointer } from './source-url/pointer.ts';
import { parsePurl, repositoryOfPurl } from './source-url/purl.ts';
import { withoutUserinfo } from './source-url/userinfo.ts';
import { isRevisionPage, readWebPath } from './source-url/web-path.ts';

export type {
  HostKind,
  Refusal,
  SourceGrammar,
  SourceUrl,
  SourceUrlFlag,
  SourceUrlResult,
} from './source-url/model.ts';
export { REFUSALS } from './source-url/model.ts';

/** In characters. Browsers and forges stop far below. */
const SOURCE_URL_LENGTH_MAX = 4096;

/** The repository that a text names, or why it names none. */
export function parseSourceUrl(text: string, grammar: SourceGrammar): SourceUrlResult {
  if (text.length > SOURCE_URL_LENGTH_MAX) return refused('tooLong');
  const trimmed = text.trim();
  if (isPlaceholder(trimmed)) return refused('placeholder');
  const purl = /^pkg:/i.test(trimmed);
  const address = purl ? addressOfPurl(trimmed) : trimmed;
  if (address === undefined) return refused('notARepository');
  const location = locate(address);
  return typeof location === 'string' ? refused(location) : parseLocation(location, purl ? 'spdx' : grammar);
}

/**
 * The same for every spelling of one repository, and cheap enough for entity ids. What is no repository gets a key of its own: the
 * text without credentials, cut to the length that is read.
 */
export function repositoryKey(url: string): string {
  const result = parseSourceUrl(url, 'auto');
  if (result.kind === 'repository') return result.source.key;
  const text = withoutUserinfo(url.trim().slice(0, SOURCE_URL_LENGTH_MAX));
  return text.replace(/^[^/@\s]*:[^/@\s]*@(?!sha\d)/, '');
}

/** Two keys: `probable` where they differ in case only, on a host of which it is not known whether case matters there. */
export function compareRepositoryKeys(left: string, right: string): 'same' | 'probable' | 'different' {
  if (left === right) return 'same';
  return left.toLowerCase() === right.toLowerCase() ? 'probable' : 'different';
}

function refused(reason: Refusal): SourceUrlResult {
  return { kind: 'refused', reason };
}

function addressOfPurl(text: string): string | undefined {
  const purl = parsePurl(text);
  return purl === undefined ? undefined : repositoryOfPurl(purl);
}

function parseLocation(location: Location, grammar: SourceGrammar): SourceUrlResult {
  const { path, raw } = cutPointer(location, grammar);
  const segments = path.split('/').filter((segment) => segment !== '');
  if (!segments.every(isPlainSegment)) return refused('malformed');
  const overHttp = location.scheme === 'https' || location.scheme === 'http';
  if (grammar === 'buildkit' && overHttp && location.schemeWritten && !path.endsWith('.git')) return refused('notGit');

  const division = divide({ host: location.host, port: location.port, ssh: !overHttp, segments });
  if (division === undefined) return refused(segments.length === 0 ? 'noPath' : 'notARepository');
  const { host, kind, repository, served = repository, rest } = division;
  // A path that reads as a page of another repository once `.git` is gone could not be told from that page.
  if (!isStable(host, served, repository)) return refused('malformed');
  const { flags, ...pointer } = completePointer(isEmpty(raw) ? readWebPath(rest) : raw);
  const authority = overHttp && location.port !== '' ? `${host}:${location.port}` : host;
  // A server on a port of its own that speaks plain HTTP does not speak HTTPS there.
  const scheme = location.scheme === 'http' && location.port !== '' ? 'http' : 'https';
  const key = `${authority}/${repository.map(encodeAt).join('/')}`;
  const source: SourceUrl = {
    url: `${scheme}://${authority}/${served.map(encodeAt).join('/')}`,
    key: isCaseBlind(host) ? key.toLowerCase() : key,
    hostKind: kind,
    gitLike:
      location.saysGit ||
      segments.some((segment) => segment.endsWith('.git')) ||
      (rest.length === 0 ? kind !== 'unknown' : isRevisionPage(rest)),
    ...pointer,
    flags: [...credentialFlag(location.userinfo, kind === 'azure' ? repository[0] : undefined), ...flags],
  };
  return { kind: 'repository', source };
}

/** The address that people see names the same repository. */
function isStable(host: string, served: readonly string[], repository: readonly string[]): boolean {
  const again = divide({ host, port: '', ssh: false, segments: served });
  return again?.host === host && again.repository.join('/') === repository.join('/');
}

function isEmpty({ ref, commit, subpath }: RawPointer): boolean {
  return `${ref ?? ''}${commit ?? ''}${subpath ?? ''}` === '';
}

/** Dots would climb; a colon makes an image's tag of what looks like a repository, or an address within the path, which may bring credentials of its own. */
function isPlainSegment(segment: string): boolean {
  const decoded = decodePercent(segment);
  return !/^\.{1,2}(?:\.git)*$/.test(decoded) && !segment.includes(':') && !/[\p{C}/]/u.test(decoded);
}

/** So that the address reads the same in every grammar. */
function encodeAt(segment: string): string {
  return segment.replaceAll('@', '%40');
}

/** Azure puts the organisation's name before the host, and `git` is everybody's. */
function credentialFlag(userinfo: string, organisation: string | undefined): readonly SourceUrlFlag[] {
  return userinfo === '' || userinfo === 'git' || userinfo === organisation ? [] : ['CREDENTIALS_IN_URL'];
}
