import type { ToolError } from '../errors.ts';
import type { Component, ComponentHash, Loss, SbomProblem, Tool } from '../sbom/model.ts';
import type { Purl } from '../sbom/purl.ts';

/** Kinds of documents that state something about vulnerabilities. */
export const STATEMENT_FORMATS = ['openvex', 'csaf', 'cyclonedx', 'scan'] as const;
export type StatementFormat = (typeof STATEMENT_FORMATS)[number];

/** The words of VEX; and `reported` where a scanner or a list names the vulnerability and nobody judged it. */
export const STATED_STATUSES = ['affected', 'not_affected', 'fixed', 'under_investigation', 'reported'] as const;
export type StatedStatus = (typeof STATED_STATUSES)[number];

/** How bad, as one source rates it. All as written, but for the case of the level. */
export type StatedSeverity = {
  readonly level?: string;
  readonly score?: string;
  /** Such as `CVSSv31`. */
  readonly method?: string;
  readonly vector?: string;
  readonly source?: string;
};

/** A product as a statement names it, with whatever it can be told by. */
export type StatedProduct = {
  /** As written: for people. */
  readonly text: string;
  readonly purl?: Purl;
  /** For products without a package URL. */
  readonly name?: string;
  readonly version?: string;
  /** `vers:…`, or the range in the words of the package's own ecosystem. */
  readonly range?: string;
  readonly cpe?: string;
  readonly hashes: readonly ComponentHash[];
  /** What of it the statement is about; empty for the whole. */
  readonly subcomponents: readonly StatedProduct[];
};

/** What somebody states about one vulnerability in some products. */
export type VulnerabilityStatement = {
  readonly vulnerability: string;
  readonly aliases: readonly string[];
  readonly status: StatedStatus;
  /** Empty where the statement is about the subject of the attestation that carries it. */
  readonly products: readonly StatedProduct[];
  /** Why it does not affect, in the format's fixed words. */
  readonly justification?: string;
  /** The author's words: impact, action, notes. */
  readonly detail?: string;
  /** Versions in which it is fixed, as written. */
  readonly fixedIn?: string;
  readonly severities: readonly StatedSeverity[];
  /** RFC 3339 as written; the document's where the statement has none. */
  readonly timestamp?: string;
};

export type VulnerabilityDocument = {
  readonly format: StatementFormat;
  readonly specVersion?: string;
  readonly identifier?: string;
  /** Who states it, in the document's own words: who signed is another question. */
  readonly author?: string;
  readonly timestamp?: string;
  readonly tool?: Tool;
  /** When the scanner's knowledge of vulnerabilities was last updated. */
  readonly databaseUpdated?: string;
  readonly statements: readonly VulnerabilityStatement[];
};

export type VulnerabilityReading =
  | {
      readonly kind: 'read';
      readonly document: VulnerabilityDocument;
      readonly problems: readonly SbomProblem[];
      readonly losses: readonly Loss[];
    }
  | { readonly kind: 'refused'; readonly error: ToolError };

/** A statement and what it is about in one image. */
export type JoinedStatement = {
  readonly statement: VulnerabilityStatement;
  /**
   * `sameName`: of an image of this name with a tag or version, which is no digest and may be another's by now. `other`: its
   * products are not in this image. `unjoined`: there was too much to compare.
   */
  readonly about: 'image' | 'sameName' | 'components' | 'other' | 'unjoined';
  readonly components: readonly Component[];
  /** The package is the one that is named; whether the version, or the product that it is a part of, is cannot be told. */
  readonly undecided: readonly Component[];
};
