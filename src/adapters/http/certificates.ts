import { readFile } from 'node:fs/promises';
import type { SecureContext } from 'node:tls';
import { ToolError } from '../../core/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;
export type CertificateFile = { readonly path: string; /** As messages name it. */ readonly namedBy: string };

/** The files of extra certificate authorities that the environment names. */
export function certificateFiles(env: Environment): readonly CertificateFile[] {
  return ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'].flatMap((namedBy) => {
    const path = env[namedBy];
    return path ? [{ path, namedBy }] : [];
  });
}

/**
 * Trust in Node's own certificate authorities and in those of `files`; undefined where there are no files, for then Node's own
 * context is the cheaper one.
 * @throws ToolError `INVALID_CONFIGURATION`
 */
export async function trustContext(files: readonly CertificateFile[]): Promise<SecureContext | undefined> {
  if (files.length === 0) return undefined;
  const [tls, ...extra] = await Promise.all([import('node:tls'), ...files.map(readCertificates)]);
  return tls.createSecureContext({ ca: [...tls.getCACertificates('default'), ...extra] });
}

async function readCertificates({ path, namedBy }: CertificateFile): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ToolError('INVALID_CONFIGURATION', `${namedBy} names a file that cannot be read: ${path}`, { cause });
  });
  if (text.includes('-----BEGIN ')) return text;
  throw new ToolError('INVALID_CONFIGURATION', `${namedBy} names a file without certificates: ${path}`, {
    expected: 'certificates in PEM',
  });
}
