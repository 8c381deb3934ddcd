/** No image's name is longer; nested defaults are read once for each level. */
const TEXT_CHARACTERS_MAX = 4096;
const NESTED_MAX = 16;

export type Interpolation = {
  /** What a variable is known to be; undefined where nothing sets it. */
  readonly valueOf: (name: string) => string | undefined;
  /** What makes a `$` an ordinary one: `$` in compose files, the escape character in Dockerfiles. */
  readonly escape: string;
};

export type Interpolated =
  /** `variables` are those whose value or default was put in. */
  | { readonly kind: 'text'; readonly text: string; readonly variables: readonly string[] }
  | { readonly kind: 'unset'; readonly variable: string }
  | { readonly kind: 'unreadable'; readonly at: string };

/** `$NAME`, `${NAME}`, and with `:-` `-` a default, `:+` `+` an alternative, `:?` `?` a demand, as shells, compose files and Dockerfiles have them. */
export function interpolate(text: string, interpolation: Interpolation): Interpolated {
  return text.length > TEXT_CHARACTERS_MAX ? unreadable(text) : expand(text, interpolation, 0);
}

function unreadable(text: string): Interpolated {
  return { kind: 'unreadable', at: text.slice(0, 60) };
}

function expand(text: string, interpolation: Interpolation, nested: number): Interpolated {
  if (nested > NESTED_MAX) return unreadable(text);
  let expanded = '';
  const variables: string[] = [];
  for (let index = 0; index < text.length;) {
    if (text.startsWith(`${interpolation.escape}$`, index)) {
      expanded += '$';
      index += interpolation.escape.length + 1;
    } else if (text[index] !== '$') {
      expanded += text[index++] ?? '';
    } else {
      const variable = variableAt(text, index);
      if (variable === undefined) return unreadable(text.slice(index));
      const value = replace(variable, interpolation, nested);
      if (value.kind !== 'text') return value;
      expanded += value.text;
      variables.push(...value.variables);
      // Values of values double at each step.
      if (expanded.length > TEXT_CHARACTERS_MAX) return unreadable(text.slice(index));
      index = variable.end;
    }
  }
  return { kind: 'text', text: expanded, variables };
}

type Variable = { readonly name: string; readonly operator: string; readonly word: string; readonly end: number };

/** What begins with the `$` at the index. */
function variableAt(text: string, index: number): Variable | undefined {
  const bare = /[A-Za-z_]\w*/y;
  bare.lastIndex = index + 1;
  const name = bare.exec(text)?.[0];
  if (name !== undefined) return { name, operator: '', word: '', end: index + 1 + name.length };
  const end = closingBrace(text, index + 1);
  const braced = /^([A-Za-z_]\w*)(?:(:?[-+?])(.*))?$/s.exec(text.slice(index + 2, end));
  if (end === undefined || braced === null) return undefined;
  const [, inner = '', operator = '', word = ''] = braced;
  return { name: inner, operator, word, end: end + 1 };
}

/** Of the brace at the index, which is `{`. */
function closingBrace(text: string, index: number): number | undefined {
  if (text[index] !== '{') return undefined;
  let open = 0;
  for (let at = index; at < text.length; at++) {
    if (text[at] === '{') open++;
    else if (text[at] === '}' && --open === 0) return at;
  }
  return undefined;
}

function replace({ name, operator, word }: Variable, interpolation: Interpolation, nested: number): Interpolated {
  const value = interpolation.valueOf(name);
  // With a colon, what is set to nothing is as good as not set.
  const isSet = value !== undefined && (value !== '' || !operator.startsWith(':'));
  if (operator.endsWith('+') && value !== undefined) {
    const alternative = isSet ? word : '';
    return withVariable(name, expand(alternative, interpolation, nested + 1));
  }
  if (isSet && !operator.endsWith('+')) return { kind: 'text', text: value, variables: [name] };
  return operator.endsWith('-')
    ? withVariable(name, expand(word, interpolation, nested + 1))
    : { kind: 'unset', variable: name };
}

function withVariable(name: string, interpolated: Interpolated): Interpolated {
  return interpolated.kind === 'text'
    ? { ...interpolated, variables: [name, ...interpolated.variables] }
    : interpolated;
}
