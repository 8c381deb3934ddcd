import {
  manifestError,
  manifestNotice,
  type ManifestFinding,
  type ManifestFormat,
  type ManifestText,
} from './model.ts';
import { placesOf, shortened, type PlaceOf } from './places.ts';
import { readInterpolated } from './read-interpolated.ts';
import { fieldsOf, parseYamlTrees, textOf, type YamlTree } from './yaml-tree.ts';

/** Compose files (the Compose Specification): the services of every profile. Other files that they name are not read, which is told. */
export const COMPOSE: ManifestFormat = { name: 'compose', read };

/** The environment and `.env` are not read: they differ from one machine to the next. */
const DEFAULTS_ALONE = { valueOf: (): undefined => undefined, escape: '$' };

function* read(manifest: ManifestText): Generator<ManifestFinding> {
  const at = placesOf(manifest);
  for (const tree of parseYamlTrees(manifest.text)) {
    if (tree.kind === 'fault') yield { ...tree, weight: 'error', place: at(tree.offset, '') };
    else yield* readProject(tree, at);
  }
}

function* readProject(project: YamlTree, at: PlaceOf): Generator<ManifestFinding> {
  const fields = fieldsOf(project);
  const include = fields.get('include');
  if (include !== undefined)
    yield manifestError('NOT_FOLLOWED', at(include.offset, 'include'), {
      message: 'the files that are included are not read',
      hint: 'Give what docker compose config writes, which is one file.',
    });
  const services = fields.get('services');
  if (services?.kind === 'map') for (const [name, service] of services.fields) yield* readService(name, service, at);
  else if (include === undefined || services !== undefined)
    yield manifestError('MALFORMED', at((services ?? project).offset, 'services'), {
      message: 'there are no services',
      hint: 'Services of the first version of the format, which are not under services:, are not read.',
    });
}

function* readService(name: string, service: YamlTree, at: PlaceOf): Generator<ManifestFinding> {
  const fields = fieldsOf(service);
  const pointer = `service ${shortened(name)}${profilesOf(fields)}`;
  const image = fields.get('image');
  if (image === undefined || (image.kind === 'scalar' && image.value === null)) {
    yield withoutImage(fields, at(service.offset, pointer));
  } else {
    yield* readText(image, pointer, at);
  }
  const volumes = fields.get('volumes');
  for (const volume of volumes?.kind === 'list' ? volumes.items : []) {
    const source = fieldsOf(volume).get('source');
    if (textOf(fieldsOf(volume).get('type')) === 'image' && source !== undefined)
      yield* readText(source, `${pointer} volumes`, at);
  }
}

function* readText(image: YamlTree, pointer: string, at: PlaceOf): Generator<ManifestFinding> {
  const place = at(image.offset, pointer);
  const written = textOf(image);
  if (written === undefined) yield manifestError('MALFORMED', place, { message: 'an image that is not a string' });
  else yield* readInterpolated(written, place, DEFAULTS_ALONE);
}

function withoutImage(fields: ReadonlyMap<string, YamlTree>, place: ManifestFinding['place']): ManifestFinding {
  const extended = fields.get('extends');
  if (fieldsOf(extended).has('file'))
    return manifestError('NOT_FOLLOWED', place, {
      message: 'it extends a service of another file, which is not read and may name its image',
      hint: 'Give what docker compose config writes.',
    });
  if (extended !== undefined)
    return manifestNotice('NOT_FOLLOWED', place, {
      message: 'it names no image and extends a service of this file, whose image is found there',
    });
  if (fields.has('build'))
    return manifestNotice('BUILT_HERE', place, {
      message: 'the service is built and names no image: there is nothing to look for in a registry',
      hint: 'Name an image for it, or give its Dockerfile too.',
    });
  return manifestError('NO_IMAGE', place, { message: 'the service names no image' });
}

function profilesOf(fields: ReadonlyMap<string, YamlTree>): string {
  const profiles = fields.get('profiles');
  const names = profiles?.kind === 'list' ? profiles.items.flatMap((item) => textOf(item) ?? []) : [];
  return names.length === 0 ? '' : ` (profile ${shortened(names.join(', '))})`;
}
