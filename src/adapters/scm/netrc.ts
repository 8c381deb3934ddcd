/** The words of a netrc file; a word in quotation marks may hold spaces and escapes (curl has it so). */
const WORD = /"((?:[^"\\]|\\.)*)"|\S+/g;

/**
 * The password of each machine of a netrc file; the first entry of a machine counts. `default` is left out: it names no host, and would give a
 * password to whoever is asked.
 */
export function parseNetrc(text: string): ReadonlyMap<string, string> {
  const words = [...withoutMacros(text).matchAll(WORD)].map(
    ([word, quoted]) => quoted?.replaceAll(/\\(.)/g, '$1') ?? word,
  );
  const passwords = new Map<string, string>();
  let machine: string | undefined;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    switch (word) {
      case 'machine':
        machine = words[++index]?.toLowerCase();
        break;
      case 'default':
        machine = undefined;
        break;
      case 'login':
      case 'account':
        index++;
        break;
      case 'password': {
        const password = words[++index];
        if (machine !== undefined && password !== undefined && !passwords.has(machine))
          passwords.set(machine, password);
        break;
      }
    }
  }
  return passwords;
}

/** A macro goes on to the next empty line; a comment to the end of its own. */
function withoutMacros(text: string): string {
  const kept: string[] = [];
  let inMacro = false;
  for (const line of text.split(/\r?\n/)) {
    if (inMacro) inMacro = line.trim() !== '';
    else if (/^\s*macdef\s/.test(line)) inMacro = true;
    else if (!/^\s*#/.test(line)) kept.push(line);
  }
  return kept.join('\n');
}
