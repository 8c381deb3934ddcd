import { ToolError } from '../core/errors.ts';
import type { PinnedSigner } from '../core/claims/speakers.ts';
import type { Requirements } from '../core/policy/requirements.ts';
import { withoutUndefined } from '../core/defined.ts';
import { parseSourceUrl } from '../core/source-url.ts';
import type { OptionSpec, RawInput, VerifierOptions } from './command.ts';
import { textFlag, textFlags } from './flags.ts';

/** What every command that checks signatures can be given. */
export const TRUST_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--key <file>',
    summary: 'a public key in PEM that signatures may be made with (repeatable)',
    repeatable: true,
  },
  {
    flags: '--trusted-root <file>',
    summary: 'another root of trust: trusted_root.json, or JSON lines (repeatable)',
    repeatable: true,
  },
  {
    flags: '--bundle <file>',
    summary: 'Sigstore bundles that are not in the registry: JSON, or JSON lines (repeatable)',
    repeatable: true,
  },
  {
    flags: '--no-transparency-log',
    summary: 'accept keys’ signatures without a log entry: nobody can see then what else the key signed',
  },
];

export const REQUIREMENT_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--identity <identity>',
    summary: 'who must have signed, exactly; with --issuer',
    aliases: ['--certificate-identity'],
  },
  {
    flags: '--identity-pattern <pattern>',
    summary: 'the same with * (within a part) and ** (anything), anchored at both ends',
  },
  {
    flags: '--issuer <url>',
    summary: 'the OIDC issuer that vouched for the identity, exactly',
    aliases: ['--certificate-oidc-issuer'],
  },
  {
    flags: '--certificate-identity-regexp <expression>',
    summary: 'the same as an RE2 expression, anchored at both ends too (cosign’s is not)',
  },
  { flags: '--signer-repo <owner/repo>', summary: 'the repository of the workflow that signed' },
  { flags: '--signer-workflow <path>', summary: 'the workflow that signed: owner/repo/.github/workflows/x.yml[@ref]' },
  { flags: '--source-repo <repository>', summary: 'the repository that the image was made from' },
  { flags: '--source-ref <ref>', summary: 'the ref that it was made from, such as refs/heads/main' },
  { flags: '--source-commit <sha>', summary: 'the commit that it was made from' },
  { flags: '--builder <id>', summary: 'the builder’s id, exactly' },
  {
    flags: '--at <time>',
    summary: 'judge as of then (RFC 3339): what was signed later does not count, and exceptions hold that held then',
    aliases: ['--effective-time'],
  },
  { flags: '--predicate-type <uri>', summary: 'what must be stated; else a signature of the image or its provenance' },
];

export function verifierOptions({ flags }: RawInput): VerifierOptions {
  return {
    trustedRoots: textFlags(flags, 'trustedRoot'),
    keys: textFlags(flags, 'key'),
    transparencyLog: flags['transparencyLog'] === false ? 'notRequired' : 'required',
  };
}

/**
 * @param fingerprints of the keys given: each may have signed.
 * @throws ToolError `USAGE`
 */
export async function parseRequirements({ flags }: RawInput, fingerprints: readonly string[]): Promise<Requirements> {
  const text = (name: string): string | undefined => requiredText(flags, name);
  return withoutUndefined({
    signers: [
      ...(await certificateSigners(text)),
      ...fingerprints.map((fingerprint): PinnedSigner => ({ kind: 'key', fingerprint })),
    ],
    signerRepository: repository(text('signerRepo')),
    signerWorkflow: text('signerWorkflow'),
    sourceRepository: repository(text('sourceRepo')),
    sourceRef: text('sourceRef'),
    sourceCommit: text('sourceCommit'),
    builder: text('builder'),
    predicateType: text('predicateType'),
    at: moment(text('at')),
  });
}

async function certificateSigners(text: (name: string) => string | undefined): Promise<readonly PinnedSigner[]> {
  const issuer = text('issuer');
  const [identity, pattern, expression] = [
    text('identity'),
    text('identityPattern'),
    text('certificateIdentityRegexp'),
  ];
  const isNamed = [identity, pattern, expression].some((value) => value !== undefined);
  if (issuer === undefined && !isNamed) return [];
  if (issuer === undefined)
    throw new ToolError('USAGE', 'an identity needs its issuer', {
      hint: 'anyone can be called so by another issuer: give --issuer https://token.actions.githubusercontent.com, or the one that you trust',
    });
  if (!isNamed)
    throw new ToolError('USAGE', '--issuer needs --identity or --identity-pattern', {
      hint: 'everybody with an account has an identity by that issuer',
    });
  return [
    ...(identity === undefined ? [] : [{ kind: 'certificate' as const, issuer, identity, match: 'exact' as const }]),
    ...(pattern === undefined
      ? []
      : [{ kind: 'certificate' as const, issuer, identity: pattern, match: 'pattern' as const }]),
    ...(expression === undefined
      ? []
      : [{ kind: 'expression' as const, issuer, identity: expression, matches: await compiled(expression) }]),
  ];
}

async function compiled(expression: string): Promise<(text: string) => boolean> {
  const { compileExpression } = await import('../core/anchored-expression.ts');
  const matches = compileExpression(expression);
  if (matches === undefined)
    throw new ToolError('USAGE', `no RE2 expression: ${expression}`, {
      expected: 'the syntax of https://github.com/google/re2/wiki/Syntax',
    });
  return matches;
}

/** A variable of a script that is not set must not become a demand that whatever states nothing meets. */
function requiredText(flags: RawInput['flags'], name: string): string | undefined {
  const value = textFlag(flags, name);
  if (value?.trim() !== '') return value;
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new ToolError('USAGE', `${flag} is empty`, {
    expected: 'what is required; leave the flag out to require nothing',
  });
}

function moment(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/.test(text) &&
    !Number.isNaN(Date.parse(text))
  )
    return text;
  throw new ToolError('USAGE', `--at is no time: ${text}`, { expected: 'RFC 3339, such as 2026-11-21T12:00:00Z' });
}

/** `acme/shop` is on github.com, as in gh. */
function repository(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const parsed = parseSourceUrl(/^[^/:.]+\/[^/:]+$/.test(text) ? `https://github.com/${text}` : text, 'web');
  if (parsed.kind !== 'repository')
    throw new ToolError('USAGE', `no repository: ${text}`, {
      expected: 'owner/repo on github.com, or an address such as https://gitlab.com/group/project',
    });
  return parsed.source.url;
}

export function isTransparencyLogWaived(input: RawInput): boolean {
  return input.flags['transparencyLog'] === false;
}
