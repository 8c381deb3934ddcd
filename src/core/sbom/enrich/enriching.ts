import { withoutUndefined } from '../../defined.ts';
import { isIriReference } from '../cyclonedx/any-uri.ts';
import { idAllocator } from '../draft.ts';
import type { JsonRecord } from '../item.ts';
import type { Sbom } from '../model.ts';
import type { Notes } from '../notes.ts';

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** How the parts of one CycloneDX document are made that its library has no model for. */
export type Enriching = {
  readonly notes: Notes;
  /** The reference of the image. */
  readonly imageRef: string;
  /** A reference that nothing else in the document has. */
  readonly refFor: (name: string) => string;
};

export function startEnriching(sbom: Sbom, imageRef: string, notes: Notes): Enriching {
  const taken = new Map<string, unknown>([[imageRef, imageRef], ...sbom.components.map(({ id }) => [id, id] as const)]);
  const allocate = idAllocator(taken);
  return {
    notes,
    imageRef,
    refFor(name) {
      const ref = allocate(`provtrace:${name}`);
      taken.set(ref, ref);
      return ref;
    },
  };
}

/** The address, or nothing for text that a schema would refuse: a stranger wrote it. */
export function addressOf(url: string | undefined, { notes }: Enriching): string | undefined {
  if (url === undefined || isIriReference(url)) return url;
  notes.lose('unwritten', 'addresses with errors');
  return undefined;
}

/** The moment, likewise. */
export function momentOf(time: string | undefined, { notes }: Enriching): string | undefined {
  if (time === undefined || (RFC_3339.test(time) && !Number.isNaN(Date.parse(time)))) return time;
  notes.lose('unwritten', 'times with errors');
  return undefined;
}

/** A resource of a workflow that is outside of the document; nothing where it has no address. */
export function outsideResource(
  reference: { readonly type: string; readonly url: string | undefined; readonly comment?: string | undefined },
  enriching: Enriching,
): readonly JsonRecord[] {
  const url = addressOf(reference.url, enriching);
  return url === undefined ? [] : [{ externalReference: withoutUndefined({ ...reference, url }) }];
}
