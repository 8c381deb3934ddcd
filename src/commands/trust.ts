import { ToolError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { toInstant } from '../core/model/outcome.ts';
import type { JudgedRoot, RootSummary } from '../core/model/trust-report.ts';
import { stalenessOf } from '../core/trust/staleness.ts';
import type { RawInput, Run, Tools } from './command.ts';
import { EXIT_CODES, worstCode } from './exit-codes.ts';
import { isSet, oneOf } from './flags.ts';
import type { TrustOutcome } from './pin.ts';
import { pin } from './pin.ts';

const FORMATS = ['text', 'json'] as const;
type Action = {
  /** What the second word is; without it there is to be none. */
  readonly takes?: string;
  readonly run: (target: string, input: RawInput, tools: Tools) => Promise<TrustOutcome>;
};

const ACTIONS = {
  list: { run: (_target, _input, tools) => list(tools) },
  import: { takes: 'FILE', run: (path, _input, tools) => importRoots(path, tools) },
  update: { run: (_target, _input, tools) => update(tools) },
  pin: {
    takes: 'IMAGE',
    run: (image, input, tools) =>
      isSet(input.flags, 'remove') ? unpin(image, input, tools) : pin(image, input, tools),
  },
} as const satisfies Readonly<Record<string, Action>>;

/** Flags of `trust pin`. */
const CHOOSING_FLAGS = [
  'all',
  'images',
  'identity',
  'identityPattern',
  'issuer',
  'key',
  'trustedRoot',
  'bundle',
  'platform',
  'allPlatforms',
];

export const run: Run = async (input, tools) => {
  const format = oneOf(tools.global.format ?? 'text', FORMATS, 'format');
  const name = oneOf(input.words[0] ?? '', ['list', 'import', 'update', 'pin'], 'action');
  const action: Action = ACTIONS[name];
  const target = targetOf(name, action, input);
  if (name !== 'pin') refuseFlags([...CHOOSING_FLAGS, 'remove'], input, 'is for trust pin');
  const { report, code } = await action.run(target, input, tools);
  tools.progress.update(undefined);
  const { renderTrust } = await import('../render/trust.ts');
  await tools.write(
    await renderTrust(report, {
      ...tools.screen,
      format,
      verbose: tools.global.verbose,
      now: toInstant(tools.clock.nowMs()),
    }),
  );
  return code;
};

function targetOf(name: string, { takes }: Action, { words: [, target] }: RawInput): string {
  if (takes === undefined && target !== undefined)
    throw new ToolError('USAGE', `trust ${name} takes nothing more`, { got: target });
  if (takes !== undefined && target === undefined)
    throw new ToolError('USAGE', `trust ${name} needs to be told which`, {
      expected: `provtrace trust ${name} ${takes}`,
    });
  return target ?? '';
}

function refuseFlags(names: readonly string[], { flags }: RawInput, why: string): void {
  const given = names.find((name) => flags[name] !== undefined);
  if (given !== undefined)
    throw new ToolError('USAGE', `--${given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${why}`);
}

async function list(tools: Tools): Promise<TrustOutcome> {
  const { roots, problems } = await tools.trust.listRoots();
  const pins = await tools.trust.readPins();
  return { report: { action: 'list', roots: judged(roots, tools), pins, problems }, code: 0 };
}

async function importRoots(path: string, tools: Tools): Promise<TrustOutcome> {
  const imported = await tools.trust.importRoots(path);
  return { report: { action: 'import', ...imported, roots: judged(imported.roots, tools) }, code: 0 };
}

function judged(roots: readonly RootSummary[], { clock }: Tools): readonly JudgedRoot[] {
  return roots.map((root) => {
    const stale = stalenessOf(root, clock.nowMs());
    return stale === undefined ? root : { ...root, stale };
  });
}

async function update(tools: Tools): Promise<TrustOutcome> {
  if (tools.global.offline) {
    throw new ToolError('OFFLINE', 'trust update asks the repositories of the roots', {
      expected: 'to be run without --offline',
      hint: 'provtrace trust import FILE needs no network',
    });
  }
  const updates = await tools.trust.updateRoots();
  const code = worstCode(updates.map((each) => (each.kind === 'failed' ? EXIT_CODES[each.error.code] : 0)));
  return { report: { action: 'update', updates }, code };
}

/** Takes away every pin that was written for exactly this name or pattern. */
async function unpin(images: string, input: RawInput, tools: Tools): Promise<TrustOutcome> {
  refuseFlags(CHOOSING_FLAGS, input, 'does not go with --remove, which takes away all that is pinned for the name');
  const removed = await tools.trust.removePins(images);
  if (removed.length > 0) return { report: { action: 'unpin', removed }, code: 0 };
  const names = (await tools.trust.readPins()).map((each) => each.images);
  const near = nearest(images, names);
  const hint = near === undefined ? 'provtrace trust list shows what is' : `did you mean ${near}?`;
  throw new ToolError('NOT_IN_STORE', `nothing was pinned for ${images} by trust pin`, {
    hint: names.includes(images) ? 'your configuration pins it: only you change that' : hint,
  });
}
