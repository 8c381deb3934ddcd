import { ToolError } from '../core/errors.ts';
import { toInstant } from '../core/model/outcome.ts';
import type { PolicyInput } from '../core/policy/policy-input.ts';
import type { RawInput, Tools } from './command.ts';
import { oneOf, textFlags } from './flags.ts';
import { expand, platformChoice } from './images.ts';
import { policyInput } from './policy-gather.ts';
import { eachInOrder } from './side-by-side.ts';
import { openSources } from './sources.ts';
import type { TraceSettings } from './trace-image.ts';
import { traceImage } from './trace-image.ts';
import { verifierOptions } from './verification.ts';

/** Everything is asked that a policy can ask for: what all images have may be required. */
const EVERYTHING = { source: true, documents: true, baseDepth: 0 };

/**
 * Writes the tightest policy that these images meet.
 * @throws ToolError where one could not be read: it might not meet what the others do.
 */
export async function writeInitialPolicy(words: readonly string[], input: RawInput, tools: Tools): Promise<number> {
  oneOf(tools.global.format ?? 'yaml', ['yaml'], 'format');
  if (words.length === 0)
    throw new ToolError('USAGE', 'policy init needs images that are known to be good', {
      expected: 'provtrace policy init IMAGE…',
    });
  const opened = await tools.openVerifier(verifierOptions(input));
  const sources = await openSources(input, tools, opened);
  const pins = await tools.trust.readPins();
  const settings: TraceSettings = {
    choice: platformChoice(input, tools),
    verifier: opened.verifier,
    pins,
    bundles: await tools.readBundles(textFlags(input.flags, 'bundle')),
    ...(sources === undefined ? {} : { sources }),
  };
  const inputs: PolicyInput[] = [];
  await eachInOrder(await expand(words, tools), tools.global.jobs, {
    work: (reference) => traceImage(tools, reference, settings),
    done: async (traced) => {
      for (const result of traced) {
        if (result.kind === 'failed') throw result.error;
        inputs.push(await policyInput(tools, result, EVERYTHING));
      }
    },
  });
  tools.progress.update(undefined);
  const [{ initialPolicy }, { policyText }, { rangeTest }] = await Promise.all([
    import('../core/policy/init-policy.ts'),
    import('../core/policy/init-text.ts'),
    import('../core/vex/versions/range.ts'),
  ]);
  const options = { now: toInstant(tools.clock.nowMs()), pins, testRange: rangeTest };
  await tools.write(policyText(initialPolicy(inputs, options)));
  return 0;
}
