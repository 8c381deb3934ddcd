import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { MEDIA_TYPES } from '../../src/core/model/descriptor.ts';
import type { Digest } from '../../src/core/model/digest.ts';
import type { AttestationForm, RawStatement } from './attachments.ts';
import { attestationManifest } from './attachments.ts';
import type { RawDescriptor, RawPlatform, TestRepository } from './test-repository.ts';
import { digestOf, jsonBytes, putBlob, putManifest } from './test-repository.ts';

/** The moment at which everything in the tests was built, so that digests stay the same. */
export const BUILT_AT = '2026-03-02T10:20:30Z';

export type BuiltImage = {
  /** With the platform, as an index lists it. */
  readonly descriptor: RawDescriptor;
  readonly digest: Digest;
  readonly configDigest: Digest;
  readonly config: RawConfig;
  readonly layers: readonly BuiltLayer[];
};
export type BuiltIndex = {
  readonly descriptor: RawDescriptor;
  readonly digest: Digest;
  /** Of BuildKit, in the order of the index. */
  readonly attestationManifests: readonly RawDescriptor[];
};
type BuiltLayer = { readonly bytes: Uint8Array; readonly mediaType: string };
type RawConfig = RawPlatform & {
  readonly created: string;
  readonly author?: string;
  readonly config: { readonly Labels?: Readonly<Record<string, string>> };
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly string[] };
  readonly history: readonly HistoryItem[];
};
type HistoryItem = {
  readonly created?: string;
  readonly created_by: string;
  readonly comment?: string;
  readonly author?: string;
  readonly empty_layer?: boolean;
};
/** Files by name, and the instruction that made them. */
type LayerPlan = { readonly files: Readonly<Record<string, string>>; readonly createdBy: string };

/** An image for one platform; begin here. */
export function image(): ImageBuilder {
  return new ImageBuilder();
}

/** Several images under one digest; begin here. */
export function index(): IndexBuilder {
  return new IndexBuilder();
}

