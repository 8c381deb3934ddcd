import type { ComponentKind } from '../model.ts';
import { COMPONENT_KINDS } from '../model.ts';
import { membersNamed } from '../item.ts';

/** SPDX 3 SoftwarePurpose where its word is not ours; those of SPDX 2.3 clause 7.24 are, but for case and punctuation. */
const SPDX3_PURPOSES = [
  ['model', 'machine-learning-model'],
  ['module', 'library'],
  ['executable', 'application'],
] as const satisfies readonly (readonly [string, ComponentKind])[];
const KINDS = new Map<string, ComponentKind>([
  ...COMPONENT_KINDS.map((kind) => [kind.replaceAll('-', ''), kind] as const),
  ...SPDX3_PURPOSES,
]);

/** What kind of thing a purpose makes it: `other` for purposes that have no word in the model. */
export function kindOfPurpose(purpose: string): ComponentKind {
  const squashed = purpose.toLowerCase().replaceAll(/[-_]/g, '');
  return KINDS.get(squashed) ?? 'other';
}

/** The purpose of SPDX 2.3, as its JSON schema spells it; undefined for kinds that it has no word for. */
export function purposeOfKind(kind: ComponentKind): string | undefined {
  return SPDX2_PURPOSES.has(kind) ? kind.toUpperCase().replaceAll('-', '_') : undefined;
}
const SPDX2_PURPOSES: ReadonlySet<string> = membersNamed(`
  application framework library container operating-system device firmware source archive file install other
`);

/** True for what stands where nobody says, or where there is none: it is absent. */
export function isSaid(text: string | undefined): text is string {
  return text !== undefined && text !== 'NOASSERTION' && text !== 'NONE';
}

const VCS_SCHEME = /^(?:git|hg|svn|bzr)(?:\+|:\/\/)/;

/** A download location in a version control system's own grammar names a repository, any other a file (SPDX 2.3 clause 7.7). */
export function downloadType(location: string): 'vcs' | 'distribution' {
  return VCS_SCHEME.test(location) ? 'vcs' : 'distribution';
}
