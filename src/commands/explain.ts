import { withoutUndefined } from '../core/defined.ts';
import type { ExplainFormat, FactWord } from '../core/explain/facts.ts';
import { EXPLAIN_FORMATS, factWords, isOfPeople } from '../core/explain/facts.ts';
import { toInstant } from '../core/model/outcome.ts';
import type { RawInput, Run, Tools } from './command.ts';
import { EXIT_CODES, worstCode } from './exit-codes.ts';
import { oneOf, textFlags } from './flags.ts';
import { platformChoice } from './images.ts';
import { openSources } from './sources.ts';
import { traceImage } from './trace-image.ts';
import { verifierOptions } from './verification.ts';

type ExplainOptions = { readonly reference: string; readonly fact: FactWord; readonly format: ExplainFormat };

export const run: Run = async (input, tools) => {
  const { reference, fact, format } = parseOptions(input, tools);
  const opened = await tools.openVerifier(verifierOptions(input));
  const settings = withoutUndefined({
    choice: platformChoice(input, tools),
    verifier: opened.verifier,
    pins: await tools.trust.readPins(),
    bundles: await tools.readBundles(textFlags(input.flags, 'bundle')),
    sources: isOfPeople(fact) ? await openSources(input, tools, opened) : undefined,
  });
  const traced = await traceImage(tools, reference, settings);
  const [only] = traced;
  // A single failure is a message, not a result; in a document it is both.
  if (format === 'text' && traced.length === 1 && only?.kind === 'failed') throw only.error;
  const { renderExplanation } = await import('../render/explain/index.ts');
  const options = { ...tools.screen, format, verbose: tools.global.verbose, now: toInstant(tools.clock.nowMs()) };
  for (const result of traced)
    if (result.kind === 'failed' && format === 'json')
      tools.progress.notice(`${result.reference}: ${result.error.message}`);
  await tools.write(await renderExplanation({ fact, images: traced }, options));
  return worstCode(traced.map((result) => (result.kind === 'failed' ? EXIT_CODES[result.error.code] : 0)));
};

function parseOptions({ words: [reference = '', word = ''] }: RawInput, tools: Tools): ExplainOptions {
  return {
    reference,
    fact: oneOf(word, factWords(), 'fact'),
    format: oneOf(tools.global.format ?? 'text', EXPLAIN_FORMATS, 'format'),
  };
}
