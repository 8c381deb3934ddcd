import type { BoundBy } from '../../core/model/evidence.ts';
import type { LogEntry, SignerIdentity } from '../../core/model/statement.ts';
import type { Candidate } from '../../core/policy/candidates.ts';
import type { JudgedDocument, Judgement } from '../../core/policy/evaluate.ts';
import { speakerText } from '../../core/policy/wording.ts';
import type { Paragraph } from '../text/layout.ts';
import { pair } from '../text/word.ts';
import type { SignerRemedy } from './remedy.ts';
import { signerRemedy } from './remedy.ts';

const MEMBERS: Readonly<Record<Candidate['boundBy'], string>> = {
  platform: 'this image',
  index: 'its index',
  attestationManifest: 'its attestation manifest',
  config: 'its config',
} satisfies Partial<Record<BoundBy, string>>;

const REMEDIES: Readonly<Record<SignerRemedy['use'], string>> = {
  add: 'to let this signer speak, add',
  instead: 'to require this signer instead',
};

/** Who signed, when, of what, and by what right. Nothing where no signature holds: there is no signer then. */
export function signerParagraphs({ candidate }: JudgedDocument, judgement: Judgement): readonly Paragraph[] {
  const { checked, boundBy, about, endorsedBy, speaker } = candidate;
  if (checked.assurance !== 'verified') return [];
  const remedy = signerRemedy(judgement);
  const lines: readonly (readonly [name: string, value: string])[] = [
    ...signerLines(checked.signer),
    ...(checked.times.length === 0 ? [] : [['seen', checked.times.join(', ')] as const]),
    ...checked.logEntries.map((entry) => ['log', logText(entry)] as const),
    ['root', checked.root],
    ['about', `${MEMBERS[boundBy]}, ${about}`],
    ...(endorsedBy === undefined
      ? []
      : [['by way of', `the signature ${endorsedBy} of the attestation manifest that holds it`] as const]),
    ...(speaker === undefined ? [] : [['may speak', speakerText(speaker)] as const]),
    ...(remedy === undefined ? [] : [[REMEDIES[remedy.use], remedy.flags] as const]),
  ];
  return lines.map(([name, value]) => ({ indent: 2, hang: 6, words: pair(name, value) }));
}

function signerLines(signer: SignerIdentity): readonly (readonly [string, string])[] {
  if (signer.kind === 'key') return [['signer', `key ${signer.name} ${signer.fingerprint}`]];
  return [
    ['signer', signer.identity],
    ['issuer', signer.issuer ?? 'not named'],
    ['authority', signer.authority],
  ];
}

function logText({ log, index, integratedAt }: LogEntry): string {
  return `${log} entry ${index}${integratedAt === undefined ? '' : ` at ${integratedAt}`}`;
}
