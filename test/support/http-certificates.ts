import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Node can read certificates and not make them. */
export const hasOpenssl = canRun('openssl', ['version']);

export type TestAuthority = {
  /** PEM file of the authority's own certificate. */
  readonly caFile: string;
  /** A key and a certificate for these names. */
  issue(names: readonly string[]): { readonly key: string; readonly cert: string };
  remove(): void;
};

/** A certificate authority of the tests' own, in a temporary folder. Its keys are made anew each time and good for a day. */
export function createAuthority(): TestAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'provtrace-ca-'));
  const at = (name: string): string => join(folder, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...newKey, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', '/CN=tests', '-days', '1');
  let issued = 0;
  return {
    caFile: at('ca.pem'),
    issue: (names) => {
      const name = `leaf${issued++}`;
      const alternatives = names.map((each) => `${/^[\d.]+$/.test(each) ? 'IP' : 'DNS'}:${each}`).join(',');
      writeFileSync(at(`${name}.ext`), `subjectAltName=${alternatives}`);
      openssl('req', '-new', ...newKey, '-keyout', at(`${name}.key`), '-out', at(`${name}.csr`), '-subj', '/CN=leaf');
      const authority = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'];
      const files = ['-in', at(`${name}.csr`), '-extfile', at(`${name}.ext`), '-out', at(`${name}.pem`)];
      openssl('x509', '-req', ...authority, ...files, '-days', '1');
      return { key: readFileSync(at(`${name}.key`), 'utf8'), cert: readFileSync(at(`${name}.pem`), 'utf8') };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function openssl(...parameters: readonly string[]): void {
  execFileSync('openssl', parameters, { stdio: 'pipe' });
}

function canRun(program: string, parameters: readonly string[]): boolean {
  try {
    execFileSync(program, parameters, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
