import type { Provenance } from './provenance.ts';

/** The hash of the bytes in lowercase hexadecimal. The core is given hashing and does none. */
export type HashBytes = (algorithm: 'sha1' | 'sha256', bytes: Uint8Array) => string;

/** A Dockerfile of which a provenance holds the text, to be found again among the files of a commit. */
export type DockerfileText = {
  readonly bytes: Uint8Array;
  /** As git names the file's content: by SHA-1, and in repositories of the other object format by SHA-256. */
  readonly blobIds: { readonly sha1: string; readonly sha256: string };
  /** Where the text is. */
  readonly at: string;
};

/**
 * The Dockerfile as the builder read it, byte for byte; undefined where the provenance does not hold it (BuildKit does in `mode=max` alone). That a
 * file of the commit has one of the ids tells which file it is; that it was built from rests on the document's word.
 */
export function dockerfileText(
  { dockerfileText: read }: Pick<Provenance, 'dockerfileText'>,
  hash: HashBytes,
): DockerfileText | undefined {
  if (read === undefined) return undefined;
  const bytes = new TextEncoder().encode(read.value);
  const blob = blobOf(bytes);
  return { bytes, blobIds: { sha1: hash('sha1', blob), sha256: hash('sha256', blob) }, at: read.at };
}

/** What git hashes of a file: `blob <length>`, a zero byte, the content (git, "Git Internals - Git Objects"). */
function blobOf(content: Uint8Array): Uint8Array {
  const header = new TextEncoder().encode(`blob ${content.length}\0`);
  const blob = new Uint8Array(header.length + content.length);
  blob.set(header);
  blob.set(content, header.length);
  return blob;
}
