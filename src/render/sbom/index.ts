import type { ReadableSbom } from '../../core/sbom/found.ts';
import type { Failed, ImageDocuments } from '../../core/sbom/image-documents.ts';
import type { Sbom, SbomProblem } from '../../core/sbom/model.ts';
import type { ReportFormat } from '../../core/sbom/output-formats.ts';
import type { ComponentRows } from '../../core/sbom/rows.ts';
import type { TreeLine } from '../../core/sbom/tree.ts';
import type { ImageDiff } from '../../core/sbom/image-diff.ts';
import type { ImageStatements } from '../../core/vex/found.ts';
import type { RenderOptions } from '../options.ts';

export type ReportOptions = Omit<RenderOptions, 'format'> & { readonly format: ReportFormat };

/** The components with what they were made of, for `--format json`. */
export type ComponentsReport = {
  readonly sbom: Sbom;
  readonly found: readonly ReadableSbom[];
  readonly images: readonly ImageDocuments[];
  readonly problems: readonly SbomProblem[];
};

export async function renderRows(rows: ComponentRows, format: 'table' | 'csv'): Promise<string> {
  const { csvText, tableText } = await import('./rows.ts');
  return format === 'csv' ? csvText(rows) : tableText(rows);
}

export async function renderTree(lines: readonly TreeLine[]): Promise<string> {
  return (await import('./tree.ts')).treeText(lines);
}

export async function renderComponents(report: ComponentsReport): Promise<string> {
  return (await import('./components-document.ts')).renderComponentsJson(report);
}

export async function renderList(
  images: readonly (ImageDocuments | Failed)[],
  options: ReportOptions,
): Promise<string> {
  return options.format === 'json'
    ? (await import('./list-document.ts')).renderListJson(images)
    : (await import('./list.ts')).renderListText(images, options);
}

export async function renderStatements(
  images: readonly (ImageStatements | Failed)[],
  options: ReportOptions,
): Promise<string> {
  return options.format === 'json'
    ? (await import('./statements-document.ts')).renderStatementsJson(images)
    : (await import('./statements.ts')).renderStatementsText(images, options);
}

export async function renderDiff(diff: ImageDiff, options: ReportOptions): Promise<string> {
  return options.format === 'json'
    ? (await import('./diff-document.ts')).renderDiffJson(diff)
    : (await import('./diff.ts')).renderDiffText(diff, options);
}
