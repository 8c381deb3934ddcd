/** What the labels and annotations of images say about where they come from (reference/provenance.md 9). */
import type { ReadProblem } from '../provenance.ts';
import { azurePrefixes, readAzure } from './azure.ts';
import { readBuildpacks } from './buildpacks.ts';
import { readFixed } from './fixed.ts';
import type { LabelReading, Labels } from './label-reading.ts';
import type { LabelNodes, LabelValues } from './values.ts';
import { openLabels } from './values.ts';
import { VOCABULARIES } from './vocabularies.ts';

export type { Labelled, LabelledBase, LabelReading, Labels } from './label-reading.ts';

/**
 * One reading for each vocabulary that is found in a config's labels, or in annotations. Values of different vocabularies are never joined.
 * Placeholders and what cannot be read are absent, with a problem that names the label. Never throws.
 */
export function readLabels(labels: Labels): readonly LabelReading[] {
  const families = new Set<string>();
  const fixed = VOCABULARIES.flatMap((vocabulary) => {
    if (families.has(vocabulary.family)) return [];
    const found = read(labels, vocabulary.id, (label) => readFixed(vocabulary, label));
    if (found.length > 0) families.add(vocabulary.family);
    return found;
  });
  const azure = azurePrefixes(labels).flatMap((prefix) => read(labels, 'azure', (label) => readAzure(prefix, label)));
  return [...fixed, ...azure, ...read(labels, 'buildpacks', readBuildpacks)];
}

function read(
  labels: Labels,
  vocabulary: string,
  reader: (label: LabelNodes) => LabelValues | undefined,
): readonly LabelReading[] {
  const problems: ReadProblem[] = [];
  const values = reader(openLabels(labels, problems));
  if (values === undefined) return [];
  const keys = [...new Set(Object.values(values).flatMap((value) => value.keys))].sort();
  return keys.length === 0 && problems.length === 0 ? [] : [{ vocabulary, ...values, keys, problems }];
}
