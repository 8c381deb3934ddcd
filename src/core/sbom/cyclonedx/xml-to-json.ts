import { SaxesParser } from 'saxes';
import type { SaxesTagNS } from 'saxes';
import { ToolError } from '../../errors.ts';
import type { JsonRecord } from '../item.ts';
import { membersNamed } from '../item.ts';

/** As for JSON: no document that provtrace reads nests deeper. */
const DEPTH_MAX = 256;
const NAMESPACE = /^https?:\/\/cyclonedx\.org\/schema\/bom\/(?<version>1\.\d{1,2})$/;

/** Elements whose children are the items of a list. `tools` is one where its children are called `tool`. */
const LISTS = membersNamed(`
  components services hashes licenses externalReferences properties dependencies authors occurrences vulnerabilities
  ratings cwes references advisories affects versions responses compositions notes
`);
/** Members that may come several times without an element around them, behind the element that has them. */
const REPEATED = new Set(
  ['supplier', 'manufacturer', 'manufacture', 'provider'].flatMap((name) => [`${name}/contact`, `${name}/url`]),
);

/** An element that is not closed yet. */
type Frame = {
  readonly name: string;
  readonly members: Map<string, unknown>;
  readonly items: unknown[];
  readonly text: string[];
  isList: boolean;
};

/**
 * CycloneDX XML in the shape that CycloneDX JSON has, so that one reader reads both. Read as a stream: there is never a tree of
 * elements. Entities other than XML's five and a DTD are refused, not expanded.
 * @throws ToolError `MALFORMED`
 */
export function cycloneDxXmlToJson(text: string): JsonRecord {
  let result: JsonRecord | undefined;
  const stack: Frame[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (cause) => refuse('not well-formed XML', cause.message));
  parser.on('doctype', () => refuse('XML with a DTD', 'a DOCTYPE'));
  parser.on('opentag', (tag) => {
    if (stack.length >= DEPTH_MAX) refuse('XML nested too deeply', `more than ${DEPTH_MAX} levels`);
    stack.push(stack.length === 0 ? rootFrame(tag) : openFrame(tag));
  });
  const addText = (piece: string): void => void stack.at(-1)?.text.push(piece);
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const frame = stack.pop();
    const parent = stack.at(-1);
    if (frame === undefined) return;
    if (parent === undefined) result = Object.fromEntries(frame.members);
    else addTo(parent, frame);
  });
  parser.write(text).close();
  return result ?? refuse('XML without an element', 'nothing');
}

function refuse(what: string, got: string): never {
  throw new ToolError('MALFORMED', `the SBOM is ${what}`, {
    expected: 'a CycloneDX document in XML',
    got: got.slice(0, 200),
  });
}

function rootFrame(tag: SaxesTagNS): Frame {
  const version = NAMESPACE.exec(tag.uri)?.groups?.['version'];
  if (tag.local !== 'bom' || version === undefined)
    refuse('XML of another kind', `<${tag.local}> of ${tag.uri || 'no namespace'}`);
  const frame = openFrame(tag);
  frame.members.set('bomFormat', 'CycloneDX').set('specVersion', version);
  return frame;
}

function openFrame(tag: SaxesTagNS): Frame {
  const attributes = Object.values(tag.attributes).filter(
    ({ prefix, local }) => prefix !== 'xmlns' && local !== 'xmlns',
  );
  const members = new Map<string, unknown>(attributes.map(({ local, value }) => [local, value]));
  // An extension's element is told apart by its prefix: its names may be those of CycloneDX.
  const name = tag.prefix === '' || NAMESPACE.test(tag.uri) ? tag.local : tag.name;
  return { name, members, items: [], text: [], isList: LISTS.has(name) };
}

function addTo(parent: Frame, frame: Frame): void {
  const { name } = frame;
  if (parent.name === 'tools' && name === 'tool') parent.isList = true;
  if (parent.name === 'dependency' && name === 'dependency')
    return append(parent.members, 'dependsOn', frame.members.get('ref'));
  if (parent.isList)
    return void parent.items.push(
      parent.name === 'licenses' ? { [name]: valueOf(frame), ...expressionOf(frame) } : valueOf(frame),
    );
  if (REPEATED.has(`${parent.name}/${name}`)) return append(parent.members, name, valueOf(frame));
  // Where something stands twice that may stand once, the reader meets a list and tells.
  if (parent.members.has(name)) append(parent.members, name, valueOf(frame));
  else parent.members.set(name, valueOf(frame));
}

function append(members: Map<string, unknown>, name: string, value: unknown): void {
  const known = members.get(name);
  if (Array.isArray(known)) known.push(value);
  else members.set(name, known === undefined ? [value] : [known, value]);
}

/** JSON has the attributes of an expression beside it, and those of a licence within it. */
function expressionOf({ name, members, text }: Frame): JsonRecord {
  return name === 'expression' ? { ...Object.fromEntries(members), expression: text.join('').trim() } : {};
}

function valueOf({ name, members, items, text, isList }: Frame): unknown {
  if (isList) return items;
  const content = text.join('').trim();
  if (members.size === 0) return content;
  // What JSON calls the text of an element that has attributes too.
  if (content !== '') members.set(name === 'property' ? 'value' : 'content', content);
  return Object.fromEntries(members);
}
