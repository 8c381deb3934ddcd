import type { Digest } from '../../model/digest.ts';
import type { Instant } from '../../model/outcome.ts';
import type { SourceUrl } from '../../source-url.ts';
import type { ReadProblem } from '../provenance.ts';

/** A value, and the labels that it rests on. Where one of them comes from the base image, so does the value. */
export type Labelled<Value> = { readonly value: Value; readonly keys: readonly [string, ...string[]] };

/** The base image as a label names it. */
export type LabelledBase = {
  /** With its registry: `docker.io/library/alpine`. */
  readonly name?: string;
  readonly tag?: string;
  /** Of the base's manifest or index. */
  readonly digest?: Digest;
};

/**
 * What one vocabulary of labels or annotations says. Repository and commit in it are of that vocabulary alone: those of another one may have come with the
 * base image, and must not be paired with these.
 */
export type LabelReading = {
  /** The row that read it: `oci`, `label-schema`, `azure`, … */
  readonly vocabulary: string;
  /** The repository. What its address says of ref and commit is in `ref` and `commit`. */
  readonly source?: Labelled<SourceUrl>;
  /** 40 or 64 lowercase hex, or a shorter id as written. */
  readonly commit?: Labelled<string>;
  readonly ref?: Labelled<string>;
  /** The working tree was not the commit's. */
  readonly dirty?: Labelled<true>;
  /** Relative to the repository's root. */
  readonly dockerfile?: Labelled<string>;
  /** Relative to the repository's root; `.` for the root. */
  readonly context?: Labelled<string>;
  readonly runUrl?: Labelled<string>;
  readonly created?: Labelled<Instant>;
  readonly version?: Labelled<string>;
  readonly base?: Labelled<LabelledBase>;
  /** All labels that any of the values rests on. */
  readonly keys: readonly string[];
  /** `at` is a label, with a path where the label holds JSON. */
  readonly problems: readonly ReadProblem[];
};

export type Labels = Readonly<Record<string, string>>;
