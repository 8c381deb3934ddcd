import type { Checked } from '../core/model/statement.ts';

/** What a Sigstore bundle with a message signature over `artifact` is worth. It never throws, whatever the bundle. */
export type ArtifactVerifier = (bundle: unknown, artifact: Uint8Array) => Promise<Checked>;
