import type { LocalTime } from './allowed-signer-time.ts';
import { parseSignerTime } from './allowed-signer-time.ts';

/** Milliseconds since 1970; both ends belong to it. */
export type SignerOptions = {
  readonly namespaces?: string;
  readonly validAfter?: number;
  readonly validBefore?: number;
};

type Reading = (value: string, localTime: LocalTime) => SignerOptions | string;

const READINGS: Readonly<Record<string, Reading>> = {
  namespaces: (value) => (value === '' ? 'has an empty list of namespaces' : { namespaces: value }),
  'valid-after': (value, localTime) => moment(value, localTime, (validAfter) => ({ validAfter })),
  'valid-before': (value, localTime) => moment(value, localTime, (validBefore) => ({ validBefore })),
};

/**
 * `namespaces="git",valid-after="20240101"`; in place of them, why the line is refused: it would be read as allowing more than it
 * says. Who may be trusted by an authority's certificates is not read.
 */
export function parseSignerOptions(text: string, localTime: LocalTime): SignerOptions | string {
  let options: SignerOptions = {};
  for (const option of splitOptions(text)) {
    const [, name = '', value] = /^([A-Za-z-]+)(?:="((?:[^"\\]|\\.)*)")?$/.exec(option) ?? [];
    const known = name.toLowerCase();
    if (known === 'cert-authority' && value === undefined) return 'names a cert-authority, which is not supported';
    const read = Object.hasOwn(READINGS, known) ? READINGS[known] : undefined;
    if (read === undefined || value === undefined) return `has an option that is not known: ${option}`;
    const parsed = read(value.replaceAll('\\"', '"'), localTime);
    if (typeof parsed === 'string') return parsed;
    if (Object.keys(parsed).some((key) => Object.hasOwn(options, key))) return `has ${known} twice`;
    options = { ...options, ...parsed };
  }
  return options;
}

/** At commas outside quotation marks. */
function splitOptions(text: string): readonly string[] {
  return text.match(/(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g) ?? [];
}

function moment(
  value: string,
  localTime: LocalTime,
  toOptions: (epochMs: number) => SignerOptions,
): SignerOptions | string {
  const epochMs = parseSignerTime(value, localTime);
  return epochMs === undefined ? `has a time that cannot be read: ${value}` : toOptions(epochMs);
}
