import type { Catalog, CatalogFormatName, CatalogPlace, CatalogProblem, CatalogProblemCode } from './model.ts';

/** One document of a file. In YAML every scalar is read as text. */
export type CatalogDocument = {
  readonly value: Readonly<Record<string, unknown>>;
  readonly place: CatalogPlace;
  /** Where the value is to which these keys lead, or what it should be in. */
  readonly placeOf: (keys: readonly string[]) => CatalogPlace;
};

/** One catalog format: how its documents are told from others', and what they say. */
export type CatalogFormat = {
  readonly name: Exclude<CatalogFormatName, 'csv'>;
  readonly marks: (value: CatalogDocument['value']) => boolean;
  readonly read: (document: CatalogDocument) => Partial<Catalog>;
};

export type ProblemDetail = Pick<CatalogProblem, 'hint' | 'error'>;

export function problem(
  place: CatalogPlace,
  code: CatalogProblemCode,
  message: string,
  detail: ProblemDetail = {},
): CatalogProblem {
  return { code, message, place, ...detail };
}

/** A document that names nothing says nothing. */
export function nameless(place: CatalogPlace, key: string): Partial<Catalog> {
  return { problems: [problem(place, 'NAMELESS', `there is no ${key}`)] };
}
