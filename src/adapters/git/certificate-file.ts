import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '../../core/errors.ts';
import type { CertificateFile } from '../http/certificates.ts';
import type { Workplace } from './workplace.ts';

export interface CertificateWriter {
  /**
   * One file of every certificate authority that is trusted, these with the usual ones: git takes one file, and trusts nobody beside it.
   * @throws ToolError `INVALID_CONFIGURATION`
   */
  write(files: readonly CertificateFile[]): Promise<string>;
}

export function createCertificateWriter(workplace: Workplace): CertificateWriter {
  const written = new Map<string, Promise<string>>();
  return {
    write: (files) => {
      const key = files.map(({ path }) => path).join('\0');
      const known = written.get(key) ?? writeFileOf(files, workplace);
      written.set(key, known);
      return known;
    },
  };
}

async function writeFileOf(files: readonly CertificateFile[], workplace: Workplace): Promise<string> {
  const [tls, ...extra] = await Promise.all([import('node:tls'), ...files.map(readCertificates)]);
  const known = new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system'), ...extra]);
  const path = join(await workplace.newFolder('certificates'), 'authorities.pem');
  await writeFile(path, [...known].join('\n'));
  return path;
}

async function readCertificates({ path, namedBy }: CertificateFile): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ToolError('INVALID_CONFIGURATION', `${namedBy} names a file that cannot be read: ${path}`, { cause });
  });
}
