import { parseSourceUrl } from '../source-url.ts';
import { isIn } from './code-coverage.ts';
import { problem } from './format.ts';
import type { CatalogPlace, CatalogProblem, CatalogTarget } from './model.ts';

/** A path or pattern in the tree that the file is in, or why the target is not followed. */
export type FollowedTarget = { readonly path: string; readonly place: CatalogPlace } | CatalogProblem;

const HINT = 'list it among the catalogs of your provtrace.yaml to have it read';

/** A target of a Backstage `Location`: relative to its file, or the address of a file in the same repository. */
export function resolveTarget({ target, place }: CatalogTarget): FollowedTarget {
  const written = target.replace(/^(?:url|file):/, '');
  if (!/^[a-z][a-z\d+.-]*:/i.test(written)) return relativeTarget(written, place);
  const result = parseSourceUrl(written, 'web');
  const { repository } = place.origin;
  if (result.kind === 'refused' || repository === undefined || !isIn(result.source.url, repository))
    return problem(place, 'NOT_FOLLOWED', `the target ${written} is in another place`, { hint: HINT });
  return { path: result.source.subpath ?? '', place };
}

function relativeTarget(target: string, place: CatalogPlace): FollowedTarget {
  const names = target.startsWith('/') ? [] : place.path.split('/').slice(0, -1);
  for (const name of target.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined)
      return problem(place, 'NOT_FOLLOWED', `the target ${target} leads out of the catalog`);
  }
  return { path: names.join('/'), place };
}
