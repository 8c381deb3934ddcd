import { ToolError } from '../core/errors.ts';
import { toInstant } from '../core/model/outcome.ts';
import { formatRepository } from '../core/model/image-repository.ts';
import type { PolicyReport } from '../core/model/policy-report.ts';
import type { RawInput, Run, Tools } from './command.ts';
import { oneOf } from './flags.ts';
import { openPolicy } from './policy-open.ts';

const FORMATS = ['text', 'json'] as const;
type Outcome = { readonly report: PolicyReport; readonly code: number };
/** What follows the action, and what is done with it. */
type Action = (targets: readonly string[], input: RawInput, tools: Tools) => Promise<Outcome>;

const ACTIONS: Readonly<Record<'check' | 'explain' | 'test', Action>> = {
  check: async (targets, _input, tools) => check(only(targets, 'FILE', tools.settings.policyToCheck), tools),
  explain: async ([path, image, ...others], _input, tools) => {
    if (path === undefined || image === undefined || others.length > 0)
      throw new ToolError('USAGE', 'policy explain takes a file and an image', {
        expected: 'provtrace policy explain FILE IMAGE',
      });
    return explain(path, image, tools);
  },
  test: async (targets, input, tools) => {
    const { testPolicy } = await import('./policy-test.ts');
    return testPolicy(only(targets, 'DIR'), input, tools);
  },
};

export const run: Run = async (input, tools) => {
  const [word = '', ...targets] = input.words;
  const action = oneOf(word, ['init', 'check', 'explain', 'test'], 'action');
  if (action === 'init') {
    const { writeInitialPolicy } = await import('./policy-init.ts');
    return writeInitialPolicy(targets, input, tools);
  }
  const format = oneOf(tools.global.format ?? 'text', FORMATS, 'format');
  const { report, code } = await ACTIONS[action](targets, input, tools);
  tools.progress.update(undefined);
  const { renderPolicy } = await import('../render/policy/index.ts');
  await tools.write(await renderPolicy(report, { ...tools.screen, format, verbose: tools.global.verbose }));
  return code;
};

/** @param instead where none is given: the project's own file, for `policy check` alone (SPEC 8). */
function only([target = '', ...others]: readonly string[], what: string, instead?: string): string {
  if (target !== '' && others.length === 0) return target;
  if (others.length === 0 && instead !== undefined) return instead;
  throw new ToolError('USAGE', `this takes one ${what}`, {
    hint: 'provtrace policy --help has examples',
    ...(others.length === 0 ? {} : { got: [target, ...others].join(' ') }),
  });
}

/** What is wrong with the file is thrown; what only does not look right is told. */
async function check(path: string, tools: Tools): Promise<Outcome> {
  const { policy, evaluateCel } = await openPolicy(path, tools);
  const [{ isExpired }, { contradictionsIn }] = await Promise.all([
    import('../core/policy/exceptions.ts'),
    import('../core/policy/contradictions.ts'),
  ]);
  const now = toInstant(tools.clock.nowMs());
  const rules = policy.rules.map(({ name, images, mode }) => ({ name, images: images.map(({ text }) => text), mode }));
  const expired = policy.exceptions.filter((exception) => isExpired(exception, now));
  const warnings = [...policy.warnings, ...contradictionsIn(policy, evaluateCel)];
  return { report: { action: 'check', path, rules, exceptions: policy.exceptions.length, expired, warnings }, code: 0 };
}

/** Asks nobody: what bears on an image is told by its name. */
async function explain(path: string, text: string, tools: Tools): Promise<Outcome> {
  const { policy } = await openPolicy(path, tools);
  const reference = tools.parseReference(text);
  if (reference.kind === 'seen')
    throw new ToolError('USAGE', 'rules are for images by their names, and a digest is none', {
      expected: 'an image’s name, such as ghcr.io/acme/shop',
    });
  const image = formatRepository(reference.repository);
  const { explainPolicy } = await import('../core/policy/explain-policy.ts');
  const { default: byDefault, warnings } = policy;
  const rules = explainPolicy(policy, image);
  return { report: { action: 'explain', path, image, rules, byDefault, warnings }, code: 0 };
}
