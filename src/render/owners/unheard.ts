import type { OwnersReport } from '../../core/model/owners-report.ts';
import type { ToolError } from '../../core/errors.ts';

/** Who could not be asked, beside who answered. */
export type Unheard = { readonly source: string; readonly error: ToolError };

/** The repository, where a clone stands in for it, its branches and head, and catalogs. */
export function unheardIn({
  reading: { clone, reachability, head },
  catalogs,
  repository,
}: OwnersReport): readonly Unheard[] {
  return [
    ...(clone?.instead === undefined
      ? []
      : [{ source: `${repository}, read as ${clone.folder} remembers it`, error: clone.instead }]),
    ...(reachability.kind === 'failed'
      ? [{ source: 'whether the commit is on a branch or a tag', error: reachability.error }]
      : []),
    ...(head.kind === 'failed' ? [{ source: 'the head of the default branch', error: head.error }] : []),
    ...catalogs.unheard.map(({ name, error }) => ({ source: `catalog ${name}`, error })),
  ];
}
