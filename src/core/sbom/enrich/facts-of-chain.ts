import { withoutUndefined } from '../../defined.ts';
import { factAbout, hopsFrom } from '../../graph/step.ts';
import { linkOf } from '../../graph/wording.ts';
import type { Chain, Dossier, Hop } from '../../model/chain.ts';
import type { Digest } from '../../model/digest.ts';
import type { Entity } from '../../model/entity.ts';
import type { Evidence, FactName } from '../../model/evidence.ts';
import { formatRepository } from '../../model/image-repository.ts';
import type { SignedDocument } from '../../model/statement.ts';
import { predicateTypeOf } from '../../claims/worth.ts';
import type { Traced } from '../image-documents.ts';
import type { BaseFacts, BuildFacts, ChainFacts, OwnerFacts, Said, SourceFacts, VerifiedFact } from './chain-facts.ts';
import { imageFacts } from './image-facts.ts';

/** What the chain settles, as documents of other formats can carry it. */
export function factsOfChain({ dossier, grades, steps, bases = [] }: Traced): ChainFacts {
  const { chain, image } = dossier;
  return withoutUndefined({
    image: imageFacts(image),
    grades,
    source: sourceOf(dossier),
    build: buildOf(dossier),
    bases: [chain, ...bases.flatMap((base) => (base.kind === 'traced' ? [base.dossier.chain] : []))].flatMap(baseIn),
    verified: verifiedOf(dossier),
    owners: ownersOf(dossier, steps),
  });
}

function said<Fact>(facts: Fact, { strength, support }: Pick<Hop, 'strength' | 'support'>): Said<Fact> {
  return { ...facts, grade: strength, origin: support[0]?.origin.location ?? 'the chain' };
}

function sourceOf({ chain, image }: Dossier): Said<SourceFacts> | undefined {
  const hop = ['builtFrom', 'fromRepository'].flatMap(
    (relation) => chain.hops.find((each) => each.relation === relation) ?? [],
  )[0];
  if (hop === undefined || (hop.to.kind !== 'sourceRevision' && hop.to.kind !== 'repository')) return undefined;
  const path = chain.hops.find(({ relation }) => relation === 'builtAt' || relation === 'contextAt')?.to;
  const ref = valueOf(chain, image.root, 'ref');
  const place = path?.kind === 'sourcePath' ? written(path.path) : undefined;
  const facts =
    hop.to.kind === 'repository'
      ? { repository: hop.to.url }
      : { repository: hop.to.repository, commit: hop.to.commit, commitUrl: linkOf(hop.to), ref, path: place };
  return said(withoutUndefined(facts), hop);
}

function buildOf({ chain }: Dossier): Said<BuildFacts> | undefined {
  const hop = chain.hops.find(({ relation }) => relation === 'builtBy');
  if (hop?.to.kind !== 'build' || written(hop.to.builderId) === undefined) return undefined;
  const build = hop.to;
  const facts = withoutUndefined({
    builderId: build.builderId,
    buildType: valueOf(chain, build, 'buildType'),
    invocationUrl: valueOf(chain, build, 'runUrl') ?? written(build.invocationId),
    started: valueOf(chain, build, 'startedOn'),
    finished: valueOf(chain, build, 'finishedOn'),
  });
  return said(facts, hop);
}

function valueOf(chain: Chain, about: Entity, name: FactName): string | undefined {
  const fact = factAbout(chain, about, name);
  return fact !== undefined && 'value' in fact ? written(fact.value) : undefined;
}

/** A builder may write a name and leave it blank. */
function written(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}

/** What the image of the chain stands on. */
function baseIn(chain: Chain): readonly Said<BaseFacts>[] {
  return hopsFrom(chain, chain.root, 'basedOn').map((hop) => said(baseOf(hop.to), hop));
}

function baseOf(base: Entity): BaseFacts {
  if (base.kind === 'imageName') return withoutUndefined({ name: written(base.name) });
  if (base.kind !== 'image') return {};
  const [at] = base.foundAt;
  return withoutUndefined({ digest: base.digest, name: at === undefined ? undefined : formatRepository(at) });
}

/** One claim a document whose signer may speak for the image: the best of what it says. */
function verifiedOf({ image, gathered }: Dossier): readonly VerifiedFact[] {
  const evidence = new Map<Digest, Evidence[]>();
  for (const each of gathered.evidence) {
    const { document } = each.origin;
    if (each.strength !== 'verified' || document === undefined) continue;
    evidence.set(document, [...(evidence.get(document) ?? []), each]);
  }
  const documents = new Map(gathered.documents.map(({ signed }) => [signed.document, signed]));
  return [...documents.values()].flatMap((signed) => {
    const { checked, document } = signed;
    const stated = evidence.get(document);
    if (checked.assurance !== 'verified' || stated === undefined) return [];
    const { signer, root, times } = checked;
    return [
      withoutUndefined({
        claim: claimOf(signed, stated, image.root.digest),
        predicateType: predicateTypeOf(signed),
        document,
        signer: signer.kind === 'certificate' ? signer.identity : `key ${signer.fingerprint}`,
        issuer: signer.kind === 'certificate' ? written(signer.issuer) : undefined,
        root,
        times,
      }),
    ];
  });
}

function claimOf(signed: SignedDocument, stated: readonly Evidence[], image: Digest): string {
  const answers = stated.flatMap(({ claim }) => (claim.kind === 'edge' ? [claim] : []));
  const source = answers.find(({ relation }) => relation === 'builtFrom')?.to;
  const build = answers.find(({ relation }) => relation === 'builtBy')?.to;
  const parts = [
    ...(source?.kind === 'sourceRevision' ? [`built from ${source.repository} at commit ${source.commit}`] : []),
    ...(build?.kind === 'build' && written(build.builderId) !== undefined ? [`built by ${build.builderId}`] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : `${predicateTypeOf(signed)} is stated about ${image}`;
}

/** As the chain's own line has them, with what catalogs know of each. */
function ownersOf({ people }: Dossier, steps: Traced['steps']): readonly Said<OwnerFacts>[] {
  const step = steps.find(({ name }) => name === 'owners');
  const grade = step?.grade;
  if (step === undefined || grade === undefined || grade === 'none') return [];
  const owners = new Map<string, string>();
  for (const { claim, origin } of step.support)
    if (claim.kind === 'edge' && claim.to.kind === 'owner' && !owners.has(claim.to.handle))
      owners.set(claim.to.handle, origin.location);
  return [...owners].map(([handle, origin]) => {
    const known = people?.owners.find((each) => each.handle === handle)?.resolved.contacts ?? [];
    return { handle, contacts: [...new Set(known.map(({ address }) => address))], grade, origin };
  });
}
