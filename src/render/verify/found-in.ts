import type { NamedPlace } from '../../core/model/verify-report.ts';
import type { Paragraph } from '../text/layout.ts';
import { listed } from '../text/list.ts';
import { pair } from '../text/word.ts';

const PLACES_MAX = 5;

/** Where files name the image. */
export function foundInParagraphs(places: readonly NamedPlace[], verbose: boolean): readonly Paragraph[] {
  return listed(places, { max: PLACES_MAX, verbose }, (place) => [
    { indent: 2, hang: 4, words: pair('named in', placeText(place)) },
  ]);
}

/** `deploy.yaml:12:9 (Deployment/web spec.template.spec.containers[0].image)`. */
function placeText({ path, line, column, pointer }: NamedPlace): string {
  const at = [path, line, ...(column === undefined ? [] : [column])].join(':');
  return pointer === '' ? at : `${at} (${pointer})`;
}
