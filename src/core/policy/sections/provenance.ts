import { buildLevelOf } from '../../build-level.ts';
import type { Judged, Leaf } from '../judgement.ts';
import { allOf, branch, leaf } from '../judgement.ts';
import type { Judging, PolicyDocument } from '../judging.ts';
import { documentText } from '../judging.ts';
import { anyDocument, firstTime, isSignedBy, signerOf, trustLeaves } from '../documents.ts';
import type { Requirement } from '../requirement-shape.ts';
import type { Provenance, Read } from '../../provenance/provenance.ts';
import { allowed, isRepository, statedLeaf } from '../stated.ts';
import { repositoryKey } from '../../source-url.ts';
import type { Vouching } from '../vouching.ts';
import { extensionOf, isAnyRunOfOwner } from '../vouching.ts';
import { signerText } from '../wording.ts';
import { ageLeaf } from '../age.ts';
import { factLeaf } from '../facts.ts';
import { judgeEach } from '../judge-each.ts';
import { judgeFindings } from './findings.ts';
import { judgeRef } from './ref.ts';

export type ProvenanceDemand = NonNullable<Requirement['provenance']>;
/** Fulcio's extension: Source Repository URI. */
const RUN_REPOSITORY = 12;
export type WithProvenance = PolicyDocument & { readonly provenance: Provenance };

/** One and the same document must meet all that is demanded of a document; the rest is known of the image or its commit. */
export function judgeProvenance(demand: ProvenanceDemand, judging: Judging): Judged {
  const found = provenancesOf(judging).map((document) => ({ document, parts: partsOf(document, demand, judging) }));
  const document = anyDocument('provenance', found, { judging, expected: 'signed provenance of this image' });
  const { noFindings, sourceLevel } = demand;
  const beside = [
    ...(sourceLevel === undefined
      ? []
      : [
          factLeaf('provenance.sourceLevel', judging.input.source.level, {
            expected: `SLSA source level ${sourceLevel} or more`,
            text: String,
            holds: (level) => level >= sourceLevel,
          }),
        ]),
    ...(noFindings === undefined ? [] : [judgeFindings(noFindings, judging)]),
  ];
  return beside.length === 0 ? document : allOf('provenance', [document, ...beside]);
}

export function provenancesOf(judging: Judging): readonly WithProvenance[] {
  return judging.documentsOf().filter((document): document is WithProvenance => document.provenance !== undefined);
}

type DocumentDemand = Omit<ProvenanceDemand, 'present' | 'signedBy' | 'noFindings' | 'sourceLevel'>;

function partsOf(document: WithProvenance, demand: ProvenanceDemand, judging: Judging): readonly Judged[] {
  const { provenance } = document;
  const said = (name: string, wanted: readonly string[], ...values: readonly (Read<string> | undefined)[]): Leaf =>
    statedLeaf(`provenance.${name}`, wanted, { values, place: (at) => placeOf(document, at) });
  const own = judgeEach<DocumentDemand>(demand, {
    builders: (wanted) =>
      allOf('provenance.builders', [
        said('builders', wanted, provenance.builderId),
        vouchedBuilder(document, demand.signedBy, judging),
      ]),
    buildTypes: (wanted) => said('buildTypes', wanted, provenance.buildType),
    repositories: (wanted) => judgeRepository(wanted, { document, signedBy: demand.signedBy, judging }),
    repositoryIds: (wanted) => said('repositoryIds', wanted, provenance.repositoryId, extensionOf(document, 15)),
    ref: (wanted) => judgeRef(wanted, { document, signedBy: demand.signedBy, judging }),
    triggers: (wanted) => said('triggers', wanted, provenance.trigger, extensionOf(document, 20)),
    runners: (wanted) => said('runners', wanted, provenance.runner, extensionOf(document, 11)),
    parameters: (wanted) => judgeParameters(wanted, document),
    maxAge: (wanted) => judgeAge(wanted, document, judging),
    buildLevel: (wanted) => judgeLevel(wanted, document, judging),
    hermetic: () => flag(document, 'hermetic', provenance.hermetic),
    complete: () => flag(document, 'complete', provenance.completeness.materials),
  });
  return [...trustLeaves(document, 'provenance', { signedBy: demand.signedBy, judging }), ...own];
}

