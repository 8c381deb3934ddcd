import { interpolate, type Interpolated, type Interpolation } from './interpolate.ts';
import { manifestError, manifestNotice, type ManifestFinding, type ManifestPlace } from './model.ts';
import { readReference } from './read-reference.ts';

/** An image whose name may have variables: with their defaults, which is told; or the problem, where one has none. */
export function* readInterpolated(
  written: string,
  place: ManifestPlace,
  interpolation: Interpolation,
): Generator<ManifestFinding> {
  const interpolated = interpolate(written, interpolation);
  if (interpolated.kind === 'unset') {
    yield manifestError('UNSET_VARIABLE', place, {
      message: `${interpolated.variable.slice(0, 100)} has no value and no default: ${written.slice(0, 200)}`,
      hint: 'Give it a default in the file, or give the file with the variable filled in.',
    });
  } else if (interpolated.kind === 'unreadable') {
    yield manifestError('MALFORMED', place, { message: `not a variable that can be read: ${interpolated.at}` });
  } else {
    const finding = readReference(interpolated.text, place);
    yield finding;
    if ('reference' in finding) yield* defaulted(interpolated, place);
  }
}

/** Tells of the variables whose defaults give the text. */
export function* defaulted(
  { text, variables }: Extract<Interpolated, { kind: 'text' }>,
  place: ManifestPlace,
): Generator<ManifestFinding> {
  const names = [...new Set(variables)].map((name) => name.slice(0, 100));
  if (names.length === 0) return;
  yield manifestNotice('DEFAULTED', place, {
    message: `the default of ${names.join(', ')} gives ${text}`,
    hint: 'Where it is set to something else, another image is used.',
  });
}
