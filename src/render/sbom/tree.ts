import type { Component } from '../../core/sbom/model.ts';
import type { TreeLine } from '../../core/sbom/tree.ts';
import { clean } from '../sanitize.ts';
import { plainLine } from './rows.ts';

const EDGES: Readonly<Record<NonNullable<TreeLine['edge']>, string>> = {
  contains: 'contains ',
  dependsOn: '',
  generatedFrom: 'made from ',
  descendantOf: 'based on ',
};
const BELOW: Readonly<Record<TreeLine['below'], string>> = {
  nothing: '',
  shown: '',
  repeated: ' (above)',
  continued: ' (below)',
};

/** A line a component, indented by its depth; dependencies have no word, other ties have one. */
export function treeText(lines: readonly TreeLine[]): string {
  return lines
    .map(({ component, depth, edge, below }) => {
      const tie = edge === undefined ? '' : EDGES[edge];
      return `${plainLine(`${'  '.repeat(depth)}${tie}${clean(componentName(component))}`)}${BELOW[below]}\n`;
    })
    .join('');
}

/** `acme/shop 1.4`. */
export function componentName({ group, name, version }: Pick<Component, 'group' | 'name' | 'version'>): string {
  return `${group === undefined ? '' : `${group}/`}${name}${version === undefined ? '' : ` ${version}`}`;
}
