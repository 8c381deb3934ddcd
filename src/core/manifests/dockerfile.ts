import { parseDirectives } from './dockerfile-directives.ts';
import { instructionsOf, type Instruction } from './dockerfile-lines.ts';
import { wordsOf, type Word } from './dockerfile-words.ts';
import { interpolate, type Interpolation } from './interpolate.ts';
import {
  manifestError,
  manifestNotice,
  type ManifestFinding,
  type ManifestFormat,
  type ManifestPlace,
  type ManifestText,
} from './model.ts';
import { placesOf, shortened, type PlaceOf } from './places.ts';
import { defaulted, readInterpolated } from './read-interpolated.ts';
import { readReference } from './read-reference.ts';

/** Dockerfiles: the images of all stages, those that are copied or mounted from, and the frontend's. */
export const DOCKERFILE: ManifestFormat = { name: 'dockerfile', read };

/** BuildKit sets them, for the platform that is built. */
const PLATFORM_VARIABLE = /^(?:BUILD|TARGET)(?:PLATFORM|OS|ARCH|VARIANT|OSVERSION)$/;

type Build = {
  readonly escape: string;
  /** Those before the first FROM, with what each defaults to. */
  readonly defaults: Map<string, string | undefined>;
  /** The names of the stages so far, lowercase. */
  readonly names: Set<string>;
  /** How many stages there are so far, and what the last one is called; its number where it has no name. */
  stages: number;
  stage: string;
};

type Step = { readonly words: readonly Word[]; readonly build: Build; readonly at: PlaceOf };

/** What each instruction says of images. The words are those after its name. */
const INSTRUCTIONS: Readonly<Record<string, (step: Step) => Iterable<ManifestFinding>>> = {
  ARG: readArgument,
  FROM: readFrom,
  COPY: readCopy,
  ADD: nothing,
  RUN: readRun,
  ONBUILD: readOnBuild,
  ...Object.fromEntries(
    'CMD ENTRYPOINT ENV EXPOSE HEALTHCHECK LABEL MAINTAINER SHELL STOPSIGNAL USER VOLUME WORKDIR'
      .split(' ')
      .map((name) => [name, nothing]),
  ),
};

function* read(manifest: ManifestText): Generator<ManifestFinding> {
  const at = placesOf(manifest);
  const { escape, syntax } = parseDirectives(manifest.text);
  if (syntax !== undefined) yield readReference(syntax.reference, at(syntax.offset, 'syntax'));
  const build: Build = { escape, defaults: new Map(), names: new Set(), stages: 0, stage: '' };
  for (const instruction of instructionsOf(manifest.text, escape)) {
    const place: PlaceOf = (index, pointer) => at(instruction.offsetOf(index), pointer);
    yield* readInstruction(instruction, build, place);
  }
}

function* readInstruction(instruction: Instruction, build: Build, at: PlaceOf): Generator<ManifestFinding> {
  const words = leadingWords(instruction.text, build.escape);
  yield* readStep({ words, build, at });
  if (instruction.unterminated === undefined) return;
  yield manifestError('MALFORMED', at(0, stageOf(build)), {
    message: `the here-document ${instruction.unterminated.slice(0, 100)} does not end`,
  });
}

/** The instruction's name, its flags, and what follows them as far as any image can be: not the whole of what RUN runs. */
function leadingWords(text: string, escape: string): readonly Word[] {
  const isArgument = /^\s*ARG\s/i.test(text);
  const words: Word[] = [];
  let others = 0;
  for (const word of wordsOf(text, escape)) {
    words.push(word);
    if (!word.text.startsWith('--') && ++others > OTHERS_MAX && !isArgument) break;
  }
  return words;
}

/** `ONBUILD FROM image AS name`, and nothing is longer. */
const OTHERS_MAX = 5;

