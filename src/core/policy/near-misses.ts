import type { SignerIdentity } from '../model/statement.ts';
import type { Leaf } from './judgement.ts';
import type { SignerDemand } from './signer-demand.ts';
import { demandText, refText } from './signer-demand.ts';
import { matchesPattern } from '../anchored-pattern.ts';
import { isWorkflow, withHost, workflowOf } from './signer-workflow.ts';
import { signerText } from './wording.ts';

/** A demand in parts, and whether a signer has each of them. */
type Part = { readonly text: string; readonly has: boolean };

/** The signer that comes nearest to one of those that are wanted, and what sets them apart; undefined where nobody signed. */
export function nearestSigner(signers: readonly SignerIdentity[], wanted: readonly SignerDemand[]): string | undefined {
  const pairs = signers.flatMap((signer) =>
    wanted.map((demand) => ({ signer, demand, parts: partsOf(demand, signer) })),
  );
  const [best] = pairs.sort((left, right) => nearness(right.parts) - nearness(left.parts));
  if (best === undefined) return undefined;
  const lacks = missing(best.parts);
  const wants =
    lacks.length === 0 || lacks.length === best.parts.length
      ? demandText(best.demand)
      : lacks.map(({ text }) => text).join(' and ');
  return `signed by ${signerText(best.signer)}; the policy wants ${wants}`;
}

/** A key is nothing like a certificate: there are no parts to compare. */
function nearness(parts: readonly Part[]): number {
  return parts.length === 0 ? -1 : parts.length - missing(parts).length;
}

function missing(parts: readonly Part[]): readonly Part[] {
  return parts.filter(({ has }) => !has);
}

function partsOf(demand: SignerDemand, signer: SignerIdentity): readonly Part[] {
  if ('key' in demand || signer.kind === 'key') return [];
  if ('identityTest' in demand)
    return [
      { text: `an issuer that fits ${demand.issuerTest.text}`, has: demand.issuerTest.matches(signer.issuer ?? '') },
      { text: `an identity that fits ${demand.identityTest.text}`, has: demand.identityTest.matches(signer.identity) },
    ];
  const issuer = { text: `the issuer ${demand.issuer}`, has: signer.issuer === demand.issuer };
  if ('workflow' in demand) {
    const workflow = workflowOf(signer);
    return [
      issuer,
      { text: withHost(demand.workflow), has: workflow !== undefined && isWorkflow(demand.workflow, workflow) },
      {
        text: refText(demand).replace(/^@ ?/, ''),
        has:
          demand.ref === undefined
            ? demand.pinnedTo === undefined
            : workflow !== undefined && matchesPattern(demand.ref, workflow.ref),
      },
    ];
  }
  const [place, ref] = divided('identity' in demand ? demand.identity : demand.identityPattern);
  const [signedPlace, signedRef] = divided(signer.identity);
  return [
    issuer,
    { text: place, has: matchesPattern(place, signedPlace) },
    ...(ref === undefined ? [] : [{ text: ref, has: matchesPattern(ref, signedRef ?? '') }]),
  ];
}

/** A workflow, and the ref that follows its `@`; anything else is one part. */
function divided(identity: string): readonly [string, string | undefined] {
  const at = identity.indexOf('@refs/');
  return at < 0 ? [identity, undefined] : [identity.slice(0, at), identity.slice(at + 1)];
}

/** Another document that has what this one lacks, and what it lacks itself. */
export function nearestElsewhere(
  requirement: string,
  others: readonly { readonly name: string; readonly leaves: readonly Leaf[] }[],
): string | undefined {
  const [best] = others
    .map(({ name, leaves }) => ({
      name,
      meeting: leaves.find((other) => other.requirement === requirement && other.verdict === 'pass'),
      lacks: leaves.filter(({ verdict }) => verdict !== 'pass').map((other) => other.requirement),
    }))
    .flatMap(({ meeting, ...rest }) => (meeting === undefined ? [] : [{ ...rest, got: meeting.got }]))
    .sort((left, right) => left.lacks.length - right.lacks.length);
  return best === undefined ? undefined : `${best.name} has ${best.got}, and lacks ${best.lacks.join(', ')}`;
}
