import { withoutUserinfo } from '../source-url/userinfo.ts';

const SECRET_NAME = /token|secret|passw|passphrase|credential|(?:api|access|private)[_-]?key|auth(?!or)/i;
/** Of presigned addresses: `X-Amz-Signature`, `sig`. */
const SIGNATURE_NAME = /sig(?:nature)?$/i;
/** What stands where a secret was. */
export const MASK = '***';

/** True for a name under which people keep secrets. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** The address without user name and password, and without the values of query members that are called like secrets. Text without either stays. */
export function redactAddress(address: string): string {
  const [before = '', ...members] = withoutUserinfo(address).split(/(?=[?&])/);
  return before + members.map(maskMember).join('');
}

function maskMember(member: string): string {
  const equals = member.indexOf('=');
  const name = member.slice(0, Math.max(equals, 0));
  return isSecretName(name) || SIGNATURE_NAME.test(name) ? `${name}=${MASK}` : member;
}
