import { idAllocator } from '../draft.ts';
import type { Component, ComponentReference, Loss, Party, Property, Sbom } from '../model.ts';
import { bindingOf } from '../named-digests.ts';
import { sumLosses, takeNotes } from '../notes.ts';
import type { BuildFacts, ChainFacts, ContentFacts, OwnerFacts, Said, SourceFacts } from './chain-facts.ts';
import { imageComponent } from './image-component.ts';
import { NAMESPACE, gradeProperties, property } from './property-names.ts';

export type DescribedImage = Sbom & { readonly root: Component };

/**
 * The SBOM with the image as its root, and on the root what both families of formats have a place for: references, properties, the
 * supplier. What the SBOM says already stays. A root that is another thing than this image becomes a component.
 */
export function describeImage(facts: ChainFacts, sbom: Sbom): DescribedImage {
  const root = rootOf(facts, sbom);
  const displaced = sbom.root === undefined || sbom.root.id === root.id ? [] : [sbom.root];
  return {
    ...sbom,
    root: enrichRoot(root, facts),
    components: [...displaced, ...sbom.components].map(withoutOurs),
    describes: [root.id],
    namedDigests: [...new Set([facts.image.digest, ...sbom.namedDigests])],
    losses: sumLosses([sbom.losses, lossesOf(sbom, [root, ...displaced, ...sbom.components])]),
  };
}

function lossesOf({ describes }: Sbom, [root, ...components]: readonly [Component, ...Component[]]): readonly Loss[] {
  const notes = takeNotes();
  const others = describes.filter((id) => id !== root.id);
  notes.lose('altered', 'described things as components of the image', others.length);
  const claimed = [root, ...components].reduce((sum, { properties }) => sum + properties.filter(isOurs).length, 0);
  notes.lose('unwritten', `properties ${NAMESPACE}`, claimed);
  return notes.losses();
}

function isOurs({ name }: Property): boolean {
  return name.toLowerCase().startsWith(NAMESPACE);
}

/** Nobody else speaks in this namespace: what the SBOM has there, of whatever component, would be taken for ours. */
function withoutOurs(component: Component): Component {
  const properties = component.properties.filter((known) => !isOurs(known));
  return properties.length === component.properties.length ? component : { ...component, properties };
}

function rootOf({ image }: ChainFacts, sbom: Sbom): Component {
  const known = sbom.root;
  const isImage =
    known !== undefined &&
    (known.kind === undefined || known.kind === 'container') &&
    bindingOf(sbom.namedDigests, [image.digest, ...image.otherDigests]) !== 'another';
  const taken = new Map([known ?? [], sbom.components].flat().map(({ id }) => [id, id]));
  const own = imageComponent(idAllocator(taken)(image.digest), image);
  if (!isImage) return own;
  return {
    ...own,
    ...known,
    kind: 'container',
    hashes: known.hashes.length > 0 ? known.hashes : own.hashes,
  };
}

function enrichRoot(root: Component, { image, grades, source, build, owners, contents }: ChainFacts): Component {
  const supplier = root.supplier ?? supplierOf(owners);
  const added = [
    ...property('provtrace:image:digest', image.digest),
    ...property('provtrace:image:platform', image.platform),
    ...property('provtrace:grade:origin', grades.origin),
    ...property('provtrace:grade:ownership', grades.ownership),
    ...(source === undefined ? [] : sourceProperties(source)),
    ...(build === undefined ? [] : buildProperties(build)),
    ...(contents === undefined ? [] : contentProperties(contents)),
    ...owners.flatMap(ownerProperties),
  ];
  return {
    ...root,
    ...(supplier && { supplier }),
    references: addReferences(root.references, [...vcsReferences(source), ...buildReferences(build)]),
    properties: [...withoutOurs(root).properties, ...added],
  };
}

function sourceProperties(source: Said<SourceFacts>): readonly Property[] {
  return [
    ...property('provtrace:source:repository', source.repository),
    ...property('provtrace:source:commit', source.commit),
    ...property('provtrace:source:ref', source.ref),
    ...property('provtrace:source:path', source.path),
    ...gradeProperties('source', source),
  ];
}

function buildProperties(build: Said<BuildFacts>): readonly Property[] {
  return [
    ...property('provtrace:build:builder', build.builderId),
    ...property('provtrace:build:type', build.buildType),
    ...property('provtrace:build:invocation', build.invocationUrl),
    ...gradeProperties('build', build),
  ];
}

function contentProperties(contents: Said<ContentFacts>): readonly Property[] {
  return [
    ...property('provtrace:sbom:document', contents.document),
    ...gradeProperties('sbom', contents),
    ...property('provtrace:sbom:finding', contents.isAnothers ? 'SBOM_SUBJECT_MISMATCH' : undefined),
  ];
}

function ownerProperties({ handle, contacts, grade, origin }: Said<OwnerFacts>): readonly Property[] {
  return [
    ...property('provtrace:owner', handle),
    ...contacts.flatMap((address) => property('provtrace:owner:contact', `${handle} ${address}`)),
    ...property('provtrace:owner:grade', `${handle} ${grade}`),
    ...property('provtrace:owner:origin', `${handle} ${origin}`),
  ];
}

/** A supplier is one: where there are several owners, none of them is said to be it. */
function supplierOf(owners: readonly OwnerFacts[]): Party | undefined {
  const [owner, ...others] = owners;
  if (owner === undefined || others.length > 0 || owner.handle.trim() === '') return undefined;
  const email = owner.contacts.find(isEmail);
  const url = owner.contacts.find((contact) => /^https:\/\/\S+$/.test(contact));
  // A handle with a slash is a team's.
  const kind = owner.handle.includes('/') ? ('organization' as const) : undefined;
  return { name: owner.handle, ...(kind && { kind }), ...(email && { email }), ...(url && { url }) };
}

export function isEmail(contact: string): boolean {
  return /^[^\s@<>()]+@[^\s@<>()]+$/.test(contact);
}

function vcsReferences(source: Said<SourceFacts> | undefined): readonly ComponentReference[] {
  if (source === undefined) return [];
  const comment = `${source.commit === undefined ? '' : `at commit ${source.commit}, `}${source.grade}`;
  return [{ type: 'vcs', url: source.repository, comment }];
}

function buildReferences(build: Said<BuildFacts> | undefined): readonly ComponentReference[] {
  if (build === undefined) return [];
  const run = build.invocationUrl;
  return [
    { type: 'build-system', url: build.builderId, comment: `the builder, ${build.grade}` },
    ...(run === undefined ? [] : [{ type: 'build-meta', url: run, comment: `the run, ${build.grade}` }]),
  ];
}

function addReferences(
  known: readonly ComponentReference[],
  added: readonly ComponentReference[],
): readonly ComponentReference[] {
  const isKnown = ({ type, url }: ComponentReference): boolean =>
    known.some((reference) => reference.type === type && reference.url === url);
  return [...known, ...added.filter((reference) => !isKnown(reference))];
}
