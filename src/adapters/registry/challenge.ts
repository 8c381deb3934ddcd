/** One challenge of a WWW-Authenticate header. Scheme and parameter names in lower case. */
export type Challenge = { readonly scheme: string; readonly parameters: ReadonlyMap<string, string> };

// A token, and where `=` follows, a quoted string or what stands there instead (RFC 9110, 11.2 and 5.6).
const ITEM = /[\s,]*([!#$%&'*+\-.^_`|~\w]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?/y;

/**
 * The challenges of a WWW-Authenticate header (RFC 9110, 11.6.1): several in one header, each with any number of parameters.
 * A comma may end a parameter or a challenge; a word without `=` begins the next challenge. What cannot be read ends the reading;
 * of two parameters of one name the first stands.
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { readonly scheme: string; readonly parameters: Map<string, string> }[] = [];
  ITEM.lastIndex = 0;
  for (let item = ITEM.exec(header); item !== null; item = ITEM.exec(header)) {
    const [, name = '', quoted, plain] = item;
    const value = quoted?.replaceAll(/\\(.)/gs, '$1') ?? plain;
    if (value === undefined) {
      challenges.push({ scheme: name.toLowerCase(), parameters: new Map() });
      continue;
    }
    const parameters = challenges.at(-1)?.parameters;
    if (parameters?.has(name.toLowerCase()) === false) parameters.set(name.toLowerCase(), value);
  }
  return challenges;
}
