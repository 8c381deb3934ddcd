/** What a file is read as. Helm's rendered output is `kubernetes`. */
export type ManifestFormatName = 'kubernetes' | 'compose' | 'dockerfile' | 'image-list';

/** Where something is written: line and column count from 1. */
export type ManifestPlace = {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** For people: `Deployment/web spec.template.spec.containers[0].image`, `service web`, `stage build`; empty for the whole file. */
  readonly pointer: string;
};

export type FoundImage = {
  /**
   * For `parseImageReference`: as written, variables with a default replaced. `docker://` is put before a name that provtrace would take
   * for a transport's: in a manifest `oci:1.4` is an image called `oci` on Docker Hub.
   */
  readonly reference: string;
  readonly place: ManifestPlace;
};

export type ManifestProblemCode =
  // The file.
  | 'TOO_LARGE'
  | 'NOT_TEXT'
  | 'UNKNOWN_FORMAT'
  | 'TOO_MANY'
  | 'NO_IMAGES'
  // A document or an instruction of it.
  | 'MALFORMED'
  | 'REPEATED_KEY'
  | 'ALIASES'
  | 'NOT_RENDERED'
  | 'NOT_KUBERNETES'
  | 'NOT_FOLLOWED'
  // One image.
  | 'NO_IMAGE'
  | 'NOT_A_REFERENCE'
  | 'IMAGE_IN_PARTS'
  | 'UNSET_VARIABLE'
  | 'DEFAULTED'
  | 'BUILT_HERE'
  | 'STAGE_BY_PLATFORM';

export type ManifestProblem = {
  readonly code: ManifestProblemCode;
  /** `error`: an image is there, or may be, that is not among those found, so that nothing may pass. `notice`: told, and no image is missed. */
  readonly weight: 'error' | 'notice';
  /** Lower case, without full stop. May quote the file: a stranger's text. */
  readonly message: string;
  readonly place: ManifestPlace;
  readonly hint?: string;
};

export type ManifestText = { readonly text: string; readonly path: string };

/** What a reader comes upon, in the order of the file. */
export type ManifestFinding = FoundImage | ManifestProblem;

/** One format. Whatever the text, `read` throws nothing: what cannot be read is among the findings. */
export type ManifestFormat = {
  readonly name: ManifestFormatName;
  readonly read: (manifest: ManifestText) => Iterable<ManifestFinding>;
};

type Told = { readonly message: string; readonly hint?: string };

export function manifestError(code: ManifestProblemCode, place: ManifestPlace, told: Told): ManifestProblem {
  return { code, weight: 'error', place, ...told };
}

export function manifestNotice(code: ManifestProblemCode, place: ManifestPlace, told: Told): ManifestProblem {
  return { code, weight: 'notice', place, ...told };
}
