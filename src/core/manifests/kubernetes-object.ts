import { manifestError, manifestNotice, type ManifestFinding } from './model.ts';
import { shortened, type PlaceOf } from './places.ts';
import { readReference } from './read-reference.ts';
import { textOf, type YamlTree } from './yaml-tree.ts';

/** Of values of one object, each counted as often as aliases lead to it. */
const VALUES_MAX = 2_000_000;

const CONTAINER_LISTS = ['containers', 'initContainers', 'ephemeralContainers'];
/** Say nothing of what is to run, or say again what was found to run. */
const NOT_WALKED = ['apiVersion', 'kind', 'metadata', 'status'];

export type KubernetesObject = {
  readonly fields: ReadonlyMap<string, YamlTree>;
  readonly offset: number;
  readonly apiVersion: string;
  readonly kind: string;
  /** `Deployment/web` */
  readonly title: string;
};

type Walk = {
  readonly object: KubernetesObject;
  readonly isCustom: boolean;
  readonly at: PlaceOf;
  /** How many values may still be looked at. */
  left: number;
};

/** Every kind that holds pods holds them in the same shape, wherever they are: a list of containers, a list of volumes. */
export function* imagesOfObject(object: KubernetesObject, at: PlaceOf): Generator<ManifestFinding> {
  // Its schema describes containers and has none.
  if (object.kind === 'CustomResourceDefinition') return;
  // Flux's repositories of images are watched for tags, and are not run.
  if (object.apiVersion.startsWith('image.toolkit.fluxcd.io/')) return;
  const walk = { object, isCustom: isCustomGroup(object.apiVersion), at, left: VALUES_MAX };
  for (const [key, value] of object.fields)
    if (!NOT_WALKED.includes(key)) yield* walkField(key, value, { pointer: pointerTo('', key), walk });
  if (walk.left >= 0) return;
  yield manifestError('TOO_MANY', at(object.offset, object.title), {
    message: `more than ${VALUES_MAX} values in one object`,
  });
}

function isCustomGroup(apiVersion: string): boolean {
  const [group = '', version] = apiVersion.split('/');
  return version !== undefined && group.includes('.') && !group.endsWith('.k8s.io');
}

type At = { readonly pointer: string; readonly walk: Walk };

function* walkField(key: string, value: YamlTree, { pointer, walk }: At): Generator<ManifestFinding> {
  if (CONTAINER_LISTS.includes(key) && value.kind === 'list') {
    for (const [index, item] of value.items.entries())
      yield* readContainer(item, { pointer: `${pointer}[${index}]`, walk });
  } else if (CONTAINER_LISTS.includes(key) && !walk.isCustom) {
    if (!isNothing(value)) yield malformed(value, { pointer, walk }, 'the containers are not a list');
  } else if (key === 'volumes' && value.kind === 'list') {
    for (const [index, item] of value.items.entries())
      yield* readVolume(item, { pointer: `${pointer}[${index}]`, walk });
  } else if (key === 'image' && walk.isCustom) {
    yield* readCustomImage(value, { pointer, walk });
  } else {
    yield* walkValue(value, { pointer, walk });
  }
}

function* walkValue(value: YamlTree, { pointer, walk }: At): Generator<ManifestFinding> {
  if (--walk.left < 0 || value.kind === 'scalar') return;
  if (value.kind === 'list') {
    for (const [index, item] of value.items.entries())
      yield* walkValue(item, { pointer: `${pointer}[${index}]`, walk });
  } else {
    for (const [key, field] of value.fields) yield* walkField(key, field, { pointer: pointerTo(pointer, key), walk });
  }
}

function* readContainer(container: YamlTree, at: At): Generator<ManifestFinding> {
  if (container.kind !== 'map') {
    yield malformed(container, at, 'a container is not a mapping');
    return;
  }
  const image = container.fields.get('image');
  if (image === undefined || isNothing(image)) yield nameless(image ?? container, at);
  else yield readImage(image, { ...at, pointer: `${at.pointer}.image` });
}

/** In a custom resource it is what its operator adds to a container of its own. */
function nameless({ offset }: YamlTree, { pointer, walk }: At): ManifestFinding {
  const tell = walk.isCustom ? manifestNotice : manifestError;
  return tell('NO_IMAGE', walk.at(offset, `${walk.object.title} ${pointer}`), {
    message: 'a container names no image',
    ...(walk.isCustom ? {} : { hint: 'Give the whole object, not a patch of it.' }),
  });
}

function* readVolume(volume: YamlTree, { pointer, walk }: At): Generator<ManifestFinding> {
  const source = volume.kind === 'map' ? volume.fields.get('image') : undefined;
  if (source?.kind !== 'map') {
    yield* walkValue(volume, { pointer, walk });
    return;
  }
  const reference = source.fields.get('reference');
  if (reference !== undefined && !isNothing(reference))
    yield readImage(reference, { pointer: `${pointer}.image.reference`, walk });
  else yield malformed(source, { pointer, walk }, 'an image volume has no reference');
}

/** Custom resources name images as strings under `image`: steps of Tekton, templates of Argo Workflows, what operators run. */
function* readCustomImage(value: YamlTree, { pointer, walk }: At): Generator<ManifestFinding> {
  if (value.kind === 'scalar') {
    if (!isNothing(value)) yield readImage(value, { pointer, walk });
  } else if (value.kind === 'map' && ['repository', 'name'].some((key) => value.fields.get(key)?.kind === 'scalar')) {
    yield manifestError('IMAGE_IN_PARTS', walk.at(value.offset, `${walk.object.title} ${pointer}`), {
      message: 'an image in parts, which only its operator can put together',
    });
  } else {
    yield* walkValue(value, { pointer, walk });
  }
}

function readImage(image: YamlTree, at: At): ManifestFinding {
  const written = textOf(image);
  return written === undefined
    ? malformed(image, at, 'an image that is not a string')
    : readReference(written, at.walk.at(image.offset, `${at.walk.object.title} ${at.pointer}`));
}

function malformed({ offset }: YamlTree, { pointer, walk }: At, message: string): ManifestFinding {
  return manifestError('MALFORMED', walk.at(offset, `${walk.object.title} ${pointer}`), { message });
}

/** Null and blank text, which the API takes as not set. */
function isNothing(tree: YamlTree): boolean {
  return (
    tree.kind === 'scalar' && (tree.value === null || (typeof tree.value === 'string' && tree.value.trim() === ''))
  );
}

function pointerTo(pointer: string, key: string): string {
  const shown = shortened(key);
  if (!/^[\w-]+$/.test(shown)) return `${pointer}[${JSON.stringify(shown)}]`;
  return pointer === '' ? shown : `${pointer}.${shown}`;
}
