import type { CatalogPlace } from '../catalog/model.ts';
import { formatPlace } from '../catalog/model.ts';
import type { ServiceCandidate } from '../catalog/resolve-service.ts';
import type { Gathered } from '../model/chain.ts';
import type { Entity, ImageEntity } from '../model/entity.ts';
import type { Claim, Evidence, Place, Problem, Relation, SignalStrength } from '../model/evidence.ts';
import { withoutUndefined } from '../defined.ts';
import type { People } from '../source/people.ts';
import { doubtAboutPlace } from '../source/people.ts';
import { evidenceOf } from './about-source.ts';
import { RANKS } from './ranks.ts';

/** The last rank of core/catalog's order that a catalog's author wrote down; below it we work it out. */
const DECLARED_RANK_MAX = 4;
/** Beneath all that is worked out from catalogs that are in no doubt. */
const DOUBTED_RANK_STEP = 10;

/** Which service the image is of, who owns that, and how to reach them, by catalogs. */
export function gatheredOfCatalogs(image: ImageEntity, people: People): Gathered {
  return {
    evidence: [
      ...people.services.flatMap((candidate) => claimsOfService(image, candidate)),
      ...contactClaims(people),
    ].map(({ place, ...said }) => evidence(said, place, doubtAboutPlace(people.sources, place))),
    problems: problemsOf(image, people),
    places: placesOf(image, people),
    documents: [],
    remarks: [],
  };
}

/** What a catalog says, and where. */
type Said = {
  readonly claim: Claim;
  readonly rank: number;
  readonly place: CatalogPlace;
  readonly strength: SignalStrength;
  readonly why?: string;
};

function claimsOfService(image: ImageEntity, { component, rank, reason }: ServiceCandidate): readonly Said[] {
  const service: Entity = { kind: 'component', entityRef: component.entityRef };
  const strength: SignalStrength = rank <= DECLARED_RANK_MAX ? 'declared' : 'inferred';
  const steps = { rank: RANKS.catalog + rank, place: component.place };
  return [
    {
      ...steps,
      claim: { kind: 'edge', from: image, relation: 'componentOf', to: service },
      strength,
      why: `by ${reason}`,
    },
    ...component.owners.map(({ text }): Said => ({
      ...steps,
      claim: { kind: 'edge', from: service, relation: 'ownedBy', to: { kind: 'owner', handle: text } },
      strength: 'declared',
    })),
    ...component.contacts.map(({ address, place }): Said => ({
      ...steps,
      place,
      claim: { kind: 'edge', from: service, relation: 'contactOf', to: { kind: 'contact', address } },
      strength: 'declared',
    })),
  ];
}

function contactClaims({ owners }: People): readonly Said[] {
  return owners.flatMap(({ handle, resolved }) =>
    resolved.contacts.map(({ address, place }): Said => ({
      claim: {
        kind: 'edge',
        from: { kind: 'owner', handle },
        relation: 'contactOf',
        to: { kind: 'contact', address },
      },
      rank: RANKS.catalog,
      place,
      strength: 'declared',
    })),
  );
}

/** Whoever can put a commit under the address of a repository can put a catalog there. */
function evidence({ claim, rank, strength, why }: Omit<Said, 'place'>, place: CatalogPlace, doubt?: string): Evidence {
  const worth =
    doubt === undefined
      ? { strength, why, rank }
      : { strength: 'inferred' as const, why: doubt, rank: rank + DOUBTED_RANK_STEP };
  return evidenceOf(claim, withoutUndefined({ ...worth, collector: 'catalog', location: formatPlace(place) }));
}

const OF_CATALOG: readonly Relation[] = ['ownedBy', 'componentOf', 'contactOf'];

/** What was not heard leaves the service unknown; what is only written badly is in the ledger. */
function problemsOf(at: ImageEntity, { catalogs }: People): readonly Problem[] {
  const errors = [
    ...catalogs.unheard.map(({ name, error }) => ({ error, message: `catalog ${name}: ${error.message}` })),
    ...catalogs.catalog.problems.flatMap(({ error, place }) =>
      error === undefined ? [] : [{ error, message: `${formatPlace(place)}: ${error.message}` }],
    ),
  ];
  return errors.map(({ error: { code, hint }, message }) =>
    withoutUndefined({ collector: 'catalog', at, relations: OF_CATALOG, code, message, hint }),
  );
}

function placesOf(at: ImageEntity, { catalogs }: People): readonly Place[] {
  const read = new Map<string, number>();
  for (const { place } of catalogs.catalog.components)
    read.set(place.origin.name, (read.get(place.origin.name) ?? 0) + 1);
  const faults = catalogs.catalog.problems.filter(({ error }) => error === undefined);
  return [
    ...[...read].map(([name, components]): Place => ({
      at,
      carrier: `catalog ${name}`,
      result: 'found',
      detail: `components: ${components}`,
    })),
    ...catalogs.missing.map((name): Place => ({ at, carrier: `catalog ${name}`, result: 'absent' })),
    ...catalogs.unheard.map(({ name, error }): Place => ({
      at,
      carrier: `catalog ${name}`,
      result: 'unheard',
      detail: error.message,
    })),
    ...faults.map(({ place, message }): Place => ({
      at,
      carrier: formatPlace(place),
      result: 'found',
      detail: `left out: ${message}`,
    })),
  ];
}