export class ImageBuilder {
  #platform: RawPlatform = { os: 'linux', architecture: 'amd64' };
  #labels: Readonly<Record<string, string>> = {};
  #annotations: Readonly<Record<string, string>> = {};
  #author: string | undefined;
  #base: BuiltImage | undefined;
  readonly #steps: (LayerPlan | HistoryItem)[] = [];
  #types: { readonly manifest: string; readonly config: string; readonly layer: string } = {
    manifest: MEDIA_TYPES.ociManifest,
    config: MEDIA_TYPES.ociConfig,
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  };

  /** `linux/arm64/v8`. */
  platform(text: string): this {
    const [os = '', architecture = '', variant] = text.split('/');
    this.#platform = { os, architecture, ...(variant === undefined ? {} : { variant }) };
    return this;
  }

  labels(labels: Readonly<Record<string, string>>): this {
    this.#labels = { ...this.#labels, ...labels };
    return this;
  }

  /** Of the manifest; Docker schema 2 has none. */
  annotations(annotations: Readonly<Record<string, string>>): this {
    this.#annotations = { ...this.#annotations, ...annotations };
    return this;
  }

  author(author: string): this {
    this.#author = author;
    return this;
  }

  /** As every Dockerfile builder does it: the base's layers and history come first, and its labels are inherited. */
  basedOn(base: BuiltImage): this {
    this.#base = base;
    this.#labels = { ...base.config.config.Labels, ...this.#labels };
    return this;
  }

  layer(files: Readonly<Record<string, string>>, createdBy = 'COPY . /'): this {
    this.#steps.push({ files, createdBy });
    return this;
  }

  /** A line of history without a layer. */
  history(item: HistoryItem): this {
    this.#steps.push({ ...item, empty_layer: true });
    return this;
  }

  /** Docker schema 2 media types. */
  docker(): this {
    this.#types = {
      manifest: MEDIA_TYPES.dockerManifest,
      config: MEDIA_TYPES.dockerConfig,
      layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    };
    return this;
  }

  async addTo(repository: TestRepository, tag?: string): Promise<BuiltImage> {
    const { config, layers } = await this.#build();
    const configDescriptor = putBlob(repository, jsonBytes(config), this.#types.config);
    const document = {
      schemaVersion: 2,
      mediaType: this.#types.manifest,
      config: configDescriptor,
      layers: layers.map(({ bytes, mediaType }) => putBlob(repository, bytes, mediaType)),
      ...(Object.keys(this.#annotations).length === 0 ? {} : { annotations: this.#annotations }),
    };
    const manifest = putManifest(repository, document, tag);
    const descriptor = { ...manifest, platform: this.#platform };
    return { descriptor, digest: manifest.digest, configDigest: configDescriptor.digest, config, layers };
  }

  async #build(): Promise<{ config: RawConfig; layers: readonly BuiltLayer[] }> {
    const layers = [...(this.#base?.layers ?? [])];
    const diffIds = [...(this.#base?.config.rootfs.diff_ids ?? [])];
    const history = [...(this.#base?.config.history ?? [])];
    for (const step of this.#steps) {
      if ('created_by' in step) {
        history.push({ created: BUILT_AT, ...step });
        continue;
      }
      const tar = await tarOf(step.files);
      layers.push({ bytes: gzipOf(tar), mediaType: this.#types.layer });
      diffIds.push(digestOf(tar));
      history.push({ created: BUILT_AT, created_by: step.createdBy });
    }
    const config: RawConfig = {
      created: BUILT_AT,
      ...(this.#author === undefined ? {} : { author: this.#author }),
      ...this.#platform,
      config: Object.keys(this.#labels).length === 0 ? {} : { Labels: this.#labels },
      rootfs: { type: 'layers', diff_ids: diffIds },
      history,
    };
    return { config, layers };
  }
}

export class IndexBuilder {
  readonly #members: ((repository: TestRepository) => RawDescriptor)[] = [];
  readonly #attested: ((repository: TestRepository) => RawDescriptor)[] = [];
  #annotations: Readonly<Record<string, string>> = {};
  #mediaType: string = MEDIA_TYPES.ociIndex;

  /** `annotations` are those of the descriptor. */
  add(built: BuiltImage, annotations?: Readonly<Record<string, string>>): this {
    this.#members.push(() => ({ ...built.descriptor, ...(annotations === undefined ? {} : { annotations }) }));
    return this;
  }

  addIndex(nested: BuiltIndex): this {
    this.#members.push(() => nested.descriptor);
    return this;
  }

  /** BuildKit's attestation manifest for an image of this index; they come after the images, as BuildKit has them. */
  attest(built: BuiltImage, statements: readonly RawStatement[], form: AttestationForm = 'config'): this {
    this.#attested.push((repository) => attestationManifest(repository, built.descriptor, { statements, form }));
    return this;
  }

  annotations(annotations: Readonly<Record<string, string>>): this {
    this.#annotations = { ...this.#annotations, ...annotations };
    return this;
  }

  /** A Docker manifest list. */
  docker(): this {
    this.#mediaType = MEDIA_TYPES.dockerList;
    return this;
  }

  addTo(repository: TestRepository, tag?: string): BuiltIndex {
    const attestationManifests = this.#attested.map((attested) => attested(repository));
    const document = {
      schemaVersion: 2,
      mediaType: this.#mediaType,
      manifests: [...this.#members.map((member) => member(repository)), ...attestationManifests],
      ...(Object.keys(this.#annotations).length === 0 ? {} : { annotations: this.#annotations }),
    };
    const descriptor = putManifest(repository, document, tag);
    return { descriptor, digest: descriptor.digest, attestationManifests };
  }
}

async function tarOf(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const mtime = new Date(BUILT_AT);
  return packTar(
    Object.entries(files).map(([name, text]) => {
      const body = new TextEncoder().encode(text);
      return { header: { name, size: body.length, mtime, mode: 0o644 }, body };
    }),
  );
}

/** Stored, not deflated, and without the operating system's number: the same bytes whatever zlib makes them. */
function gzipOf(bytes: Uint8Array): Uint8Array {
  const packed = Uint8Array.from(gzipSync(bytes, { level: 0 }));
  packed[9] = 255;
  return packed;
}
