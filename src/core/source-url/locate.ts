import type { Refusal } from './model.ts';

/** An address in its parts. Nothing is decided yet about what its path means. */
export type Location = {
  readonly scheme: 'https' | 'http' | 'ssh' | 'git';
  /** Missing where the text had none, and the scheme is a guess. */
  readonly schemeWritten: boolean;
  /** Written as `git+…`, `git://`, `ssh://` or in scp form: nothing but git is addressed so. */
  readonly saysGit: boolean;
  readonly userinfo: string;
  /** Lowercase, in ASCII; IPv6 in brackets. */
  readonly host: string;
  /** Only where it is not the scheme's own. */
  readonly port: string;
  /** Without the slash at its beginning. */
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
};

const DEFAULT_PORTS: Readonly<Record<Location['scheme'], string>> = {
  https: '443',
  http: '80',
  ssh: '22',
  git: '9418',
};
/** Letters and digits of any script, because a host name may be international; `URL` makes it ASCII. */
const HOST = /^(?:\[[0-9a-f:.]+\]|[\p{L}\p{N}_][\p{L}\p{N}_.-]*)$/iu;
/** Spaces, controls, direction marks, and what RFC 3986 allows nowhere. */
const FORBIDDEN = /[\p{C}\p{Z}<>"`^{}|\\]/u;

/** Steps 2 to 7 of reference/provenance.md 12.3. */
export function locate(text: string): Location | Refusal {
  // The last is an image by its digest.
  if (text.startsWith('-') || /^(?:file|ext):/i.test(text) || /@sha\d+:/.test(text)) return 'notARepository';
  if (FORBIDDEN.test(text)) return 'malformed';
  if (/^(?:hg|svn|bzr|cvs)\+/i.test(text)) return 'otherVersionControl';
  const bare = text.replace(/^(?:git\+)+/i, '').replace(/^(?:https?\+)+(?=[a-z]+:\/\/)/i, '');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(bare)?.[1];
  const location = scheme === undefined ? locateBare(bare) : locateUrl(bare.slice(scheme.length + 3), scheme);
  if (typeof location === 'string') return location;
  return { ...location, saysGit: location.saysGit || bare.length < text.length };
}

function locateUrl(rest: string, written: string): Location | Refusal {
  const scheme = written.toLowerCase();
  if (scheme !== 'https' && scheme !== 'http' && scheme !== 'ssh' && scheme !== 'git') return 'notARepository';
  const { before, query, fragment } = cutTail(rest);
  const slash = before.indexOf('/');
  const authority = slash < 0 ? before : before.slice(0, slash);
  const path = slash < 0 ? '' : before.slice(slash + 1);
  const at = authority.lastIndexOf('@');
  const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:]*):?(.*)$/.exec(authority.slice(at + 1)) ?? [];
  const ssh = scheme === 'ssh' || scheme === 'git';
  // `ssh://git@host:group/repo` is not a URL, and people write it.
  const scp = ssh && port !== '' && !/^\d+$/.test(port);
  return complete({
    scheme,
    schemeWritten: true,
    saysGit: ssh,
    userinfo: authority.slice(0, Math.max(at, 0)),
    host,
    port: scp ? '' : port,
    path: scp ? `${port}/${path}` : path,
    query,
    fragment,
  });
}

/** `[user@]host:path`, `host[:port]/path`: without a scheme. */
function locateBare(text: string): Location | Refusal {
  const { before, query, fragment } = cutTail(text);
  const beginning = /^[^/]*/.exec(before)?.[0] ?? '';
  const at = beginning.lastIndexOf('@');
  const userinfo = beginning.slice(0, Math.max(at, 0));
  const [, host = '', separator, rest = ''] = /^(\[[^\]]*\]|[^:/]*)([:/])(.*)$/.exec(before.slice(at + 1)) ?? [];
  const port = separator === ':' ? /^(\d{1,5})\//.exec(rest)?.[1] : undefined;
  const scp = separator === ':' && port === undefined;
  if (rest.startsWith('//') || (!host.includes('.') && !(scp && userinfo !== ''))) return 'noHost';
  const scheme = scp || (port !== undefined && userinfo !== '') ? 'ssh' : 'https';
  const path = port === undefined ? rest : rest.slice(port.length + 1);
  return complete({
    scheme,
    schemeWritten: scheme === 'ssh',
    saysGit: scheme === 'ssh',
    userinfo,
    host,
    port: port ?? '',
    path: scp ? path.replace(/^\/+/, '') : path,
    query,
    fragment,
  });
}

function cutTail(text: string): { readonly before: string; readonly query: string; readonly fragment: string } {
  const [, before = '', query = '', fragment = ''] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(text) ?? [];
  return { before, query, fragment };
}

function complete(location: Location): Location | Refusal {
  if (!HOST.test(location.host) || !/^(?:\d{1,5})?$/.test(location.port)) return 'malformed';
  const host = asciiHost(location.host);
  const port = location.port === DEFAULT_PORTS[location.scheme] ? '' : location.port;
  return host === undefined ? 'malformed' : { ...location, host, port };
}

function asciiHost(host: string): string | undefined {
  const relative = host.replace(/\.$/, '');
  const address = `https://${relative}/`;
  const labelled = relative.split('.').every((label) => label !== '');
  return labelled && URL.canParse(address) ? new URL(address).hostname : undefined;
}
