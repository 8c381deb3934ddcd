import { ToolError } from '../core/errors.ts';
import type { ImageRepository } from '../core/model/image-repository.ts';
import type { PolicyReport, TestedCase } from '../core/model/policy-report.ts';
import type { VerifyResult } from '../core/model/verify-report.ts';
import type { ExpectedVerdict } from '../core/policy/expected-verdict.ts';
import { EXPECTED_FILE, parseExpectedVerdict } from '../core/policy/expected-verdict.ts';
import { obstaclesOf } from '../core/policy/judgement.ts';
import { reasonOf, verdictOf } from '../core/policy/verdict.ts';
import type { Registry } from '../ports/registry.ts';
import type { RawInput, Tools } from './command.ts';
import { parsePlatform, textFlag } from './flags.ts';
import { eachInOrder } from './side-by-side.ts';
import { traceImage } from './trace-image.ts';
import { openGate } from './verify-gate.ts';

const POLICY_FILE = 'policy.yaml';

type Case = { readonly name: string; readonly folder: string; readonly expected: ExpectedVerdict };

/**
 * Holds each layout in the folder against a policy, as the image whose name stands beside it: `--policy`, else `policy.yaml` in the folder.
 * Nobody is asked over the network.
 * @throws ToolError `USAGE` where there is none: what tests nothing has not passed.
 */
export async function testPolicy(
  folder: string,
  input: RawInput,
  tools: Tools,
): Promise<{ report: Extract<PolicyReport, { action: 'test' }>; code: number }> {
  const path = textFlag(input.flags, 'policy') ?? `${folder}/${POLICY_FILE}`;
  const names = (await tools.listFolders(folder)).filter((name) => !name.startsWith('.'));
  if (names.length === 0)
    throw new ToolError('USAGE', `${folder} holds no case`, {
      expected: `folders that are OCI layouts, each with ${EXPECTED_FILE}`,
      hint: `${EXPECTED_FILE} says image: NAME and verdict: pass, fail or undecided`,
    });
  const all = await Promise.all(names.map((name) => readCase(folder, name, tools)));
  const cases: TestedCase[] = [];
  await eachInOrder(all, tools.global.jobs, {
    work: (each) => testCase(each, { ...input, flags: { ...input.flags, policy: path } }, tools),
    done: async (tested) => void cases.push(tested),
  });
  const code = cases.every(({ isAsExpected }) => isAsExpected) ? 0 : 1;
  return { report: { action: 'test', path, cases }, code };
}

/** @throws ToolError where the folder does not say what is expected: a case that is passed over would seem to pass. */
async function readCase(parent: string, name: string, tools: Tools): Promise<Case> {
  const folder = `${parent}/${name}`;
  const path = `${folder}/${EXPECTED_FILE}`;
  const text = new TextDecoder().decode(await tools.readFile(path));
  return { name, folder, expected: parseExpectedVerdict({ text, path }) };
}

async function testCase({ name, folder, expected }: Case, input: RawInput, tools: Tools): Promise<TestedCase> {
  const inPlace = standingIn(tools, expected, `oci:${folder}`);
  const { settings, judge } = await openGate(input, inPlace);
  const choice =
    expected.platform === undefined
      ? {}
      : { choice: { kind: 'platform' as const, platform: parsePlatform(expected.platform) } };
  const { results, together } = await judge(
    await traceImage(inPlace, expected.image, { ...settings, ...choice, isTrial: true }),
    [],
  );
  const verdicts = [...results.map(verdictOrUnread), ...(together === undefined ? [] : [together.judged.verdict])];
  const got = WORST_FIRST.find((verdict) => verdicts.includes(verdict)) ?? 'unread';
  const failing = new Set(results.flatMap(failingRequirements));
  const notFailing = (expected.failing ?? []).filter((requirement) => !failing.has(requirement));
  return {
    name,
    expected: expected.verdict,
    got,
    reason: [...new Set(results.map(reasonText))].join('; '),
    isAsExpected: got === expected.verdict && notFailing.length === 0,
    notFailing,
  };
}

const WORST_FIRST = ['unread', 'fail', 'undecided', 'pass'] as const;

function verdictOrUnread(result: VerifyResult): TestedCase['got'] {
  return result.kind === 'failed' ? 'unread' : verdictOf(result);
}

function reasonText(result: VerifyResult): string {
  if (result.kind === 'failed') return result.error.message;
  const failing = [...new Set(failingRequirements(result))];
  return failing.length === 0 ? reasonOf(result) : `${reasonOf(result)} (${failing.join(', ')})`;
}

function failingRequirements(result: VerifyResult): readonly string[] {
  if (result.kind === 'failed') return [];
  const rules = result.policy?.rules ?? [];
  return rules.flatMap(({ judged }) => obstaclesOf(judged).map(({ requirement }) => requirement));
}

/** The layout answers for the image, and nobody else is asked. */
function standingIn(tools: Tools, { image, ref }: ExpectedVerdict, layout: string): Tools {
  const [named, kept] = [image, layout].map((text) => {
    const reference = tools.parseReference(text);
    if (reference.kind === 'located') return reference;
    throw new ToolError('USAGE', `${text} is not the name of an image`, { expected: 'such as ghcr.io/acme/shop' });
  });
  if (named === undefined || kept === undefined) return tools;
  const { repository } = named;
  const at = (asked: ImageRepository): ImageRepository => {
    if (asked.transport === repository.transport && asked.name === repository.name) return kept.repository;
    return asked;
  };
  const { registry } = tools;
  const layoutOnly: Registry = {
    fetchManifest: (asked, name) => registry.fetchManifest(at(asked), name),
    fetchBlob: (asked, digest, bytesMax) => registry.fetchBlob(at(asked), digest, bytesMax),
    fetchReferrers: (asked, subject) => registry.fetchReferrers(at(asked), subject),
    listTags: (asked, tagsMax) => registry.listTags(at(asked), tagsMax),
  };
  return {
    ...tools,
    registry: layoutOnly,
    forges: [],
    parseReference: () => ({ kind: 'located', text: image, repository, ...(ref === undefined ? {} : { tag: ref }) }),
    openSources: async () => undefined,
  };
}
