import { ToolError } from '../core/errors.ts';
import { isExpression } from '../core/anchored-pattern.ts';
import type { PinnedSigner } from '../core/claims/speakers.ts';
import type { Requirements } from '../core/policy/requirements.ts';
import { withoutUndefined } from '../core/defined.ts';
import type { OptionSpec, RawInput, VerifierOptions } from './command.ts';
import { textFlag, textFlags } from './flags.ts';

/** What every command that checks signatures can be given. */
export const TRUST_OPTIONS: readonly OptionSpec[] = [
  { flags: '--key <file>', summary: 'a public key in PEM that signatures may be made with (repeatable)', repeatable: true },
  { flags: '--trusted-root <file>', summary: 'another root of trust: trusted_root.json, or JSON lines (repeatable)', repeatable: true },
  { flags: '--bundle <file>', summary: 'Sigstore bundles that are not in the registry: JSON, or JSON lines (repeatable)', repeatable: true },
  { flags: '--no-transparency-log', summary: 'accept keys’ signatures without a log entry: nobody can see then what else the key signed' },
];

export const REQUIREMENT_OPTIONS: readonly OptionSpec[] = [
  { flags: '--identity <identity>', summary: 'who must have signed, exactly; with --issuer', aliases: ['--certificate-identity'] },
  { flags: '--identity-pattern <pattern>', summary: 'the same with * (within a part) and ** (anything), anchored at both ends' },
  { flags: '--issuer <url>', summary: 'the OIDC issuer that vouched for the identity, exactly', aliases: ['--certificate-oidc-issuer'] },
  { flags: '--certificate-identity-regexp <expression>', summary: 'the same as an RE2 expression, anchored at both ends too (cosign’s is not)' },
  { flags: '--signer-repo <owner/repo>', summary: 'the repository of the workflow that signed' },
  { flags: '--signer-workflow <path>', summary: 'the workflow that signed: owner/repo/.github/workflows/x.yml[@ref]' },
  { flags: '--source-repo <repository>', summary: 'the repository that the image was made from' },
  { flags: '--source-ref <ref>', summary: 'the ref that it was made from, such as refs/heads/main' },
  { flags: '--source-commit <sha>', summary: 'the commit that it was made from' },
  { flags: '--builder <id>', summary: 'the builder’s id, exactly' },
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
export function parseRequirements({ flags }: RawInput, fingerprints: readonly string[]): Requirements {
  const text = (name: string): string | undefined => textFlag(flags, name);
  return withoutUndefined({
    signers: [...certificateSigners(text), ...fingerprints.map((fingerprint): PinnedSigner => ({ kind: 'key', fingerprint }))],
    signerRepository: repository(text('signerRepo')),
    signerWorkflow: text('signerWorkflow'),
    sourceRepository: repository(text('sourceRepo')),
    sourceRef: text('sourceRef'),
    sourceCommit: text('sourceCommit'),
    builder: text('builder'),
    predicateType: text('predicateType'),
  });
}

function certificateSigners(text: (name: string) => string | undefined): readonly PinnedSigner[] {
  const issuer = text('issuer');
  const wanted = (
    [
      ['identity', 'exact'],
      ['identityPattern', 'pattern'],
      ['certificateIdentityRegexp', 'expression'],
    ] as const
  ).flatMap(([flag, match]) => {
    const identity = text(flag);
    return identity === undefined ? [] : [{ identity, match }];
  });
  const [first] = wanted;
  if (issuer === undefined && first === undefined) return [];
  if (issuer === undefined) throw new ToolError('USAGE', 'an identity needs its issuer', { hint: 'anyone can be called so by another issuer: give --issuer https://token.actions.githubusercontent.com, or the one that you trust' });
  if (first === undefined) throw new ToolError('USAGE', '--issuer needs --identity or --identity-pattern', { hint: 'everybody with an account has an identity by that issuer' });
  const broken = wanted.find(({ identity, match }) => match === 'expression' && !isExpression(identity));
  if (broken !== undefined) throw new ToolError('USAGE', `no RE2 expression: ${broken.identity}`);
  return wanted.map(({ identity, match }) => ({ kind: 'certificate', issuer, identity, match }));
}

/** `acme/shop` is on github.com, as in gh. */
function repository(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [first = '', ...rest] = text.replace(/^https?:\/\//, '').split('/');
  return `https://${rest.length === 1 && !first.includes('.') ? 'github.com/' : ''}${[first, ...rest].join('/')}`;
}

export function isTransparencyLogWaived(input: RawInput): boolean {
  return input.flags['transparencyLog'] === false;
}

