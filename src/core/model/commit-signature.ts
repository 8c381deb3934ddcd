/** What checking the signature of a commit came to (reference/ownership.md 6). */
export type CheckedCommitSignature = {
  readonly kind: 'openpgp' | 'ssh' | 'x509' | 'gitsign' | 'unknown';
  /**
   * `SHA256:…` of an SSH key, the fingerprint of an OpenPGP primary key (what the signature calls it where the signature does not
   * hold or the key is not at hand), `sha256:…` of a certificate.
   */
  readonly key?: string;
  /** As key, certificate or list of allowed signers has it: `jane@acme.example`, a Fulcio subject. */
  readonly identity?: string;
  /** Who vouched for the identity of a certificate. */
  readonly issuer?: string;
  /**
   * `good`: the key has signed this very commit, whoever it belongs to. `bad`: it has not, or it was revoked. `unchecked`: what is
   * needed to check it is not at hand, or not established; `why` says what.
   */
  readonly result: 'good' | 'bad' | 'unchecked';
  /** Whose word it is that the key belongs to somebody; missing where nobody's. */
  readonly trustedBy?: 'keyring' | 'allowedSigners' | 'sigstore';
  readonly checkedBy: 'provtrace' | 'git';
  /** Why it is bad, was not checked, or nobody vouches for its key, as a phrase. */
  readonly why?: string;
};
