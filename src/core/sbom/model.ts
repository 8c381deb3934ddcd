import type { Digest } from '../model/digest.ts';
import type { Purl } from './purl.ts';

/** How a document is written; which version of it is a fact of the document. */
export const SBOM_FORMATS = [
  'cyclonedx-json',
  'cyclonedx-xml',
  'spdx-json',
  'spdx-tag-value',
  'spdx3-json',
  'syft-json',
] as const;
export type SbomFormat = (typeof SBOM_FORMATS)[number];

/** CycloneDX's words (component `type`), and those of SPDX (`primaryPackagePurpose`) that CycloneDX has none for. */
export const COMPONENT_KINDS = [
  'application',
  'framework',
  'library',
  'container',
  'platform',
  'operating-system',
  'device',
  'device-driver',
  'firmware',
  'file',
  'machine-learning-model',
  'data',
  'cryptographic-asset',
  'source',
  'archive',
  'install',
  'other',
] as const;
export type ComponentKind = (typeof COMPONENT_KINDS)[number];

/** `expression`: one that the SPDX specification allows (annex D). `name`: whatever else was written. */
export type Licence = {
  readonly kind: 'expression' | 'name';
  readonly text: string;
  readonly url?: string;
  readonly acknowledgement?: 'declared' | 'concluded';
};

/** `algorithm` as in hashes.ts; the value is lowercase hexadecimal of the algorithm's length. */
export type ComponentHash = { readonly algorithm: string; readonly value: string };

/** Who supplied or made something. A tool has a version in its name where it was written so. */
export type Party = {
  readonly name: string;
  readonly kind?: 'person' | 'organization';
  readonly email?: string;
  readonly url?: string;
};
export type Tool = { readonly name: string; readonly version?: string; readonly vendor?: string };

/** Where a scanner found the component: a path in the image, the layer that brings it (the digest as it was written), or both. */
export type FoundPlace = { readonly path?: string; readonly layer?: string };

/** `type` in CycloneDX's words where it has one (`vcs`, `website`, `distribution`, …). */
export type ComponentReference = { readonly type: string; readonly url: string; readonly comment?: string };
export type Property = { readonly name: string; readonly value: string };

/** One thing that a document lists. Lists are in the document's order. */
export type Component = {
  /** Unique in its Sbom: `bom-ref`, `SPDXID`, `spdxId`, syft's id; made up where there is none. */
  readonly id: string;
  readonly name: string;
  readonly kind?: ComponentKind;
  readonly group?: string;
  readonly version?: string;
  readonly purl?: Purl;
  readonly cpes: readonly string[];
  readonly licences: readonly Licence[];
  readonly hashes: readonly ComponentHash[];
  readonly supplier?: Party;
  /** Who made it, where that is told apart from who supplied it. */
  readonly originator?: Party;
  readonly description?: string;
  readonly copyright?: string;
  /** `excluded`: listed, and not a part of the root (a source, a base image, a test's dependency). */
  readonly scope?: 'required' | 'optional' | 'excluded';
  readonly foundAt: readonly FoundPlace[];
  readonly references: readonly ComponentReference[];
  /** What tools add under names of their own. */
  readonly properties: readonly Property[];
  /** Which of the Sbom's documents list it, by index. */
  readonly documents: readonly number[];
};

export const EDGE_KINDS = ['contains', 'dependsOn', 'generatedFrom', 'descendantOf'] as const;
/** `descendantOf`: an image and its base. */
export type EdgeKind = (typeof EDGE_KINDS)[number];
/** By ids of components, or the root's. No two are equal, and none names what is not there. */
export type ComponentEdge = { readonly from: string; readonly kind: EdgeKind; readonly to: string };

/** What a document says of itself. Times are RFC 3339 as written. */
export type SbomDocument = {
  readonly format: SbomFormat;
  readonly specVersion: string;
  /** CycloneDX `serialNumber`, SPDX `documentNamespace`, `spdxId` of SPDX 3's document. */
  readonly identifier?: string;
  readonly name?: string;
  readonly created?: string;
  readonly tools: readonly Tool[];
  readonly authors: readonly Party[];
};

/** A fact that did not get through, and how often. */
export type Loss = {
  /** `unread`: the document has it and the model no place; `unwritten`: the model has it and the output no place; `altered`: it is there in another form. */
  readonly reason: 'unread' | 'unwritten' | 'altered';
  /** What it is, as a path in the document or in words. */
  readonly what: string;
  readonly count: number;
};

/** What one SBOM says, or several that were merged, whatever format they had. */
export type Sbom = {
  readonly documents: readonly SbomDocument[];
  /** The one thing that the document describes; undefined where it describes none, or several of which none is an image. */
  readonly root?: Component;
  /** Ids of all that the document says it describes, the root among them. */
  readonly describes: readonly string[];
  /** All that is listed, in the document's order, without the root. Being listed means being a part of the root. */
  readonly components: readonly Component[];
  /** Edges that say only that the root contains a component are left out: being listed says that. */
  readonly edges: readonly ComponentEdge[];
  /** The image digests that the root names, of whatever kind: index, platform or configuration. */
  readonly namedDigests: readonly Digest[];
  readonly losses: readonly Loss[];
};

/** Of what has no SBOM. */
export const EMPTY_SBOM: Sbom = {
  documents: [],
  describes: [],
  components: [],
  edges: [],
  namedDigests: [],
  losses: [],
};

export type SbomProblemCode =
  | 'MALFORMED_ITEM'
  | 'INVALID_PURL'
  | 'DUPLICATE_ID'
  | 'UNKNOWN_REFERENCE'
  | 'TRUNCATED'
  | 'UNTRIED_VERSION';
/** Something wrong with the document: the first place where it was met, and how often it was. */
export type SbomProblem = {
  readonly code: SbomProblemCode;
  readonly message: string;
  readonly at: string;
  readonly count: number;
};
