import { withoutUndefined } from '../core/defined.ts';
import type { OutputFormat } from '../core/model/formats.ts';
import { OUTPUT_FORMATS } from '../core/model/formats.ts';
import type { Relation, SignalStrength } from '../core/model/evidence.ts';
import { OWNERSHIP_GRADES, SIGNAL_STRENGTHS, compareStrength } from '../core/model/evidence.ts';
import { toInstant } from '../core/model/outcome.ts';
import type { Grade, TraceResult } from '../core/model/report.ts';
import type { RenderOptions } from '../render/index.ts';
import type { PlatformChoice, RawInput, Run, Tools } from './command.ts';
import { EXIT_CODES, worstCode } from './exit-codes.ts';
import { oneOf, textFlag, textFlags } from './flags.ts';
import { expand, platformChoice } from './images.ts';
import { eachInOrder } from './side-by-side.ts';
import { openSources } from './sources.ts';
import { followingBases, parseBaseDepth } from './trace-bases.ts';
import type { Traced } from './trace-image.ts';
import { traceImage } from './trace-image.ts';
import { verifierOptions } from './verification.ts';

type TraceOptions = {
  readonly images: readonly string[];
  readonly format: OutputFormat;
  readonly choice: PlatformChoice;
  /** In images beneath the one that was asked for; 0 for none. */
  readonly baseDepth: number;
  readonly require: SignalStrength | undefined;
  readonly requireOwner: SignalStrength | undefined;
  readonly failOn: readonly string[];
};

export const run: Run = async (input, tools) => {
  const options = parseOptions(input, tools);
  const references = await expand(options.images, tools);
  const opened = await tools.openVerifier(verifierOptions(input));
  const alone = {
    verifier: opened.verifier,
    pins: await tools.trust.readPins(),
    bundles: await tools.readBundles(textFlags(input.flags, 'bundle')),
  };
  const settings = withoutUndefined({
    ...alone,
    choice: options.choice,
    sources: await openSources(input, tools, opened),
    followBases: options.baseDepth === 0 ? undefined : followingBases(tools, alone, options.baseDepth),
  });
  const kept: TraceResult[] = [];
  const codes: number[] = [];
  const { renderTrace, renderTraceLine } = await import('../render/index.ts');
  await eachInOrder(references, tools.global.jobs, {
    work: (reference) => traceImage(tools, reference, settings),
    done: async (traced, count) => {
      codes.push(...traced.map((result) => exitCodeOf(result, options)));
      tools.progress.update(references.length > 1 ? `${count} of ${references.length} images` : undefined);
      if (options.format !== 'text') tellFailures(traced, tools);
      // A line is written as its image is done, and nothing of it is kept: there may be thousands.
      if (options.format !== 'ndjson') kept.push(...traced);
      else for (const result of traced) await tools.write(await renderTraceLine(result));
    },
  });
  tools.progress.update(undefined);
  const [only] = kept;
  // A single failure is a message, not a result; in documents and among others it is both.
  if (options.format === 'text' && kept.length === 1 && only?.kind === 'failed') throw only.error;
  if (options.format !== 'ndjson')
    await tools.write(await renderTrace({ images: kept }, renderOptions(options, tools)));
  return worstCode(codes);
};

function tellFailures(traced: readonly TraceResult[], tools: Tools): void {
  for (const result of traced)
    if (result.kind === 'failed') tools.progress.notice(`${result.reference}: ${result.error.message}`);
}

function parseOptions(input: RawInput, tools: Tools): TraceOptions {
  const { words, flags } = input;
  const format = tools.global.format ?? tools.settings.output?.format ?? 'text';
  const required = textFlag(flags, 'require');
  const requiredOwner = textFlag(flags, 'requireOwner');
  return {
    images: words,
    format: oneOf(format, OUTPUT_FORMATS, 'format'),
    choice: platformChoice(input, tools),
    baseDepth: parseBaseDepth(textFlag(flags, 'baseDepth')),
    require: required === undefined ? undefined : oneOf(required, SIGNAL_STRENGTHS, 'grade'),
    requireOwner: requiredOwner === undefined ? undefined : oneOf(requiredOwner, OWNERSHIP_GRADES, 'grade'),
    failOn: textFlags(flags, 'failOn'),
  };
}

function renderOptions({ format }: TraceOptions, tools: Tools): RenderOptions {
  return { ...tools.screen, format, verbose: tools.global.verbose, now: toInstant(tools.clock.nowMs()) };
}

/** SPEC 5: without a demand, an image that was read is 0 whatever its grades. */
function exitCodeOf(result: TraceResult, { require, requireOwner, failOn }: TraceOptions): number {
  if (result.kind === 'failed') return EXIT_CODES[result.error.code];
  const { dossier } = result;
  const failing = dossier.findings.some(({ code, severity }) => failOn.includes(code) || failOn.includes(severity));
  if (failing) return 1;
  return Math.max(originCode(result, require), ownershipCode(result, requireOwner));
}

function originCode({ dossier, grades }: Traced, required: SignalStrength | undefined): number {
  if (required === undefined || isAtLeast(grades.origin, required)) return 0;
  const settled = dossier.chain.hops.find((hop) => hop.relation === 'builtFrom');
  const open = dossier.chain.gaps.find((gap) => gap.relation === 'builtFrom');
  const couldBeMore = settled === undefined ? open?.reason === 'unheard' : settled.problems.length > 0;
  return couldBeMore ? 3 : 1;
}

/** Who was not heard may have named an owner, or the commit that the owners are of. */
function ownershipCode({ dossier, grades, steps }: Traced, required: SignalStrength | undefined): number {
  if (required === undefined || isAtLeast(grades.ownership, required)) return 0;
  const owners = steps.find(({ name }) => name === 'owners');
  const isUnheard = dossier.gathered.problems.some(({ relations }) =>
    relations.some((relation) => BEFORE_OWNERS.has(relation)),
  );
  return owners?.gap === 'unheard' || isUnheard ? 3 : 1;
}

const BEFORE_OWNERS: ReadonlySet<Relation> = new Set<Relation>([
  'builtFrom',
  'fromRepository',
  'builtAt',
  'ownedBy',
  'componentOf',
]);

function isAtLeast(grade: Grade, required: SignalStrength): boolean {
  return grade !== 'none' && compareStrength(grade, required) >= 0;
}
