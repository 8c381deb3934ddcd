import { matchesPattern } from '../anchored-pattern.ts';
import type { Owner } from '../codeowners/model.ts';
import { coverageOf, isIn, type AskedPlace, type CoverageOf } from './code-coverage.ts';
import type { Catalog, CatalogComponent } from './model.ts';
import { nearestDescribed } from './nearest-file.ts';
import { slugOf } from './refs.ts';
import { resolveOwner } from './resolve-contacts.ts';

export type { AskedPlace } from './code-coverage.ts';

/** What is known of an image when it is asked which service it is. */
export type ServiceQuestion = {
  /** What registries call it, without tag: `ghcr.io/acme/checkout`. */
  readonly imageNames: readonly string[];
  readonly repository?: string;
  /** Full id. */
  readonly commit?: string;
  /** What it was built from: its Dockerfile, its context. */
  readonly paths?: readonly AskedPlace[];
  /** Of what runs the image. */
  readonly workloadLabels?: Readonly<Record<string, string>>;
  /** Of the path, by CODEOWNERS. */
  readonly owners?: readonly Owner[];
};

/** Strongest first (reference/ownership.md 5.4). */
export type ServiceRank = 1 | 2 | 3 | 4 | 5 | 6 | 7;
/** A service that the image may be, and why: the phrase goes on from "it is this service by". */
export type ServiceCandidate = {
  readonly component: CatalogComponent;
  readonly rank: ServiceRank;
  readonly reason: string;
};

type Asked = { readonly question: ServiceQuestion; readonly catalog: Catalog; readonly coverage: CoverageOf };
type Found = { readonly component: CatalogComponent; readonly reason: string };

/** What each rank looks at. */
const WAYS: readonly { readonly rank: ServiceRank; readonly find: (asked: Asked) => readonly Found[] }[] = [
  { rank: 1, find: byImageName },
  { rank: 2, find: byNearestFile },
  { rank: 3, find: byPath },
  { rank: 4, find: byRepository },
  { rank: 5, find: byWorkload },
  { rank: 6, find: byOwner },
  { rank: 7, find: byName },
];

/** Services that the image may be, strongest first, and those of one rank by their names. Several of the best rank are a conflict. */
export function resolveService(question: ServiceQuestion, catalog: Catalog): readonly ServiceCandidate[] {
  const deployable = { ...catalog, components: catalog.components.filter(({ kind }) => kind === 'component') };
  const coverage = coverageOf(question.repository ?? '', question.paths ?? []);
  const asked: Asked = { question, catalog: deployable, coverage };
  return WAYS.flatMap(({ rank, find }) =>
    find(asked)
      .map((found) => ({ ...found, rank }))
      .sort((left, right) => compareText(left.component.entityRef, right.component.entityRef)),
  );
}

function byImageName({ question, catalog }: Asked): readonly Found[] {
  return catalog.components.flatMap((component) => {
    const pattern = component.images.find((image) => question.imageNames.some((name) => matchesPattern(image, name)));
    return pattern === undefined ? [] : [{ component, reason: `the image name ${pattern}` }];
  });
}

/** The catalog file beside the code, as it was at the commit. */
function byNearestFile({ question, catalog, coverage }: Asked): readonly Found[] {
  const { repository, commit, paths = [] } = question;
  if (repository === undefined || commit === undefined || paths.length === 0) return [];
  const atCommit = catalog.components.filter(
    ({ place: { origin } }) =>
      origin.commit === commit && origin.repository !== undefined && isIn(origin.repository, repository),
  );
  const described = nearestDescribed(atCommit, { paths, coverage, imageNames: question.imageNames });
  return described.map((component) => ({ component, reason: `${component.place.path} at the commit` }));
}

function byPath({ question, catalog, coverage }: Asked): readonly Found[] {
  if (question.repository === undefined) return [];
  const covering = catalog.components.flatMap((component) => {
    const covered = coverage(component);
    return covered.kind === 'path' ? [{ component, ...covered }] : [];
  });
  const longest = Math.max(...covering.map(({ length }) => length));
  return covering
    .filter(({ length }) => length === longest)
    .map(({ component, pattern }) => ({ component, reason: `the path ${pattern} in its repository` }));
}

/** What names this repository, or is described in it at the commit, and does not say that its code is elsewhere in it. */
function byRepository({ question, catalog, coverage }: Asked): readonly Found[] {
  const { repository, commit, paths = [] } = question;
  if (repository === undefined) return [];
  const isDescribedHere = ({ place: { origin } }: CatalogComponent): boolean =>
    paths.length === 0 &&
    commit !== undefined &&
    origin.commit === commit &&
    origin.repository !== undefined &&
    isIn(origin.repository, repository);
  return catalog.components
    .filter((component) => {
      const { kind } = coverage(component);
      return kind === 'repository' || (kind === 'silent' && isDescribedHere(component));
    })
    .map((component) => ({ component, reason: 'its repository' }));
}

/** Labels that name the service, most telling first. */
const SERVICE_LABELS = [
  'backstage.io/kubernetes-id',
  'tags.datadoghq.com/service',
  'app.kubernetes.io/part-of',
  'app.kubernetes.io/name',
] as const;

function byWorkload({ question: { workloadLabels = {} }, catalog }: Asked): readonly Found[] {
  for (const label of SERVICE_LABELS) {
    const named = namedAs(catalog, workloadLabels[label]);
    if (named.length > 0) return named.map((component) => ({ component, reason: `the workload's label ${label}` }));
  }
  return [];
}

/** The only service of a team that owns the path. */
function byOwner({ question: { owners = [] }, catalog }: Asked): readonly Found[] {
  return owners.flatMap((owner) => {
    const teams = resolveOwner(owner, catalog).matches.flatMap((match) => ('team' in match ? [match.team.ref] : []));
    const theirs = catalog.components.filter((component) => component.owners.some(({ ref }) => teams.includes(ref)));
    const refs = new Set(theirs.map(({ entityRef }) => entityRef));
    return refs.size === 1
      ? theirs.map((component) => ({ component, reason: `the only service of ${owner.text}, who owns the path` }))
      : [];
  });
}

function byName({ question, catalog }: Asked): readonly Found[] {
  const names = new Set(question.imageNames.map((name) => name.split('/').at(-1)));
  return [...names].flatMap((name) =>
    namedAs(catalog, name).map((component) => ({ component, reason: 'its name, which is a guess' })),
  );
}

function namedAs(catalog: Catalog, name: string | undefined): readonly CatalogComponent[] {
  const slug = slugOf(name ?? '');
  if (slug === '') return [];
  return catalog.components.filter((component) =>
    [component.name, ...component.aliases].some((own) => slugOf(own) === slug),
  );
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
