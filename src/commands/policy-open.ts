import { ToolError } from '../core/errors.ts';
import type { Digest } from '../core/model/digest.ts';
import { parseDigest } from '../core/model/digest.ts';
import type { ImageEntity } from '../core/model/entity.ts';
import { formatRepository } from '../core/model/image-repository.ts';
import { rulesFor } from '../core/policy/image-rules.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { CelEvaluator } from '../core/policy/cel.ts';
import type { OptionSpec, RawInput, Tools, VerifierOptions } from './command.ts';
import { textFlag } from './flags.ts';

/** A policy file, read. */
export type OpenedPolicy = {
  readonly path: string;
  /** Of its bytes. */
  readonly digest?: Digest;
  readonly policy: Policy;
  /** Keys that stand in it. */
  readonly keys: NonNullable<VerifierOptions['policyKeys']>;
  /** Where it has expressions. */
  readonly evaluateCel?: CelEvaluator;
};
/** The policies in use, and which of them an image is held against; undefined where none is for it. */
export type Policies = {
  readonly opened: readonly OpenedPolicy[];
  readonly chosenFor: (image: ImageEntity) => OpenedPolicy | undefined;
};

export const POLICY_OPTION: OptionSpec = {
  flags: '--policy <file>',
  summary: 'what is required, in a file: YAML or JSON, a ClusterImagePolicy of Sigstore too',
};

/** @throws ToolError `INVALID_CONFIGURATION` with line, column and the nearest known key */
export async function openPolicy(
  path: string,
  tools: Pick<Tools, 'readFile' | 'keyFingerprint' | 'hash'>,
): Promise<OpenedPolicy> {
  const bytes = await tools.readFile(path);
  const digest = parseDigest(`sha256:${tools.hash('sha256', bytes)}`);
  const opened = await parseFile({ text: new TextDecoder().decode(bytes), path }, tools);
  return digest === undefined ? opened : { ...opened, digest };
}

async function parseFile(
  file: { readonly text: string; readonly path: string },
  tools: Pick<Tools, 'keyFingerprint'>,
): Promise<OpenedPolicy> {
  const { path } = file;
  if (file.text.includes('ClusterImagePolicy')) {
    // Its expressions need RE2: loaded for such a file alone.
    const { isClusterImagePolicy, parseClusterImagePolicy } = await import('../core/policy/cluster-image-policy.ts');
    if (isClusterImagePolicy(file)) {
      const { policy, keys } = parseClusterImagePolicy(file, tools.keyFingerprint);
      return { path, policy, keys: keys.map((pem) => ({ pem, path })) };
    }
  }
  const { parsePolicy } = await import('../core/policy/policy-file.ts');
  if (!/\bcel\b/.test(file.text)) return { path, policy: parsePolicy(file), keys: [] };
  const { loadCel } = await import('../core/policy/load-cel.ts');
  const evaluateCel = await loadCel();
  return { path, policy: parsePolicy(file, evaluateCel), keys: [], evaluateCel };
}

/** The file of `--policy`, else those that the user's own configuration names: it alone may say what is required (SPEC 8). */
export async function openPolicies({ flags }: RawInput, tools: Tools): Promise<Policies> {
  const given = textFlag(flags, 'policy');
  if (given !== undefined) return everywhere(await openPolicy(given, tools));
  const { policies } = tools.settings;
  if (policies === undefined) return { opened: [], chosenFor: () => undefined };
  if (typeof policies === 'string') return everywhere(await openPolicy(policies, tools));
  const byPattern = await Promise.all(
    Object.entries(policies).map(async ([pattern, path]) => ({ pattern, opened: await openPolicy(path, tools) })),
  );
  return { opened: byPattern.map(({ opened }) => opened), chosenFor: (image) => mostSpecific(image, byPattern) };
}

function everywhere(opened: OpenedPolicy): Policies {
  return { opened: [opened], chosenFor: () => opened };
}

type ByPattern = readonly { readonly pattern: string; readonly opened: OpenedPolicy }[];

/** Patterns choose a file as they choose a rule within one. */
function mostSpecific({ foundAt }: ImageEntity, byPattern: ByPattern): OpenedPolicy | undefined {
  const rules = byPattern.map(({ pattern }) => ({
    name: pattern,
    images: [{ text: pattern }],
    mode: 'enforce' as const,
    requirements: [],
    platforms: { inheritFromIndex: false },
  }));
  const names = foundAt.map(formatRepository);
  const chosen = new Set(
    names.flatMap((name) => rulesFor({ rules, selection: 'mostSpecific' }, name).map(({ pattern }) => pattern)),
  );
  const [first, ...others] = byPattern.filter(({ pattern }) => chosen.has(pattern));
  if (others.length === 0) return first?.opened;
  throw new ToolError('INVALID_CONFIGURATION', `which policy is for ${names.join(', ')} is not clear`, {
    expected: 'one pattern under policies that is more specific than the others',
    got: [...chosen].join(', '),
  });
}
