import { judgeEach } from './judge-each.ts';
import type { Branch, Judged } from './judgement.ts';
import { allOf, branch } from './judgement.ts';
import type { Judging } from './judging.ts';
import type { Requirement } from './requirement-shape.ts';
import { judgeAttestations } from './sections/attestations.ts';
import { judgeMaterials } from './sections/materials.ts';
import { judgeProvenance } from './sections/provenance.ts';
import { judgeSbom } from './sections/sbom.ts';
import { judgeSigners } from './sections/signers.ts';
import { judgeSource } from './sections/source.ts';
import { judgeVulnerabilities } from './sections/vulnerabilities.ts';
import type { SignerDemand } from './signer-demand.ts';

/** Every requirement, and everything within each: one failure does not hide the next. */
export function judgeRequirements(requirements: readonly Requirement[], judging: Judging, name: string): Branch {
  const named = [...judging.named, ...requirements.flatMap(signersNamedIn)];
  return allOf(
    name,
    requirements.flatMap((requirement) => partsOf(requirement, { ...judging, named })),
  );
}

function partsOf(requirement: Requirement, judging: Judging): readonly Judged[] {
  const choices = (parts: readonly Requirement[], name: string): readonly Branch[] =>
    parts.map((part) => judgeRequirements([part], judging, name));
  return judgeEach<Requirement>(requirement, {
    signers: (demand) => judgeSigners(demand, judging),
    provenance: (demand) => judgeProvenance(demand, judging),
    materials: (demand) => judgeMaterials(demand, judging),
    sbom: (demand) => judgeSbom(demand, judging),
    source: (demand) => judgeSource(demand, judging),
    attestations: (demand) => judgeAttestations(demand, judging),
    vulnerabilities: (demand) => judgeVulnerabilities(demand, judging),
    all: (parts) => allOf('all', choices(parts, 'all')),
    any: (parts) => branch({ join: 'any', requirement: 'any', parts: choices(parts, 'any') }),
    atLeast: ({ n, of }) => branch({ join: 'atLeast', n, requirement: 'atLeast', parts: choices(of, 'atLeast') }),
  });
}

/** Whoever must have signed, whatever else holds: those of a choice (`any`, `atLeast`) are named in that choice alone. */
export function signersNamedIn({ signers, all = [] }: Requirement): readonly SignerDemand[] {
  return [...(signers?.of ?? []), ...all.flatMap(signersNamedIn)];
}
