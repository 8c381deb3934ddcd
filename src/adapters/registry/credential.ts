import type { ImageRepository } from '../../core/model/image-repository.ts';

/** What somebody may log in with. `key` is the secret itself, for a salted hash that tells one credential from another. */
export type Credential = { readonly key: string } & (
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** An OAuth2 refresh token: `identitytoken` of docker's files, user name `<token>` of its helpers. */
  | { readonly kind: 'identityToken'; readonly token: string }
);

export interface CredentialSource {
  /**
   * The credential that the user keeps for this repository, or for its host and no other.
   * @throws ToolError `CREDENTIAL_HELPER_FAILED`, `INVALID_CONFIGURATION`, `NOT_READABLE` where there may be one and it could not be read:
   * that must not look like there being none
   */
  credentialFor(repository: ImageRepository): Promise<Credential | undefined>;
}

/** The user name by which docker's helpers say that the secret is an identity token. */
const IDENTITY_TOKEN_USER = '<token>';

export function credentialOf(username: string, secret: string): Credential {
  return username === IDENTITY_TOKEN_USER ? identityToken(secret) : password(username, secret);
}

export function identityToken(token: string): Credential {
  return { kind: 'identityToken', token, key: token };
}

function password(username: string, secret: string): Credential {
  return { kind: 'password', username, password: secret, key: `${username}:${secret}` };
}

/** Value of the Authorization header (RFC 7617). */
export function basicAuthorization(username: string, secret: string): string {
  return `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`;
}
