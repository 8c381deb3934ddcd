/** A block of a PEM file (RFC 7468). */
export type PemBlock = { readonly label: string; readonly der: Buffer };

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]*)-----END \1-----/g;

/** The blocks of a PEM text in their order; text around them is passed over. */
export function pemBlocks(text: string): readonly PemBlock[] {
  return [...text.matchAll(BLOCK)].map(([, label = '', body = '']) => ({
    label,
    der: Buffer.from(body.replaceAll(/\s/g, ''), 'base64'),
  }));
}
