import { createHash } from 'node:crypto';
import { extension } from './authority-certificates.ts';
import { octets } from './authority-der.ts';
import type { KeyPair } from './authority-keys.ts';
import { createKeyPair, signWith, spki } from './authority-keys.ts';

const SCT_LIST = '1.3.6.1.4.1.11129.2.4.2';

/** A certificate transparency log, as far as certificates know of it (RFC 6962, 3.2 and 3.3). */
export type CertificateLog = {
  readonly keyPair: KeyPair;
  readonly id: Buffer;
  /** The extension with the log's time stamp over a certificate that `issuer` is about to sign. */
  stamp(tbs: Buffer, issuer: { readonly keyPair: KeyPair }, at: Date): Buffer;
};

export function createCertificateLog(): CertificateLog {
  const keyPair = createKeyPair('P-256');
  const id = createHash('sha256').update(spki(keyPair)).digest();
  return {
    keyPair,
    id,
    stamp(tbs, issuer, at) {
      const issuerKeyHash = createHash('sha256').update(spki(issuer.keyPair)).digest();
      const moment = Buffer.alloc(8);
      moment.writeBigUInt64BE(BigInt(at.getTime()));
      const noExtensions = uint16(0);
      const precertificate = uint16(1);
      const signed = Buffer.concat([
        Buffer.from([0, 0]),
        moment,
        precertificate,
        issuerKeyHash,
        uint24(tbs.length),
        tbs,
        noExtensions,
      ]);
      const signature = signWith(keyPair, signed);
      const sha256WithEcdsa = Buffer.from([4, 3]);
      const stamp = Buffer.concat([
        Buffer.from([0]),
        id,
        moment,
        noExtensions,
        sha256WithEcdsa,
        uint16(signature.length),
        signature,
      ]);
      const list = Buffer.concat([uint16(stamp.length), stamp]);
      return extension(SCT_LIST, octets(Buffer.concat([uint16(list.length), list])));
    },
  };
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function uint24(value: number): Buffer {
  return Buffer.from([value >> 16, (value >> 8) & 0xff, value & 0xff]);
}
