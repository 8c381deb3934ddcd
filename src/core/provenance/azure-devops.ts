import { withoutUndefined } from '../defined.ts';
import type { ProvenanceFormat, ProvenanceReading } from './format.ts';
import { buildTypeOf } from './format.ts';
import type { Node } from './node.ts';
import { readSlsaV01 } from './slsa-v0.1.ts';

/** slsa-framework/azure-devops-demo. Its entry point is the name of the pipeline, which may look like that of a file. */
export const azureDevOps: ProvenanceFormat = {
  id: 'azure-devops',
  matches: (statement) =>
    buildTypeOf(statement, 'v0.1') === 'https://dev.azure.com/Attestations/SLSAProvenanceGenerator@0',
  read: readAzureDevOps,
};

function readAzureDevOps(statement: Node): ProvenanceReading {
  return withoutUndefined({ ...readSlsaV01(statement), pipelineFile: undefined });
}
