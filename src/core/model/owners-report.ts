import type { OwnersExplanation } from '../codeowners/explain.ts';
import type { FoundContact } from '../catalog/resolve-contacts.ts';
import type { Ownership } from '../source/ownership.ts';
import type { CatalogRead } from '../source/people.ts';
import type { SourceReading, SourceRead } from './source.ts';

/** What `owners` gives: who owns paths of one repository at one commit. */
export type OwnersReport = {
  /** As messages name it: an address, or the folder of a clone. */
  readonly repository: string;
  /** As it was asked for: a commit, branch or tag, or `HEAD`. */
  readonly revision: string;
  readonly read: SourceRead;
  readonly reading: SourceReading;
  /** In the order asked. */
  readonly paths: readonly OwnedPath[];
  readonly catalogs: CatalogRead;
};
export type OwnedPath = {
  readonly ownership: Ownership;
  /** Whether there is such a path at the commit; missing where that was not read. Rules are about names, and hold for what is not there too. */
  readonly isThere?: boolean;
  /** Of each owner at the commit, by the catalogs. */
  readonly contacts: ReadonlyMap<string, readonly FoundContact[]>;
  /** Every rule that matches at the commit, and what became of it; where it was asked for, and there is a file. */
  readonly explanation?: OwnersExplanation;
};
