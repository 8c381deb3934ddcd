import { imagesOfObject, type KubernetesObject } from './kubernetes-object.ts';
import { manifestError, type ManifestFinding, type ManifestFormat, type ManifestText } from './model.ts';
import { placesOf, shortened, type PlaceOf } from './places.ts';
import { fieldsOf, parseYamlTrees, textOf, type YamlTree } from './yaml-tree.ts';

/** Kubernetes objects in YAML or JSON, one or many, in lists too; what `helm template` and `kubectl get -o yaml` write. */
export const KUBERNETES: ManifestFormat = { name: 'kubernetes', read };

type YamlMap = Extract<YamlTree, { kind: 'map' }>;

function* read(manifest: ManifestText): Generator<ManifestFinding> {
  const at = placesOf(manifest);
  const isKustomization = /(?:^|\/)kustomization(?:\.ya?ml)?$/i.test(manifest.path);
  for (const tree of parseYamlTrees(manifest.text)) {
    if (tree.kind === 'fault') yield { ...tree, weight: 'error', place: at(tree.offset, '') };
    else if (isKustomization) yield notRendered(tree, at);
    else yield* readObject(tree, at, {});
  }
}

function notRendered(tree: YamlTree, at: PlaceOf): ManifestFinding {
  return manifestError('NOT_RENDERED', at(tree.offset, 'Kustomization'), {
    message: 'a kustomization is not rendered here',
    hint: 'Render it first: kustomize build DIR | provtrace verify -f -',
  });
}

/** What an item of `PodList` does not say of itself. */
type Defaults = { readonly apiVersion?: string; readonly kind?: string };

function* readObject(tree: YamlTree, at: PlaceOf, defaults: Defaults): Generator<ManifestFinding> {
  if (tree.kind !== 'map') {
    const message = 'text that is no Kubernetes object';
    yield manifestError('NOT_KUBERNETES', at(tree.offset, ''), { message, hint: HELM_HINT });
    return;
  }
  const apiVersion = textOf(tree.fields.get('apiVersion')) ?? defaults.apiVersion;
  const kind = textOf(tree.fields.get('kind')) ?? defaults.kind;
  if (apiVersion === undefined || kind === undefined) {
    const message = `a document without ${apiVersion === undefined ? 'apiVersion' : 'kind'} is no Kubernetes object`;
    yield manifestError('NOT_KUBERNETES', at(tree.offset, ''), { message, hint: HELM_HINT });
  } else if (apiVersion.startsWith('kustomize.config.k8s.io/')) {
    yield notRendered(tree, at);
  } else {
    yield* readKind(tree, at, { apiVersion, kind });
    const notes = tree.fields.get('NOTES');
    if (notes === undefined) return;
    yield manifestError('MALFORMED', at(notes.offset, 'NOTES'), {
      message: 'the notes of a Helm release follow the last object',
      hint: HELM_HINT,
    });
  }
}

const HELM_HINT = 'Give what helm template CHART or helm get manifest RELEASE writes, without notes and other text.';

function* readKind(tree: YamlMap, at: PlaceOf, type: Required<Defaults>): Generator<ManifestFinding> {
  const items = tree.fields.get('items');
  if (!type.kind.endsWith('List') || items?.kind !== 'list') {
    yield* imagesOfObject(objectOf(tree, type), at);
    return;
  }
  const kind = type.kind.slice(0, -'List'.length);
  for (const item of items.items) yield* readObject(item, at, kind === '' ? {} : { apiVersion: type.apiVersion, kind });
}

function objectOf(tree: YamlMap, { apiVersion, kind }: Required<Defaults>): KubernetesObject {
  const named = fieldsOf(tree.fields.get('metadata'));
  const generated = textOf(named.get('generateName'));
  const name = textOf(named.get('name')) ?? (generated === undefined ? '(unnamed)' : `${generated}*`);
  return { fields: tree.fields, offset: tree.offset, apiVersion, kind, title: `${shortened(kind)}/${shortened(name)}` };
}
