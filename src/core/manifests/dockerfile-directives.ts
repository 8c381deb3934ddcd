export type Directives = {
  /** The character that continues a line and takes a `$` its meaning. */
  readonly escape: string;
  /** The image of the frontend that reads the file instead of the builder's own. */
  readonly syntax?: { readonly reference: string; readonly offset: number };
};

/** The parser directives: comments of the form `# name=value` before anything else (Dockerfile reference, "Parser directives"). */
export function parseDirectives(text: string): Directives {
  let directives: Directives = { escape: '\\' };
  let offset = 0;
  for (const line of text.split('\n')) {
    const [, name, value] = /^\s*#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(\S.*)$/.exec(line.trimEnd()) ?? [];
    if (value === undefined && !line.startsWith('#!')) break;
    const given = value ?? '';
    if (name?.toLowerCase() === 'escape' && (given === '`' || given === '\\'))
      directives = { ...directives, escape: given };
    if (name?.toLowerCase() === 'syntax') {
      // "docker/dockerfile:1 option": what follows the image is for the frontend.
      const [reference = given] = given.split(/\s/, 1);
      directives = { ...directives, syntax: { reference, offset: offset + line.lastIndexOf(given) } };
    }
    offset += line.length + 1;
  }
  return directives;
}
