import type { Checked } from '../../core/model/statement.ts';
import type { ObjectId } from '../../core/model/source.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type GitRun = {
  readonly gitFolder: string;
  readonly parameters: readonly string[];
  readonly what: string;
  readonly outputBytesMax?: number;
  readonly configuration?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

/** The `git` program, kept away from everybody's configuration and from the network, and ended after some time. */
export interface GitProgram {
  /** Whatever code it ends with is a result. @throws ToolError */
  run(command: GitRun): Promise<{ readonly code: number; readonly output: Uint8Array; readonly messages: string }>;
}

/** Folders of this run's own, and how a bare repository is made in one. All of them throw where nothing can be written. */
export type OwnRepositories = {
  readonly newFolder: (name: string) => Promise<string>;
  readonly initialise: (folder: string, options: { readonly objectFormat: 'sha1' | 'sha256' }) => Promise<void>;
  /** `bytes`: as git hashes them, with the header. */
  readonly writeObject: (folder: string, id: ObjectId, bytes: Uint8Array) => Promise<void>;
};

export type CommitSignaturesOptions = {
  readonly git: GitProgram;
  readonly repositories: OwnRepositories;
  /** The user's: where gpg's keyring and git's own configuration are. */
  readonly env: Environment;
  readonly homeDirectory: string | undefined;
  /** As the user named it; by default what the user's own git configuration names. Never from a repository, which would name its own. */
  readonly allowedSignersFile?: string;
  /** A Sigstore bundle with a message signature over `artifact`. Nothing is thrown. */
  readonly verifyArtifact: (bundle: unknown, artifact: Uint8Array) => Promise<Checked>;
};
