import type { Severity } from '../../core/model/chain.ts';
import type { Standing } from '../words.ts';
import { SIGNS } from '../words.ts';
import type { Style, Word } from './word.ts';
import { words } from './word.ts';

const STYLES: Readonly<Record<Standing, Style>> = {
  verified: 'verified',
  attested: 'attested',
  declared: 'declared',
  inferred: 'inferred',
  plain: 'faint',
  none: 'gap',
  absent: 'gap',
  unheard: 'gap',
  conflict: 'bad',
  rejected: 'bad',
  failed: 'bad',
};
const SEVERITY_SIGNS: Readonly<Record<Severity, readonly [sign: string, style: Style]>> = {
  high: ['✖', 'bad'],
  warn: ['!', 'gap'],
  info: ['i', 'attested'],
};

export function sign(standing: Standing): Word[] {
  return words(SIGNS[standing], { style: STYLES[standing] });
}

export function standingStyle(standing: Standing): Style {
  return STYLES[standing];
}

/** Sign and word: `! warn`. */
export function severity(severity: Severity): Word[] {
  const [text, style] = SEVERITY_SIGNS[severity];
  return [...words(text, { style }), ...words(severity, { style })];
}
