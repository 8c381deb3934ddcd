import { RE2JS } from 're2js';

/**
 * An RE2 expression that must match all of a text: linear in time, whatever the text. Undefined for what is no expression. Apart
 * from anchored-pattern.ts because the library costs start-up that only whoever writes an expression should pay.
 */
export function compileExpression(expression: string): ((text: string) => boolean) | undefined {
  try {
    const compiled = RE2JS.compile(expression);
    return (text) => compiled.matches(text);
  } catch {
    return undefined;
  }
}
