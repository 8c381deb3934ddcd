import { matchesPattern } from '../core/anchored-pattern.ts';
import { isPinned, isSpeakingRoot } from '../core/claims/speakers.ts';
import { withoutUndefined } from '../core/defined.ts';
import { ToolError } from '../core/errors.ts';
import type { Dossier } from '../core/model/chain.ts';
import { formatRepository } from '../core/model/image-repository.ts';
import type { KeptPin, TrustReport, Unpinnable } from '../core/model/trust-report.ts';
import type { PinnableSigner } from '../core/policy/pinnable.ts';
import { pinnableSigners, unpinnableDocuments } from '../core/policy/pinnable.ts';
import { requiredSignerText, requiringFlags, signerText } from '../core/policy/wording.ts';
import type { StatementVerifier } from '../ports/statement-verifier.ts';
import { clean } from '../render/sanitize.ts';
import type { RawInput, Tools } from './command.ts';
import { isSet, textFlag, textFlags } from './flags.ts';
import { platformChoice } from './images.ts';
import { traceImage } from './trace-image.ts';
import { isTransparencyLogWaived, parseRequirements, verifierOptions } from './verification.ts';

export type TrustOutcome = { readonly report: TrustReport; readonly code: number };
type Signers = readonly KeptPin['signer'][];

/**
 * Ties signers of the image to its name: those asked for, or the only one there is. Nobody is pinned whose signature of this image
 * does not hold, and either all that were asked for are pinned or none.
 */
export async function pin(image: string, input: RawInput, tools: Tools): Promise<TrustOutcome> {
  const { verifier, fingerprints } = await tools.openVerifier(verifierOptions(input));
  const asked = await askedFor(input, fingerprints);
  const dossiers = await tracedWith(verifier, { image, input, tools });
  const found = dossiers.flatMap(pinnableSigners);
  const missing = asked.filter((signer) => !found.some(({ identity }) => isPinned(identity, signer)));
  if (found.length === 0 || missing.length > 0) return refused(dossiers, found, missing);
  const chosen = asked.length > 0 ? asked : unnamed(distinct(found), { image, wantsAll: isSet(input.flags, 'all') });
  const patterns = patternsFor(dossiers, textFlag(input.flags, 'images'));
  const pins = patterns.flatMap((images) =>
    chosen.flatMap((signer) =>
      rootsOf(signer, found).map((root): KeptPin => withoutUndefined({ images, signer, root })),
    ),
  );
  const { added, path } = await tools.trust.addPins(pins, textFlags(input.flags, 'key'));
  const known = pins.filter((each) => !added.some((other) => isSame(each, other)));
  const pinned = found.filter(({ identity }) => chosen.some((signer) => isPinned(identity, signer)));
  return { report: { action: 'pin', pinned: added, known, path, notes: notesOn(pinned, input) }, code: 0 };
}

/** By which roots the signer was found: named where it is not a built-in one, so that no other can speak in its place. */
function rootsOf(signer: KeptPin['signer'], found: readonly PinnableSigner[]): readonly (string | undefined)[] {
  const roots = found.filter(({ identity }) => isPinned(identity, signer)).map(({ root }) => root);
  const named = roots.map((root) => (signer.kind === 'key' || isSpeakingRoot(root) ? undefined : root));
  return [...new Set(named)];
}

async function askedFor(input: RawInput, fingerprints: readonly string[]): Promise<Signers> {
  const { signers } = await parseRequirements(input, fingerprints);
  if (!isSet(input.flags, 'all') || signers.length === 0)
    return signers.filter((signer) => signer.kind !== 'expression');
  throw new ToolError('USAGE', '--all does not go with a signer that is named', { expected: 'one or the other' });
}

type Asked = { readonly image: string; readonly input: RawInput; readonly tools: Tools };

async function tracedWith(verifier: StatementVerifier, { image, input, tools }: Asked): Promise<readonly Dossier[]> {
  const results = await traceImage(tools, image, {
    choice: platformChoice(input, tools),
    verifier,
    pins: await tools.trust.readPins(),
    bundles: await tools.readBundles(textFlags(input.flags, 'bundle')),
  });
  return results.map((result) => {
    if (result.kind === 'failed') throw result.error;
    return result.dossier;
  });
}

/** Each once over all platforms, in an order that does not depend on where they were found. */
function distinct(found: readonly PinnableSigner[]): readonly PinnableSigner[] {
  const signers = new Map(found.map((each) => [requiredSignerText(each.signer), each]));
  return [...signers].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, each]) => each);
}

/** Whom to trust is not for a program to choose. */
function unnamed(found: readonly PinnableSigner[], { image, wantsAll }: { image: string; wantsAll: boolean }): Signers {
  if (found.length === 1 || wantsAll) return found.map(({ signer }) => signer);
  const lines = found.flatMap(({ identity }) => {
    const flags = identity.kind === 'key' ? '--key FILE' : requiringFlags(identity);
    return [`  ${clean(signerText(identity))}`, ...(flags === undefined ? [] : [`    ${flags}`])];
  });
  throw new ToolError('USAGE', `${image} has ${found.length} signers that could be pinned`, {
    expected: '--identity with --issuer, --key, or --all',
    hint: ['signers found; to pin one, add its flags:', ...lines].join('\n'),
  });
}

/** The image's own name, or a wider pattern that it falls under. */
function patternsFor(dossiers: readonly Dossier[], wider: string | undefined): readonly string[] {
  const names = [...new Set(dossiers.flatMap(({ image }) => image.root.foundAt.map(formatRepository)))];
  if (wider === undefined) return names;
  if (names.some((name) => matchesPattern(wider, name))) return [wider];
  throw new ToolError('USAGE', '--images does not match the image', {
    expected: `a pattern that ${names.join(', ')} matches: * within a part, ** for anything`,
    got: wider,
  });
}

/** Exit 3 where a good signature may be where nobody could look. */
function refused(dossiers: readonly Dossier[], found: readonly PinnableSigner[], missing: Signers): TrustOutcome {
  const isUnheard = dossiers.some(({ gathered }) => gathered.places.some(({ result }) => result === 'unheard'));
  const documents = dossiers
    .flatMap(unpinnableDocuments)
    .toSorted((left, right) => (textOf(left) < textOf(right) ? -1 : 1));
  const refusal = { missing, found: distinct(found).map(({ signer }) => signer), documents, isUnheard };
  return { report: { action: 'pin', pinned: [], known: [], notes: [], refusal }, code: isUnheard ? 3 : 1 };
}

function textOf({ predicateType, carrier, why }: Unpinnable): string {
  return [predicateType, carrier, why].join(' ');
}

/** What a later run needs so that the pin can do its work. */
function notesOn(pinned: readonly PinnableSigner[], input: RawInput): readonly string[] {
  const isGivenHere =
    textFlags(input.flags, 'trustedRoot').length > 0 && pinned.some(({ root }) => root.startsWith('file:'));
  return [
    ...(isGivenHere
      ? ['it was verified by a root that --trusted-root names: provtrace trust import FILE keeps that root in use']
      : []),
    ...(isTransparencyLogWaived(input)
      ? ['it was verified without a transparency log: later runs need --no-transparency-log too']
      : []),
  ];
}

function isSame(left: KeptPin, right: KeptPin): boolean {
  return (
    JSON.stringify([left.images, left.signer, left.root]) === JSON.stringify([right.images, right.signer, right.root])
  );
}
