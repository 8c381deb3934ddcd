/** What `gpg --status-fd` says of one signature (GnuPG's doc/DETAILS). */
export type GpgStatus = {
  readonly result: 'good' | 'bad' | 'unchecked';
  /** Fingerprint of the primary key; where the signature does not hold, or gpg does not have its key, what it calls it. */
  readonly key?: string;
  /** The first user id of the key: `Jane <jane@acme.example>`. */
  readonly identity?: string;
  /** Whether the keyring says that the key belongs to whom it names. */
  readonly isTrusted: boolean;
  readonly why?: string;
};

const PREFIX = '[GNUPG:] ';

/** One of these, and one only, is said of each signature. */
const VERDICTS: Readonly<Record<string, { readonly result: GpgStatus['result']; readonly why?: string }>> = {
  GOODSIG: { result: 'good' },
  EXPSIG: { result: 'good', why: 'the signature has expired' },
  EXPKEYSIG: { result: 'good', why: 'its key has expired' },
  // Whoever has the key writes any time that he likes, also one before it was revoked.
  REVKEYSIG: { result: 'bad', why: 'its key was revoked' },
  BADSIG: { result: 'bad', why: 'the signature is not over this commit' },
  ERRSIG: { result: 'unchecked' },
};

/** `ERRSIG`'s reasons, by number. */
const REASONS: Readonly<Record<string, string>> = {
  '4': 'gpg does not know the algorithm of the signature',
  '9': 'its key is not in the keyring',
};

const TRUSTED: ReadonlySet<string> = new Set(['TRUST_FULLY', 'TRUST_ULTIMATE']);

type StatusLine = { readonly keyword: string; readonly fields: readonly string[] };

/** Undefined where gpg has said nothing at all, because it could not be run. Lines without gpg's prefix are no status. */
export function parseGpgStatus(output: string): GpgStatus | undefined {
  const lines = output.split('\n').flatMap(toStatusLine);
  if (lines.length === 0) return undefined;
  const verdicts = lines.filter(({ keyword }) => Object.hasOwn(VERDICTS, keyword));
  const [verdict, ...more] = verdicts;
  const said = verdict === undefined ? undefined : VERDICTS[verdict.keyword];
  if (verdict === undefined || said === undefined) return unchecked('gpg finds no signature in it');
  // git refuses them too: one that is good could hide one that is not.
  if (more.length > 0) return unchecked('it is several signatures');
  if (verdict.keyword === 'ERRSIG') return fromErrorLine(verdict);
  const fingerprint = verdict.keyword === 'BADSIG' ? verdict.fields[0] : validFingerprint(lines);
  if (fingerprint === undefined) return unchecked('gpg does not say which key it is by');
  const identity = verdict.fields.slice(1).join(' ');
  const why = said.why ?? distrust(lines);
  return {
    result: said.result,
    key: fingerprint,
    ...(identity === '' ? {} : { identity }),
    isTrusted: why === undefined,
    ...(why === undefined ? {} : { why }),
  };
}

/** `ERRSIG keyid algorithm hash class time reason fingerprint`. */
function fromErrorLine({ fields: [key = '', , , , , reason = ''] }: StatusLine): GpgStatus {
  return { ...unchecked(REASONS[reason] ?? 'gpg cannot check the signature'), key };
}

function toStatusLine(line: string): readonly StatusLine[] {
  if (!line.startsWith(PREFIX)) return [];
  const [keyword = '', ...fields] = line.slice(PREFIX.length).trimEnd().split(' ');
  return [{ keyword, fields }];
}

/** `VALIDSIG`'s last field is the primary key, whichever of its subkeys has signed. */
function validFingerprint(lines: readonly StatusLine[]): string | undefined {
  const [valid, ...more] = lines.filter(({ keyword }) => keyword === 'VALIDSIG');
  const fingerprint = valid?.fields[9] ?? valid?.fields[0];
  return more.length === 0 ? fingerprint : undefined;
}

function distrust(lines: readonly StatusLine[]): string | undefined {
  const said = lines.filter(({ keyword }) => keyword.startsWith('TRUST_')).map(({ keyword }) => keyword);
  if (said.length > 0 && said.every((keyword) => TRUSTED.has(keyword))) return undefined;
  return said.includes('TRUST_NEVER')
    ? 'the keyring says never to trust its key'
    : 'nobody vouches for its key: the keyring does not say whose it is';
}

function unchecked(why: string): GpgStatus {
  return { result: 'unchecked', isTrusted: false, why };
}