function placeOf(document: PolicyDocument, at: string | undefined): string {
  return at === undefined ? documentText(document) : `${documentText(document)} ${at}`;
}

function judgeRepository(wanted: readonly string[], asked: Vouching<WithProvenance>): Leaf {
  const { document } = asked;
  const { repository } = document.candidate.source;
  const ran = isAnyRunOfOwner(asked) ? extensionOf(document, RUN_REPOSITORY)?.value : undefined;
  const isElsewhere = repository !== undefined && ran !== undefined && repositoryKey(ran) !== repositoryKey(repository);
  const stated = [...(repository === undefined ? [] : [repository]), ...(isElsewhere ? [ran] : [])];
  return leaf({
    requirement: 'provenance.repositories',
    expected: wanted.join(', or '),
    got: stated.join(' and ') || 'nothing states it',
    holds: stated.length > 0 && stated.every((address) => wanted.some((each) => isRepository(each, address))),
    evidence: [placeOf(document, document.provenance.sources[0]?.at)],
    nearest: isElsewhere ? 'a signer that the rule names is believed wherever it ran' : undefined,
  });
}

/** A builder's name in the payload is the payload's word, unless the signer is that builder or was named by the policy (traps V6). */
function vouchedBuilder(document: WithProvenance, signedBy: ProvenanceDemand['signedBy'], judging: Judging): Leaf {
  const { id, isSigner } = document.candidate.builder;
  const signer = signerOf(document);
  return leaf({
    requirement: 'provenance.builderIsSigner',
    expected: `signed by ${id ?? 'the builder'}, or by whom the policy names`,
    got: signer === undefined ? 'no signer that is established' : signerText(signer),
    holds:
      isSigner || document.candidate.speaker?.by === 'pin' || isSignedBy(document, signedBy ?? judging.named, judging),
    evidence: [documentText(document)],
  });
}

function judgeParameters(wanted: Readonly<Record<string, string>>, document: WithProvenance): Judged {
  const { parameters } = document.provenance;
  const parts = Object.entries(wanted).map(([name, pattern]) => {
    const value =
      parameters !== undefined && Object.hasOwn(parameters.value, name) ? parameters.value[name] : undefined;
    return leaf({
      requirement: `provenance.parameters.${name}`,
      expected: pattern,
      got: value ?? 'nothing states it',
      holds: value !== undefined && allowed([pattern], value),
      evidence: [placeOf(document, parameters?.at)],
    });
  });
  return branch({ join: 'all', requirement: 'provenance.parameters', parts });
}

/** Neither built nor signed longer ago: an old build does not become young by a new signature. */
function judgeAge(maxAge: string, document: WithProvenance, { options: { now } }: Judging): Leaf {
  const built = document.provenance.finishedOn ?? document.provenance.startedOn;
  const moments = [built?.value, firstTime(document)].flatMap((time) => time ?? []);
  return ageLeaf('provenance.maxAge', moments, { maxAge, now, evidence: [placeOf(document, built?.at)] });
}

/** By this document alone: another one's level is no word about this build. */
function judgeLevel(wanted: number, document: WithProvenance, { input: { dossier } }: Judging): Leaf {
  const { document: digest, endorsedBy } = document.candidate;
  const documents = dossier.gathered.documents.filter(({ signed }) =>
    [digest, endorsedBy].some((own) => own === signed.document),
  );
  const { level, rule, keepsFromNext } = buildLevelOf({ ...dossier, gathered: { ...dossier.gathered, documents } });
  return leaf({
    requirement: 'provenance.buildLevel',
    expected: `SLSA build level ${wanted} or more`,
    got: `${level} (${rule})`,
    holds: level >= wanted,
    evidence: [documentText(document)],
    nearest: keepsFromNext.length === 0 ? undefined : `level ${level + 1} but for this: ${keepsFromNext.join('; ')}`,
  });
}

function flag(document: WithProvenance, name: 'hermetic' | 'complete', read: Read<boolean> | undefined): Leaf {
  return leaf({
    requirement: `provenance.${name}`,
    expected: 'true',
    got: read === undefined ? 'nothing states it' : String(read.value),
    holds: read?.value === true,
    evidence: [placeOf(document, read?.at)],
  });
}
