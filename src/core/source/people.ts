import type { Owner } from '../codeowners/model.ts';
import type { Catalog } from '../catalog/model.ts';
import type { FoundContact, ResolvedOwner } from '../catalog/resolve-contacts.ts';
import { resolveOwner } from '../catalog/resolve-contacts.ts';
import type { ServiceCandidate } from '../catalog/resolve-service.ts';
import { resolveService } from '../catalog/resolve-service.ts';
import type { ToolError } from '../errors.ts';
import { registryHost } from '../model/image-repository.ts';
import type { ImageEntity } from '../model/entity.ts';
import type { SourceRead } from '../model/source.ts';
import type { SourceFacts } from './facts.ts';
import { factsOfSource } from './facts.ts';
import { decisiveOwnership, ownersIn } from './ownership.ts';

/** Catalogs that were read: those of the configuration, and the files of the sources at their commits. */
export type CatalogRead = {
  readonly catalog: Catalog;
  /** Configured catalogs that could not be read, by name. */
  readonly unheard: readonly { readonly name: string; readonly error: ToolError }[];
  /** Configured catalogs that are not there, by name. */
  readonly missing: readonly string[];
};

/** From the commit to people: what sources, forges and catalogs say of one image. */
export type People = {
  readonly sources: readonly SourceFacts[];
  readonly catalogs: CatalogRead;
  /** Strongest first. */
  readonly services: readonly ServiceCandidate[];
  /** Whom the owners are by the catalogs, in the order of the owners. */
  readonly owners: readonly PersonOrTeam[];
};

/** An owner as CODEOWNERS or a component names it, and what catalogs know of it. */
export type PersonOrTeam = {
  readonly handle: string;
  readonly isComponentOwner: boolean;
  readonly resolved: ResolvedOwner;
};

export type { FoundContact };

/** The image's source; undefined where several are in conflict, since none of them is the image's then. */
export function soleSource({ sources }: Pick<People, 'sources'>): SourceFacts | undefined {
  return sources.length === 1 ? sources[0] : undefined;
}

/** @param image missing where the paths of a repository are asked about, and no image */
export function peopleOf(read: {
  readonly image?: ImageEntity;
  readonly sources: readonly SourceRead[];
  readonly catalogs: CatalogRead;
}): People {
  const { catalogs } = read;
  const sources = read.sources.map(factsOfSource);
  const source = soleSource({ sources });
  const owners = ownersIn(decisiveOwnership(source?.ownerships ?? [])?.atCommit);
  const services = resolveService(questionOf(read.image, source, owners), catalogs.catalog);
  return {
    sources,
    catalogs,
    services,
    owners: [...ownersOfPath(owners, catalogs), ...ownersOfServices(services, catalogs)],
  };
}

function questionOf(image: ImageEntity | undefined, source: SourceFacts | undefined, owners: readonly Owner[]) {
  const about = source?.read.asked.about;
  return {
    imageNames: (image?.foundAt ?? []).filter((at) => registryHost(at) !== undefined).map(({ name }) => name),
    owners,
    paths: (source?.read.asked.paths ?? []).filter(({ role }) => role !== 'repository' && role !== 'pipeline'),
    ...(about === undefined
      ? {}
      : about.kind === 'repository'
        ? { repository: about.url }
        : { repository: about.repository, commit: about.commit }),
  };
}

function ownersOfPath(owners: readonly Owner[], { catalog }: CatalogRead): readonly PersonOrTeam[] {
  return owners.map((owner) => ({
    handle: owner.text,
    isComponentOwner: false,
    resolved: resolveOwner(owner, catalog),
  }));
}

/** Of equally good answers all count; those beneath them do not. */
function ownersOfServices(services: readonly ServiceCandidate[], { catalog }: CatalogRead): readonly PersonOrTeam[] {
  const best = services.filter(({ rank }) => rank === services[0]?.rank);
  const references = best.flatMap(({ component }) => component.owners);
  return [...new Map(references.map((reference) => [reference.text, reference])).values()].map((reference) => ({
    handle: reference.text,
    isComponentOwner: true,
    resolved: resolveOwner(reference, catalog),
  }));
}
