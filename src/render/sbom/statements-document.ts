import type { Failed } from '../../core/sbom/image-documents.ts';
import type { Component } from '../../core/sbom/model.ts';
import type { FoundStatements, ImageStatements } from '../../core/vex/found.ts';
import type { JoinedStatement } from '../../core/vex/model.ts';
import { failurePart } from '../document-parts.ts';
import { documentsText } from '../json.ts';
import { aboutPart, attachedPart, errorPart, unheardPart } from './parts.ts';

export const VEX_SCHEMA = 'provtrace/vex/1';

export function renderStatementsJson(images: readonly (ImageStatements | Failed)[]): string {
  return documentsText(
    images.map((image) =>
      image.kind === 'failed'
        ? failurePart(VEX_SCHEMA, image)
        : {
            schema: VEX_SCHEMA,
            ...aboutPart(image),
            documents: image.statements.map(documentPart),
            unheard: image.unheard.map(unheardPart),
          },
    ),
  );
}

function documentPart(found: FoundStatements): object {
  const { reading, joined } = found;
  if (reading.kind === 'refused') return { ...attachedPart(found), error: errorPart(reading.error) };
  const { format, author, timestamp, tool, databaseUpdated } = reading.document;
  return {
    ...attachedPart(found),
    format,
    author,
    timestamp,
    tool: tool === undefined ? undefined : { name: tool.name, version: tool.version, vendor: tool.vendor },
    databaseUpdated,
    statements: joined.map(statementPart),
  };
}

function statementPart({ statement, about, components, undecided }: JoinedStatement): object {
  const { vulnerability, aliases, status, justification, detail, fixedIn, severities, timestamp, products } = statement;
  return {
    vulnerability,
    aliases,
    status,
    about,
    components: components.map(namePart),
    undecided: undecided.map(namePart),
    products: products.map(({ text }) => text),
    justification,
    detail,
    fixedIn,
    severities: severities.map(({ level, score, method, vector, source }) => ({
      level,
      score,
      method,
      vector,
      source,
    })),
    timestamp,
  };
}

function namePart({ id, name, version, purl }: Component): object {
  return { id, name, version, purl: purl?.text };
}
