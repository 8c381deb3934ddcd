import { matchesPattern } from '../core/anchored-pattern.ts';
import type { PinnedSigner } from '../core/claims/speakers.ts';
import { isPinned } from '../core/claims/speakers.ts';
import { ToolError } from '../core/errors.ts';
import type { Dossier } from '../core/model/chain.ts';
import { formatRepository } from '../core/model/image-repository.ts';
import type { KeptPin, TrustReport } from '../core/model/trust-report.ts';
import type { PinnableSigner } from '../core/policy/pinnable.ts';
import { pinnableSigners, unpinnableDocuments } from '../core/policy/pinnable.ts';
import { requiringFlags, signerText } from '../core/policy/wording.ts';
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
  const { signers } = await parseRequirements(input, fingerprints);
  const asked = signers.filter((signer) => signer.kind !== 'expression');
  const wantsAll = isSet(input.flags, 'all');
  if (wantsAll && asked.length > 0)
    throw new ToolError('USAGE', '--all does not go with a signer that is named', { expected: 'one or the other' });
  const settings = {
    choice: platformChoice(input, tools),
    verifier,
    pins: await tools.trust.readPins(),
    bundles: await tools.readBundles(textFlags(input.flags, 'bundle')),
  };
  const dossiers = (await traceImage(tools, image, settings)).map((result) => {
    if (result.kind === 'failed') throw result.error;
    return result.dossier;
  });
  const found = dossiers.flatMap(pinnableSigners);
  const missing = asked.filter((signer) => !isAmong(found, signer));
  if (found.length === 0 || missing.length > 0) return nothingPinned(dossiers, found, missing);
  const chosen = asked.length > 0 ? asked : wantsAll ? unique(found) : only(unique(found), found, image);
  const patterns = patternsFor(dossiers, textFlag(input.flags, 'images'));
  const pins = patterns.flatMap((images) => chosen.map((signer) => ({ images, signer })));
  const { added, path } = await tools.trust.addPins(pins, textFlags(input.flags, 'key'));
  const known = pins.filter((each) => !added.some((other) => isSame(each, other)));
  return {
    report: {
      action: 'pin',
      pinned: added,
      known,
      path,
      notes: notesOn(
        found.filter(({ identity }) => chosen.some((signer) => isPinned(identity, signer))),
        input,
      ),
    },
    code: 0,
  };
}

function isAmong(found: readonly PinnableSigner[], asked: PinnedSigner): boolean {
  return found.some(({ identity }) => isPinned(identity, asked));
}

function unique(found: readonly PinnableSigner[]): Signers {
  return [...new Map(found.map(({ signer }) => [JSON.stringify(signer), signer])).values()];
}

/** Whom to trust is not for a program to choose. */
function only(signers: Signers, found: readonly PinnableSigner[], image: string): Signers {
  if (signers.length === 1) return signers;
  const lines = found.flatMap(({ identity }) => {
    const flags = requiringFlags(identity) ?? (identity.kind === 'key' ? '--key FILE' : undefined);
    return [
      `  ${clean(signerText(identity))}`,
      ...(flags === undefined ? [] : [`    provtrace trust pin ${image} ${flags}`]),
    ];
  });
  throw new ToolError('USAGE', `${image} has ${signers.length} signers that could be pinned`, {
    expected: '--identity with --issuer, --key, or --all',
    hint: ['signers found; to pin one:', ...new Set(lines)].join('\n'),
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

/** Exit 3 where a place was not heard in which a good signature may be. */
function nothingPinned(
  dossiers: readonly Dossier[],
  found: readonly PinnableSigner[],
  missing: readonly PinnedSigner[],
): TrustOutcome {
  const isUnheard = dossiers.some(({ gathered }) => gathered.places.some(({ result }) => result === 'unheard'));
  const documents = dossiers.flatMap(unpinnableDocuments);
  return { report: { action: 'pinNothing', missing, found: unique(found), documents }, code: isUnheard ? 3 : 1 };
}

/** What a later run needs so that the pin can do its work. */
function notesOn(pinned: readonly PinnableSigner[], input: RawInput): readonly string[] {
  const isByFile = pinned.some(({ roots }) => roots.every((root) => root.startsWith('file:')));
  return [
    ...(isByFile
      ? ['it was verified by a root that --trusted-root names: provtrace trust import FILE keeps that root in use']
      : []),
    ...(isTransparencyLogWaived(input)
      ? ['it was verified without a transparency log: later runs need --no-transparency-log too']
      : []),
  ];
}

function isSame(left: KeptPin, right: KeptPin): boolean {
  return JSON.stringify([left.images, left.signer]) === JSON.stringify([right.images, right.signer]);
}
