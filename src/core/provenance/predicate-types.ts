/** The versions of SLSA's build provenance, whose shapes differ. 1.1 and 1.2 are spelt `v1`. */
export type ProvenanceVersion = 'v0.1' | 'v0.2' | 'v1';

/** Every predicateType that has been written for them. Whatever `_type` the statement has: the two are not tied. */
const VERSIONS: Readonly<Record<string, ProvenanceVersion>> = {
  'https://slsa.dev/provenance/v0.1': 'v0.1',
  'https://in-toto.io/Provenance/v0.1': 'v0.1',
  'https://slsa.dev/provenance/v0.2': 'v0.2',
  'https://slsa.dev/provenance/v1': 'v1',
  'https://slsa.dev/provenance/v1-rc1': 'v1',
  'https://slsa.dev/provenance/v1-rc2': 'v1',
  // Not the specification's; witness writes it.
  'https://slsa.dev/provenance/v1.0': 'v1',
};

/** Which provenance a predicate type is, or undefined for another kind of statement. */
export function provenanceVersion(predicateType: string): ProvenanceVersion | undefined {
  return Object.hasOwn(VERSIONS, predicateType) ? VERSIONS[predicateType] : undefined;
}
