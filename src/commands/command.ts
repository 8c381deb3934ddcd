import type { PlatformChoice } from '../collect/image-reader.ts';
import type { Digest } from '../core/model/digest.ts';
import type { Platform } from '../core/model/descriptor.ts';
import type { ImageReference } from '../core/model/image-reference.ts';
import type { CarriedDocument } from '../core/model/statement.ts';
import type { HashBytes } from '../core/provenance/dockerfile-text.ts';
import type { Settings } from '../core/settings/settings.ts';
import type { Forge } from '../core/model/forge.ts';
import type { SourceTools } from '../collect/sources.ts';
import type { ArtifactVerifier } from '../ports/artifact-verifier.ts';
import type { AttestationSource } from '../ports/attestation-source.ts';
import type { Clock } from '../ports/clock.ts';
import type { LayerFiles } from '../ports/layer-files.ts';
import type { LayoutWriter } from '../ports/layout-writer.ts';
import type { Progress } from '../ports/progress.ts';
import type { Registry } from '../ports/registry.ts';
import type { StatementVerifier } from '../ports/statement-verifier.ts';
import type { TrustFiles } from '../ports/trust-files.ts';
import type { Store, StoreFile } from '../ports/store.ts';

/** A flag, as `--help` shows it and completion offers it. */
export type OptionSpec = {
  /** commander's form: `--platform <os/arch>`, `-q, --quiet`. */
  readonly flags: string;
  readonly summary: string;
  /** Closed sets are offered by completion, and a word that is not in them is refused with the nearest one. */
  readonly choices?: readonly string[];
  readonly repeatable?: boolean;
  /** What cosign and others call the same. */
  readonly aliases?: readonly string[];
};

export type Example = { readonly command: string; readonly says: string };

/** What `--help`, completion and the parser know of a command without loading it. */
export type CommandSpec = {
  readonly name: string;
  readonly summary: string;
  /** commander's form: `<image...>`, `[shell]`. */
  readonly arguments: string;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly Example[];
  readonly exitCodes: readonly (readonly [code: number, meaning: string])[];
  /** Words that the first argument can be, for completion. */
  readonly words?: readonly string[];
  readonly load: () => Promise<{ readonly run: Run }>;
};

/** Arguments and flags as the parser left them: each command narrows them itself, once. */
export type RawInput = { readonly words: readonly string[]; readonly flags: Readonly<Record<string, unknown>> };

/** `text` goes to standard output as it is ready; the number is the exit code (SPEC 5). */
export type Run = (input: RawInput, tools: Tools) => Promise<number>;

/** What commands are given: the ports, live or of a test, and how to show a result. Ports are made when they are first asked for. */
export interface Tools {
  /** Of provtrace. */
  readonly version: string;
  readonly settings: Settings;
  readonly global: GlobalOptions;
  readonly screen: Screen;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly hostPlatform: Platform;
  readonly hash: HashBytes;
  readonly registry: Registry;
  /** The same for what is too large to be kept. */
  readonly layers: Pick<Registry, 'fetchBlob'>;
  readonly attestations: AttestationSource;
  /** Those that may be asked for attestations. */
  readonly forges: readonly Forge[];
  /** With the roots that are built in, imported, and given here. */
  readonly openVerifier: (given: VerifierOptions) => Promise<OpenedVerifier>;
  /** A file that the user names; relative to the working folder. Of bounded size. */
  readonly readFile: (path: string) => Promise<Uint8Array>;
  /** The folders in a folder that the user names, by their names in order. */
  readonly listFolders: (path: string) => Promise<readonly string[]>;
  /** Of a public key in PEM; undefined where it is none. */
  readonly keyFingerprint: (pem: string) => Digest | undefined;
  /** Bundles in files that the user names. */
  readonly readBundles: (paths: readonly string[]) => Promise<readonly CarriedDocument[]>;
  /** Whom the user trusts to speak for images of a name, and the roots of trust: `provtrace trust`. */
  readonly trust: TrustFiles;
  /** Repositories, forges and catalogs; undefined where none may be asked. `clones`: folders that the user named. */
  readonly openSources: (choices: SourcesOptions) => Promise<SourceTools | undefined>;
  readonly store: Store & StoreFile;
  /** What the user typed; its host may then be on a private network, which a label's may not (SPEC 8). */
  readonly parseReference: (text: string) => ImageReference;
  /** `acme/shop`, or any address that git takes. Its host may then be on a private network. */
  readonly parseRepository: (text: string) => string;
  /** The clone that these paths of the working folder are in. */
  readonly locateClone: (paths: readonly string[]) => Promise<LocatedClone>;
  /** Lines of standard input, without their ends. */
  readonly inputLines: () => AsyncIterable<string>;
  /** The files of a layer. */
  readonly readLayer: LayerFiles;
  /** To a path of the working folder. */
  readonly writeLayout: LayoutWriter;
  /** To standard output, or to `--output FILE`; bytes as they are. */
  readonly write: (text: string | Uint8Array) => Promise<void>;
  /** A file that the user names, replaced in one step. */
  readonly writeFile: (path: string, text: string) => Promise<void>;
  /** Markdown for the summary of the CI job that this runs in; nothing elsewhere. */
  readonly writeSummary: (markdown: string) => Promise<void>;
}

export type LocatedClone = {
  /** Absolute; `url` is the same as `file:`. */
  readonly folder: string;
  readonly url: string;
  /** Of the remote that it was cloned from. */
  readonly host?: string;
  /** From the root of the clone. */
  readonly paths: readonly { readonly path: string; readonly isFolder: boolean }[];
};
export type SourcesOptions = { readonly clones: readonly string[] } & Pick<
  OpenedVerifier,
  'verifier' | 'verifyArtifact'
>;
export type VerifierOptions = {
  readonly trustedRoots: readonly string[];
  readonly keys: readonly string[];
  /** Keys that a policy file holds, in PEM: their fingerprints are not among those of the keys given. */
  readonly policyKeys?: readonly { readonly pem: string; readonly path: string }[];
  readonly transparencyLog: 'required' | 'notRequired';
};
export type OpenedVerifier = {
  readonly verifier: StatementVerifier;
  readonly verifyArtifact: ArtifactVerifier;
  /** Of the keys given. */ readonly fingerprints: readonly Digest[];
  /** Those of these names that are in use, a `trusted_root.json` a line. */
  readonly trustedRootsOf: (names: ReadonlySet<string>) => Promise<string>;
};

/** Flags that every command has (SPEC 2), checked. */
export type GlobalOptions = {
  readonly format: string | undefined;
  readonly offline: boolean;
  readonly refresh: boolean;
  readonly jobs: number;
  readonly quiet: boolean;
  readonly verbose: boolean;
};

/** `isTerminal`: a person's, which acts on control characters. */
export type Screen = {
  readonly colour: boolean;
  readonly width: number;
  readonly links: boolean;
  readonly isTerminal?: true;
};

export type { PlatformChoice };