function* readStep({ words: [name, ...words], build, at }: Step): Generator<ManifestFinding> {
  if (name === undefined) return;
  const keyword = name.text.toUpperCase();
  const reader = Object.hasOwn(INSTRUCTIONS, keyword) ? INSTRUCTIONS[keyword] : undefined;
  if (reader !== undefined) yield* reader({ words, build, at });
  else if (/\{\{|\{%/.test(name.text))
    yield manifestError('NOT_RENDERED', at(name.index, ''), { message: 'a template that was not rendered' });
  else
    yield manifestError('MALFORMED', at(name.index, stageOf(build)), {
      message: `not a Dockerfile instruction: ${name.text.slice(0, 100)}`,
    });
}

function nothing(): readonly ManifestFinding[] {
  return [];
}

/** Only those before the first FROM bear on which image a FROM names. */
function readArgument({ words, build }: Step): readonly ManifestFinding[] {
  if (build.stages > 0) return [];
  for (const { text } of words) {
    const equals = text.indexOf('=');
    const value = equals < 0 ? undefined : interpolate(text.slice(equals + 1), interpolationOf(build));
    build.defaults.set(equals < 0 ? text : text.slice(0, equals), value?.kind === 'text' ? value.text : undefined);
  }
  return [];
}

function interpolationOf({ defaults, escape }: Build): Interpolation {
  return { valueOf: (name) => defaults.get(name), escape };
}

function* readFrom({ words, build, at }: Step): Generator<ManifestFinding> {
  const [image, as, given] = words.filter(({ text }) => !text.startsWith('--'));
  const name = as?.text.toLowerCase() === 'as' ? given?.text.toLowerCase() : undefined;
  build.stage = name ?? `${build.stages}`;
  const place = at(image?.index ?? 0, stageOf(build));
  if (image === undefined) yield manifestError('NO_IMAGE', place, { message: 'FROM names no image' });
  else yield* readBase(image.text, build, place);
  build.stages++;
  if (name !== undefined) build.names.add(name);
}

function* readBase(written: string, build: Build, place: ManifestPlace): Generator<ManifestFinding> {
  const interpolated = interpolate(written, interpolationOf(build));
  if (interpolated.kind === 'text' && isNoImage(interpolated.text, build)) {
    yield* defaulted(interpolated, place);
    return;
  }
  const stages = interpolated.kind === 'unset' ? stagesByPlatform(written, interpolated.variable, build) : [];
  if (stages.length === 0) yield* readInterpolated(written, place, interpolationOf(build));
  else
    yield manifestNotice('STAGE_BY_PLATFORM', place, {
      message: `taken as one of the stages of this file, by platform: ${stages.map(shortened).join(', ')}`,
    });
}

function isNoImage(name: string, { names }: Build): boolean {
  return name === 'scratch' || names.has(name.toLowerCase());
}

/** `FROM build-${TARGETARCH}` means the stages `build-amd64`, `build-arm64`. */
function stagesByPlatform(text: string, variable: string, { names }: Build): readonly string[] {
  if (!PLATFORM_VARIABLE.test(variable)) return [];
  const [before = '', after, ...more] = text.toLowerCase().split(new RegExp(`\\$\\{?${variable.toLowerCase()}\\}?`));
  if (after === undefined || more.length > 0 || before + after === '') return [];
  return [...names].filter((name) => name.startsWith(before) && name.endsWith(after)).slice(0, SHOWN_MAX);
}

/** Of stages in a message. */
const SHOWN_MAX = 10;

/** `COPY --from=NAME`: an earlier stage by name or number, else an image. Variables are not filled in there. */
function* readCopy(step: Step): Generator<ManifestFinding> {
  for (const { value, place } of flagsOf(step, '--from=')) {
    const written = place(value);
    if (!/^\d+$/.test(value)) yield* readStageOrImage(value, step.build, written);
    else if (Number(value) >= step.build.stages)
      yield manifestError('MALFORMED', written, { message: `there is no stage ${value.slice(0, 20)} before this one` });
  }
}

/** `RUN --mount=type=bind,from=NAME`: an earlier stage by name, else an image. */
function* readRun(step: Step): Generator<ManifestFinding> {
  for (const { value, place } of flagsOf(step, '--mount='))
    for (const part of value.split(','))
      if (/^from=/i.test(part)) {
        const { length } = 'from=';
        yield* readStageOrImage(part.slice(length), step.build, place(part, length));
      }
}

/** `place` is that of a part of the value, behind its first `skipped` characters. */
type Flag = { readonly value: string; readonly place: (part: string, skipped?: number) => ManifestPlace };

function* flagsOf({ words, build, at }: Step, flag: '--from=' | '--mount='): Generator<Flag> {
  for (const { text, raw, index } of words) {
    if (!text.startsWith('--')) return;
    if (!text.toLowerCase().startsWith(flag)) continue;
    const pointer = `${stageOf(build)} ${flag.slice(0, -1)}`.trimStart();
    yield {
      value: text.slice(flag.length),
      place: (part, skipped = 0) => at(index + Math.max(0, raw.indexOf(part, flag.length)) + skipped, pointer),
    };
  }
}

function* readStageOrImage(name: string, build: Build, place: ManifestPlace): Generator<ManifestFinding> {
  if (!isNoImage(name, build)) yield readReference(name, place);
}

function* readOnBuild(step: Step): Generator<ManifestFinding> {
  // "ONBUILD may not trigger FROM", and chaining is not allowed.
  const inner = step.words[0]?.text.toUpperCase() ?? '';
  if (inner !== 'ONBUILD' && inner !== 'FROM') yield* readStep(step);
}

/** `stage build`, `stage 0`; nothing before the first. */
function stageOf({ stage }: Build): string {
  return stage === '' ? '' : `stage ${shortened(stage)}`;
}
