import { ToolError } from '../core/errors.ts';
import type { PlatformChoice, RawInput, Tools } from './command.ts';
import { isSet, parsePlatform, textFlag } from './flags.ts';

/**
 * The images named on the command line; `-` stands for the lines of standard input.
 * @throws ToolError `USAGE` where these name none: a gate that looked at nothing must not pass.
 */
export async function expand(words: readonly string[], tools: Tools): Promise<readonly string[]> {
  const references: string[] = [];
  for (const word of words) {
    if (word !== '-') references.push(word);
    else for await (const line of tools.inputLines()) if (line.trim() !== '') references.push(line.trim());
  }
  if (references.length === 0)
    throw new ToolError('USAGE', 'standard input names no image', { expected: 'one image a line' });
  return references;
}

export function platformChoice({ flags }: RawInput, tools: Tools): PlatformChoice {
  if (isSet(flags, 'allPlatforms')) return { kind: 'all' };
  const platform = textFlag(flags, 'platform') ?? tools.settings.platform;
  return platform === undefined
    ? { kind: 'default', host: tools.hostPlatform }
    : { kind: 'platform', platform: parsePlatform(platform) };
}
