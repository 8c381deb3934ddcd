import { ToolError } from '../../core/errors.ts';
import type { SourceRef } from '../../core/model/source.ts';
import type { SourceRefs } from '../../ports/source-code.ts';
import type { ObjectFormat } from './object-id.ts';
import { isObjectId } from './object-id.ts';
import type { PacketLine } from './packet-lines.ts';
import { formatPacketLine } from './packet-lines.ts';

/** A ref as a server lists it. */
export type ListedRef = {
  readonly name: string;
  readonly id: string;
  /** The commit, where the ref is an annotated tag. */
  readonly peeled?: string | undefined;
  /** Where a symbolic ref points to. */
  readonly target?: string | undefined;
};
/** What a server says first. Version 2 lists its refs when it is asked to; before that, they come at once. */
export type Advertisement = {
  readonly version: 0 | 2;
  readonly objectFormat: ObjectFormat;
  readonly filters: boolean;
  /** Of version 0. */
  readonly refs: readonly ListedRef[];
};

/** git-check-ref-format(1), as far as a name that breaks it would mislead. */
const REF_NAME = /^refs\/(?:heads|tags)\/(?!-)[^\p{C}\p{Z}~^:?*[\\]+$/u;
const PEELED = '^{}';
/** Where git-notes(1) keeps them if it is not told otherwise. */
export const NOTES_REF = 'refs/notes/commits';

/** gitprotocol-v2(5), "Capability Advertisement", or gitprotocol-pack(5), "Reference Discovery". @throws ToolError `MALFORMED` */
export function parseAdvertisement(packets: readonly PacketLine[]): Advertisement {
  const lines = textsOf(packets).filter((text) => !text.startsWith('# service=') && text !== 'version 1');
  if (lines[0] === 'version 2') {
    const capabilities = capabilitiesOf(lines.slice(1));
    const filters = (capabilities.get('fetch') ?? '').split(' ').includes('filter');
    return { version: 2, objectFormat: objectFormatIn(capabilities), filters, refs: [] };
  }
  const [first = '', ...rest] = lines;
  const nul = first.indexOf('\0');
  const [listed, capabilityList] = nul < 0 ? [first, ''] : [first.slice(0, nul), first.slice(nul + 1)];
  const capabilities = capabilitiesOf(capabilityList.split(' '));
  const head = /(?:^| )symref=HEAD:(\S+)/.exec(capabilityList)?.[1];
  return {
    version: 0,
    objectFormat: objectFormatIn(capabilities),
    // Where objects cannot be asked for by their ids, what is left out would be out of reach.
    filters: capabilities.has('filter') && capabilities.has('allow-reachable-sha1-in-want'),
    refs: parseListing([listed, ...rest], head),
  };
}

/** `ls-refs` of version 2: of a large forge's refs only those that are wanted, and not every pull request ever made. */
export function formatLsRefs(objectFormat: ObjectFormat): string {
  const prefixes = ['HEAD', 'refs/heads/', 'refs/tags/', NOTES_REF].map((prefix) =>
    formatPacketLine(`ref-prefix ${prefix}`),
  );
  const command = [formatPacketLine('command=ls-refs'), formatPacketLine(`object-format=${objectFormat}`)];
  return [...command, '0001', formatPacketLine('peel'), formatPacketLine('symrefs'), ...prefixes, '0000'].join('');
}

/** gitprotocol-v2(5): `<id> <name>[ symref-target:<name>][ peeled:<id>]`. */
export function parseLsRefs(packets: readonly PacketLine[]): readonly ListedRef[] {
  return textsOf(packets).flatMap((text) => {
    const [id = '', name = '', ...attributes] = text.split(' ');
    const attribute = (key: string): string | undefined =>
      attributes.find((each) => each.startsWith(`${key}:`))?.slice(key.length + 1);
    return isObjectId(id) ? [{ id, name, target: attribute('symref-target'), peeled: attribute('peeled') }] : [];
  });
}

/** `<id> <name>` a line, separated by a space or a tab; what a tag leads to follows it as `<name>^{}`. */
export function parseListing(lines: readonly string[], headTarget: string | undefined): readonly ListedRef[] {
  const refs = new Map<string, ListedRef>();
  for (const line of lines) {
    const [, id = '', name = ''] = /^(\S+)[ \t](\S+)$/.exec(line) ?? [];
    if (!isObjectId(id)) continue;
    const tagged = name.endsWith(PEELED) ? refs.get(name.slice(0, -PEELED.length)) : undefined;
    if (tagged !== undefined) refs.set(tagged.name, { ...tagged, peeled: id });
    else refs.set(name, { id, name, ...(name === 'HEAD' ? { target: headTarget } : {}) });
  }
  return [...refs.values()];
}

/** What is neither a branch nor a tag nor the notes is left out, and what cannot be the name of one. */
export function selectRefs(listed: readonly ListedRef[]): Pick<SourceRefs, 'head' | 'refs' | 'notes'> {
  const head = listed.find(({ name }) => name === 'HEAD');
  const refs = listed
    .filter(({ name }) => REF_NAME.test(name))
    .map(({ name, id, peeled = id }): SourceRef => ({ name, commit: peeled }));
  const notes = listed.find(({ name }) => name === NOTES_REF)?.id;
  const branch = head?.target !== undefined && REF_NAME.test(head.target) ? head.target : undefined;
  return {
    ...(head === undefined ? {} : { head: { commit: head.id, ...(branch === undefined ? {} : { branch }) } }),
    // `refs/heads` comes before `refs/tags` in the order of characters.
    refs: refs.filter(({ commit }) => isObjectId(commit)).sort((left, right) => compareText(left.name, right.name)),
    ...(notes === undefined || !isObjectId(notes) ? {} : { notes }),
  };
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function textsOf(packets: readonly PacketLine[]): readonly string[] {
  return packets.flatMap((packet) => (packet.kind === 'line' ? [packet.text] : []));
}

function capabilitiesOf(texts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    texts.map((text) => {
      const equals = text.indexOf('=');
      return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

function objectFormatIn(capabilities: ReadonlyMap<string, string>): ObjectFormat {
  const name = capabilities.get('object-format') ?? 'sha1';
  if (name === 'sha1' || name === 'sha256') return name;
  throw new ToolError('UNSUPPORTED', 'the repository names its objects by a hash function that is not known here', {
    expected: 'sha1 or sha256',
    got: name.slice(0, 40),
  });
}
