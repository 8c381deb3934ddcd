import type { Owner } from '../codeowners/model.ts';
import type { Catalog, CatalogPlace, OwnerReference } from '../catalog/model.ts';
import type { FoundContact, ResolvedOwner } from '../catalog/resolve-contacts.ts';
import { resolveOwner } from '../catalog/resolve-contacts.ts';
import type { ServiceCandidate } from '../catalog/resolve-service.ts';
import { resolveService } from '../catalog/resolve-service.ts';
import type { ToolError } from '../errors.ts';
import { registryHost } from '../model/image-repository.ts';
import type { ImageEntity } from '../model/entity.ts';
import type { AskedPath, SourceRead, SourceRoot } from '../model/source.ts';
import type { SourceFacts } from './facts.ts';
import { doubtAbout, factsOfSource } from './facts.ts';
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
  /** Strongest first, and those that are in doubt after all others. */
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
  const found = resolveService(questionOf(read.image, source, owners), catalogs.catalog);
  const isSound = ({ place }: Described): boolean => doubtAboutPlace(sources, place) === undefined;
  const sound = found.filter(({ component }) => isSound(component));
  const doubted = found.filter(({ component }) => !isSound(component));
  const whoIs = whoIsBy(catalogs.catalog, isSound);
  return {
    sources,
    catalogs,
    services: [...sound, ...doubted],
    owners: [...ownersOfPath(owners, whoIs), ...ownersOfServices(sound.length > 0 ? sound : doubted, whoIs)],
  };
}

/** Why what stands there may be anybody's: it lies in a repository whose commit need not be of it, or need not be the image's. */
export function doubtAboutPlace(
  sources: readonly SourceFacts[],
  { origin: { repository, commit } }: CatalogPlace,
): string | undefined {
  const source = sources.find(
    (each) => commit !== undefined && commit === each.commit?.id && repository === urlOf(each.read.asked.about),
  );
  if (source === undefined) return undefined;
  return sources.length > 1 ? 'it is in one of several sources that the image may be of' : doubtAbout(source);
}

function urlOf(about: SourceRoot): string {
  return about.kind === 'repository' ? about.url : about.repository;
}

type Described = { readonly place: CatalogPlace };
type WhoIs = (owner: Owner | OwnerReference) => ResolvedOwner;

/** What is in doubt is asked only about whom nothing else knows: else whoever wrote it could stand in for any team. */
function whoIsBy(catalog: Catalog, isSound: (described: Described) => boolean): WhoIs {
  const sound = { ...catalog, teams: catalog.teams.filter(isSound), people: catalog.people.filter(isSound) };
  return (owner) => {
    const resolved = resolveOwner(owner, sound);
    return resolved.matches.length > 0 ? resolved : resolveOwner(owner, catalog);
  };
}

function questionOf(image: ImageEntity | undefined, source: SourceFacts | undefined, owners: readonly Owner[]) {
  const about = source?.read.asked.about;
  return {
    imageNames: (image?.foundAt ?? []).filter((at) => registryHost(at) !== undefined).map(({ name }) => name),
    owners,
    paths: pathsOf(source?.read.asked.paths ?? []),
    ...(about === undefined
      ? {}
      : about.kind === 'repository'
        ? { repository: about.url }
        : { repository: about.repository, commit: about.commit }),
  };
}

/** What the image was made from, where that is not in dispute. */
function pathsOf(paths: readonly AskedPath[]): readonly AskedPath[] {
  return paths.filter(
    ({ role }) =>
      (role === 'dockerfile' || role === 'context' || role === 'given') &&
      (role === 'given' || paths.filter((other) => other.role === role).length === 1),
  );
}

function ownersOfPath(owners: readonly Owner[], whoIs: WhoIs): readonly PersonOrTeam[] {
  return owners.map((owner) => ({ handle: owner.text, isComponentOwner: false, resolved: whoIs(owner) }));
}

/** Of equally good answers all count; those beneath them do not. */
function ownersOfServices(services: readonly ServiceCandidate[], whoIs: WhoIs): readonly PersonOrTeam[] {
  const best = services.filter(({ rank }) => rank === services[0]?.rank);
  const references = best.flatMap(({ component }) => component.owners);
  return [...new Map(references.map((reference) => [reference.text, reference])).values()].map((reference) => ({
    handle: reference.text,
    isComponentOwner: true,
    resolved: whoIs(reference),
  }));
}
