import type { CarriedDocument, SignedDocument } from '../core/model/statement.ts';

/**
 * Carried bytes to a document with what its signature is worth. It never throws, whatever the bytes: what cannot be read comes
 * back as `opaque` and `rejected` or `attested` with the code that says why.
 */
export interface StatementVerifier {
  verify(carried: CarriedDocument): Promise<readonly SignedDocument[]>;
}
