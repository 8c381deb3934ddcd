import type { ForgeAccount } from '../../core/model/forge.ts';
import type { Instant } from '../../core/model/outcome.ts';
import { toInstant } from '../../core/model/outcome.ts';

const LOGIN_LENGTH_MAX = 255;
const LOGIN = /^[\p{L}\p{N}_][\p{L}\p{N}_.+-]*(?:\[bot\])?$/u;

/** What forges let accounts be called: letters, digits, `_ . + -`, and GitHub's `[bot]` at the end. */
export function isLogin(text: string): boolean {
  return text.length <= LOGIN_LENGTH_MAX && LOGIN.test(text);
}

/** As an answer has it: each part may be missing. */
export type AnsweredAccount = {
  readonly login?: string | null | undefined;
  readonly kind: ForgeAccount['kind'];
  readonly name?: string | null | undefined;
  readonly email?: string | null | undefined;
};

/** Undefined for nobody, and for a login that is none. */
export function accountOf({ login, kind, name, email }: AnsweredAccount): ForgeAccount | undefined {
  if (!login || !isLogin(login)) return undefined;
  return { login, kind, ...(name ? { name } : {}), ...(email ? { email } : {}) };
}

/** GitHub's types: mannequins (of who was never there), organisations and enterprise accounts are neither. */
export function githubKind(type: string | undefined): ForgeAccount['kind'] {
  if (type === 'User') return 'person';
  return type === 'Bot' ? 'bot' : 'unknown';
}

/** Each account once, in the order given; who is undefined is left out. */
export function distinct(accounts: readonly (ForgeAccount | undefined)[]): readonly ForgeAccount[] {
  const byLogin = new Map<string, ForgeAccount>();
  for (const account of accounts)
    if (account !== undefined && !byLogin.has(account.login)) byLogin.set(account.login, account);
  return [...byLogin.values()];
}

/** Undefined for what is no moment. */
export function instantOf(text: string | null | undefined): Instant | undefined {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : toInstant(ms);
}

/** The address that the forge tells, where it is one that a person can be sent to. */
export function pageAt(text: string | null | undefined): string | undefined {
  return URL.parse(text ?? '')?.protocol === 'https:' ? (text ?? undefined) : undefined;
}
