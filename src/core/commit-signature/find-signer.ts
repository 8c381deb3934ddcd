import { toInstant } from '../model/outcome.ts';
import type { AllowedSigner, AllowedSigners } from './allowed-signers.ts';
import { areSameBytes } from './same-bytes.ts';
import { matchesPatternList } from './pattern-list.ts';

export type SignerQuestion = {
  /** As SSH writes it. */
  readonly key: Uint8Array;
  /** Of those who could have signed, the likeliest first. */
  readonly emails: readonly string[];
  readonly namespace: string;
  /** When it says to have been signed, in milliseconds since 1970. */
  readonly atMs?: number;
};
/** `why`: as a phrase, what keeps the key from being somebody's. */
export type SignerAnswer =
  | { readonly kind: 'allowed'; readonly email: string }
  | { readonly kind: 'notAllowed'; readonly why: string };

/**
 * Whose key it is by the list. Whoever has a key on it could write any other address into a commit: the line must have the
 * address that the commit has. Of several lines one is enough, as for ssh-keygen.
 */
export function findSigner({ signers, refused }: AllowedSigners, question: SignerQuestion): SignerAnswer {
  const lines = signers.filter(({ key }) => areSameBytes(key, question.key));
  if (lines.length === 0) {
    const [first] = refused;
    return notAllowed(first === undefined ? 'it is not listed' : `it is not listed; line ${first.line} ${first.why}`);
  }
  const answers = lines.map((line) => askLine(line, question));
  return answers.find(({ kind }) => kind === 'allowed') ?? answers[0] ?? notAllowed('it is not listed');
}

function askLine(line: AllowedSigner, { emails, namespace, atMs }: SignerQuestion): SignerAnswer {
  const { principals, namespaces, validAfter, validBefore } = line;
  const email = emails.find((each) => each !== '' && matchesPatternList(principals, each));
  if (email === undefined) return notAllowed(`line ${line.line} has it for ${principals}`);
  if (namespaces !== undefined && !matchesPatternList(namespaces, namespace)) {
    return notAllowed(`line ${line.line} has it for ${namespaces}, and not for ${namespace}`);
  }
  if (validAfter === undefined && validBefore === undefined) return { kind: 'allowed', email };
  if (atMs === undefined) return notAllowed(`line ${line.line} has it for a time, and the commit has none`);
  if (validAfter !== undefined && atMs < validAfter) {
    return notAllowed(`line ${line.line} has it from ${toInstant(validAfter)} on`);
  }
  if (validBefore !== undefined && atMs > validBefore) {
    return notAllowed(`line ${line.line} has it until ${toInstant(validBefore)}`);
  }
  return { kind: 'allowed', email };
}

function notAllowed(why: string): SignerAnswer {
  return { kind: 'notAllowed', why };
}
