import { chooseFormat } from './choose-format.ts';
import { COMPOSE } from './compose.ts';
import { DOCKERFILE } from './dockerfile.ts';
import { IMAGE_LIST } from './image-list.ts';
import { KUBERNETES } from './kubernetes.ts';
import {
  manifestError,
  type FoundImage,
  type ManifestFormat,
  type ManifestFormatName,
  type ManifestPlace,
  type ManifestProblem,
  type ManifestProblemCode,
  type ManifestText,
} from './model.ts';

/** Of a file. Read in some seconds: of YAML, tokens are counted too (`yaml-tokens.ts`). */
const BYTES_MAX = 8 * 1024 * 1024;
const IMAGES_MAX = 10_000;
const PROBLEMS_MAX = 1_000;

const FORMATS: readonly ManifestFormat[] = [KUBERNETES, COMPOSE, DOCKERFILE, IMAGE_LIST];

/** The formats by name, for a choice on the command line. */
export const MANIFEST_FORMATS: readonly ManifestFormatName[] = FORMATS.map(({ name }) => name);

export type ManifestImages = {
  /** As given, else as the file's name and content tell; undefined where they do not. */
  readonly format: ManifestFormatName | undefined;
  /** In the order of the file, an image as often as it is named. */
  readonly images: readonly FoundImage[];
  /** Where there is no image at all, `NO_IMAGES` is among them. */
  readonly problems: readonly ManifestProblem[];
};

type Chosen = { readonly format?: ManifestFormatName | undefined };

/** As `findImages`, of a file's bytes: UTF-8, with or without a byte order mark. */
export function findImagesInFile(file: { readonly bytes: Uint8Array; readonly path: string } & Chosen): ManifestImages {
  const { bytes, path, format } = file;
  if (bytes.length > BYTES_MAX)
    return unread(file, 'TOO_LARGE', `${bytes.length} bytes, and at most ${BYTES_MAX} are read`);
  const text = decode(bytes);
  return text === undefined ? unread(file, 'NOT_TEXT', 'not UTF-8 text') : findImages({ text, path, format });
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Every image that a manifest names, each with its place. Nothing is thrown, whatever the text. While a problem of the weight `error` is
 * there, the images are not all that the file means.
 */
export function findImages(manifest: ManifestText & Chosen): ManifestImages {
  const { text, path } = manifest;
  if (text.length > BYTES_MAX)
    return unread(manifest, 'TOO_LARGE', `${text.length} characters, and at most ${BYTES_MAX} are read`);
  const name = manifest.format ?? chooseFormat({ text, path });
  const format = FORMATS.find((each) => each.name === name);
  return format === undefined
    ? unread(manifest, 'UNKNOWN_FORMAT', 'neither its name nor its content tells what it is')
    : readAll(format, manifest);
}

function unread(
  { path, format }: { readonly path: string } & Chosen,
  code: ManifestProblemCode,
  message: string,
): ManifestImages {
  const hint = code === 'UNKNOWN_FORMAT' ? { hint: `Say which it is: ${MANIFEST_FORMATS.join(', ')}.` } : {};
  return { format, images: [], problems: [manifestError(code, wholeOf(path), { message, ...hint })] };
}

function wholeOf(path: string): ManifestPlace {
  return { path, line: 1, column: 1, pointer: '' };
}

function readAll({ name, read }: ManifestFormat, { text, path }: ManifestText): ManifestImages {
  const images: FoundImage[] = [];
  const problems: ManifestProblem[] = [];
  for (const finding of read({ text: text.startsWith('\uFEFF') ? text.slice(1) : text, path })) {
    if (images.length === IMAGES_MAX || problems.length === PROBLEMS_MAX) {
      const message = `more than ${IMAGES_MAX} images or ${PROBLEMS_MAX} problems: the rest is not read`;
      problems.push(manifestError('TOO_MANY', finding.place, { message }));
      break;
    }
    if ('reference' in finding) images.push(finding);
    else problems.push(finding);
  }
  if (images.length === 0)
    problems.push(manifestError('NO_IMAGES', wholeOf(path), { message: 'no image is named in it' }));
  return { format: name, images, problems };
}
