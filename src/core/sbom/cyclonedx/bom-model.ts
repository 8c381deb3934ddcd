import type { Models } from '@cyclonedx/cyclonedx-library';
import { withoutUndefined } from '../../defined.ts';
import type { Sbom, Tool } from '../model.ts';
import { nestComponents } from '../nesting.ts';
import { tellDocumentLosses, toolsOf } from '../document-losses.ts';
import type { WriteOptions } from '../write-options.ts';
import { toComponentModel } from './component-models.ts';
import type { Writing } from './component-models.ts';

/** The Sbom as the library has it. What has no place there goes to the notes. */
export function toBomModel(sbom: Sbom, options: WriteOptions, writing: Writing): Models.Bom {
  const { Models } = writing.library;
  const models = new Map(
    sbom.components.map((component) => [component.id, toComponentModel(component, writing)] as const),
  );
  const root = sbom.root && toComponentModel(sbom.root, writing);
  const components = nest(sbom, models, writing);
  if (sbom.root !== undefined && root !== undefined) models.set(sbom.root.id, root);
  link(sbom, models, writing);
  tellDocumentLosses(sbom, options, writing.notes);
  writing.notes.lose(
    'unwritten',
    'described things beside the root',
    sbom.describes.filter((id) => id !== sbom.root?.id).length,
  );
  writing.notes.lose('unwritten', 'names of documents', sbom.documents.filter(({ name }) => name !== undefined).length);
  const tools = toolsOf(sbom, options);
  const authors = sbom.documents.flatMap((document) => document.authors);
  return new Models.Bom({
    serialNumber: `urn:uuid:${options.uuid}`,
    components: new Models.ComponentRepository(components),
    metadata: new Models.Metadata({
      timestamp: new Date(options.created),
      ...(root && { component: root }),
      tools: new Models.Tools({
        components: new Models.ComponentRepository(tools.map((tool) => toToolModel(tool, writing))),
      }),
      authors: new Models.OrganizationalContactRepository(
        authors.map(
          ({ name, email }) => new Models.OrganizationalContact(withoutUndefined({ name: writing.plain(name), email })),
        ),
      ),
    }),
  });
}

/** Puts each component into what contains it, and gives those that nothing contains. */
function nest(
  sbom: Sbom,
  models: ReadonlyMap<string, Models.Component>,
  { notes }: Writing,
): readonly Models.Component[] {
  const { parentOf, lost } = nestComponents(sbom);
  notes.lose('unwritten', 'edges contains, where two contain one or the circle closes', lost);
  const outermost: Models.Component[] = [];
  for (const [id, model] of models) {
    const parent = models.get(parentOf.get(id) ?? '');
    if (parent === undefined) outermost.push(model);
    else parent.components.add(model);
  }
  return outermost;
}

function link({ edges }: Sbom, models: ReadonlyMap<string, Models.Component>, { notes }: Writing): void {
  for (const { from, kind, to } of edges) {
    const [start, end] = [models.get(from), models.get(to)];
    if (kind === 'dependsOn' && start !== undefined && end !== undefined) start.dependencies.add(end.bomRef);
    else if (kind !== 'contains') notes.lose('unwritten', `edges ${kind}`);
  }
}

function toToolModel({ name, version, vendor }: Tool, { library, plain }: Writing): Models.Component {
  const optional = withoutUndefined({ version: version && plain(version), group: vendor && plain(vendor) });
  return new library.Models.Component(library.Enums.ComponentType.Application, plain(name), optional);
}
