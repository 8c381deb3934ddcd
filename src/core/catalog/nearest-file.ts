import type { AskedPlace, CoverageOf } from './code-coverage.ts';
import type { CatalogComponent } from './model.ts';
import { slugOf } from './refs.ts';

export type NearestQuestion = {
  readonly paths: readonly AskedPlace[];
  readonly coverage: CoverageOf;
  readonly imageNames: readonly string[];
};

type Narrowing = (component: CatalogComponent, question: NearestQuestion) => boolean;

/** What tells the services of one folder apart, in this order, each where it leaves any. */
const NARROWINGS: readonly Narrowing[] = [
  (component, { coverage }) => coverage(component).kind === 'path',
  ({ type }) => type === 'service',
  (component) => isNamed(component, folderOf(component).split('/').at(-1) ?? ''),
  (component, { imageNames }) => imageNames.some((name) => isNamed(component, name.split('/').at(-1) ?? '')),
];

/**
 * The components of the nearest folder upwards from what is asked about: one, if it can be told which. `components` are of one
 * commit. One that says that its code is elsewhere in the repository is not described there.
 */
export function nearestDescribed(
  components: readonly CatalogComponent[],
  question: NearestQuestion,
): readonly CatalogComponent[] {
  const above = components.filter(
    (component) =>
      question.coverage(component).kind !== 'elsewhere' &&
      question.paths.some((place) => isAbove(folderOf(component), place)),
  );
  const nearest = Math.max(...above.map((component) => folderOf(component).length));
  let left = above.filter((component) => folderOf(component).length === nearest);
  for (const narrowing of NARROWINGS) {
    if (new Set(left.map(({ entityRef }) => entityRef)).size < 2) break;
    // What holds for one description of a component holds for its others.
    const refs = new Set(left.filter((component) => narrowing(component, question)).map(({ entityRef }) => entityRef));
    if (refs.size > 0) left = left.filter(({ entityRef }) => refs.has(entityRef));
  }
  return left;
}

function folderOf({ place }: CatalogComponent): string {
  return place.path.split('/').slice(0, -1).join('/');
}

function isAbove(folder: string, { path }: AskedPlace): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

function isNamed({ name, aliases }: CatalogComponent, other: string): boolean {
  return slugOf(other) !== '' && [name, ...aliases].some((own) => slugOf(own) === slugOf(other));
}
