import { ToolError } from '../core/errors.ts';
import type { ManifestImages } from '../core/manifests/find-images.ts';
import type { ManifestFormatName, ManifestProblem } from '../core/manifests/model.ts';
import type { NamedPlace, VerifyResult } from '../core/model/verify-report.ts';
import type { OptionSpec, RawInput, Tools } from './command.ts';
import { oneOf, textFlag, textFlags } from './flags.ts';
import { expand } from './images.ts';

export const FILE_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '-f, --file <file>',
    summary:
      'verify every image that the file names: Kubernetes (what helm template prints too), compose, a Dockerfile, or one image a line; - for standard input (repeatable)',
    repeatable: true,
  },
  {
    flags: '--file-format <format>',
    summary: 'what the files are, where their names and content do not tell',
    choices: ['kubernetes', 'compose', 'dockerfile', 'image-list'],
  },
];

/** An image to verify, with the places that name it; none where it was named on the command line. */
export type VerifyTarget = { readonly reference: string; readonly foundIn: readonly NamedPlace[] };
export type VerifyTargets = {
  /** Each once. */
  readonly targets: readonly VerifyTarget[];
  /** What files name and what no image could be made of: it may be one, so nothing passes beside it. */
  readonly unread: readonly VerifyResult[];
};

/** @throws ToolError `USAGE` where no image is named at all. */
export async function verifyTargets({ words, flags }: RawInput, tools: Tools): Promise<VerifyTargets> {
  const files = textFlags(flags, 'file');
  if (words.length === 0 && files.length === 0)
    throw new ToolError('USAGE', 'no image is named', {
      expected: 'an image, or --file with a file that names some',
      hint: 'provtrace verify --help tells what it takes',
    });
  const named = words.length === 0 ? [] : await expand(words, tools);
  const found = files.length === 0 ? [] : await imagesInFiles(files, textFlag(flags, 'fileFormat'), tools);
  const places = new Map<string, readonly NamedPlace[]>(named.map((reference) => [reference, []]));
  for (const { reference, place } of found.flatMap(({ images }) => images))
    places.set(reference, [...(places.get(reference) ?? []), place]);
  const problems = found.flatMap((file) => file.problems);
  for (const { weight, message, place } of problems)
    if (weight === 'notice') tools.progress.notice(`${placeText(place)}: ${message}`);
  return {
    targets: [...places].map(([reference, foundIn]) => ({ reference, foundIn })),
    unread: problems.filter(({ weight }) => weight === 'error').map(unreadPlace),
  };
}

// The reader of manifests loads the YAML parser.
async function imagesInFiles(
  paths: readonly string[],
  format: string | undefined,
  tools: Tools,
): Promise<readonly ManifestImages[]> {
  const { MANIFEST_FORMATS, findImagesInFile } = await import('../core/manifests/find-images.ts');
  const chosen: { readonly format?: ManifestFormatName } =
    format === undefined ? {} : { format: oneOf(format, MANIFEST_FORMATS, 'format of a file') };
  return Promise.all(
    paths.map(async (path) => findImagesInFile({ path, bytes: await readFileOrInput(path, tools), ...chosen })),
  );
}

/** In characters: the reader takes fewer. */
const INPUT_LENGTH_MAX = 16 * 1024 * 1024;

async function readFileOrInput(path: string, tools: Tools): Promise<Uint8Array> {
  if (path !== '-') return tools.readFile(path);
  const lines: string[] = [];
  let length = 0;
  for await (const line of tools.inputLines()) {
    length += line.length + 1;
    if (length > INPUT_LENGTH_MAX)
      throw new ToolError('TOO_LARGE', 'standard input is too large', {
        expected: `at most ${INPUT_LENGTH_MAX} characters`,
      });
    lines.push(`${line}\n`);
  }
  return new TextEncoder().encode(lines.join(''));
}

function unreadPlace({ message, place, hint }: ManifestProblem): VerifyResult {
  const error = new ToolError('INVALID_CONFIGURATION', message, hint === undefined ? {} : { hint });
  return { kind: 'failed', reference: placeText(place), error, foundIn: [place] };
}

function placeText({ path, line, column }: ManifestProblem['place']): string {
  return `${path}:${line}:${column}`;
}
