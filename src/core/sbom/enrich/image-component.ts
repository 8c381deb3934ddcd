import { withoutUndefined } from '../../defined.ts';
import { digestAlgorithm, digestHex } from '../../model/digest.ts';
import type { Component } from '../model.ts';
import type { Purl } from '../purl.ts';
import { readPurl } from '../purl.ts';
import type { BaseFacts, ImageFacts } from './chain-facts.ts';

/** Of an image that has no name either. */
const NAMELESS = 'image';

/** A component that is an image, by what is known of it. */
export function imageComponent(id: string, { name, digest, platform }: Partial<ImageFacts>): Component {
  return withoutUndefined({
    id,
    name: name?.trim() || (digest ?? NAMELESS),
    kind: 'container' as const,
    version: digest,
    purl: imagePurl({ name, digest, platform }),
    cpes: [],
    licences: [],
    hashes: digest === undefined ? [] : [{ algorithm: digestAlgorithm(digest), value: digestHex(digest) }],
    foundAt: [],
    references: [],
    properties: [],
    documents: [],
  });
}

type Named = { readonly [Fact in keyof (BaseFacts & ImageFacts)]?: ImageFacts[Fact] | undefined };

/** `name`, and a tag behind its last part. */
const NAME = /^(?<repository>.*?)(?::(?<tag>\w[\w.-]{0,127}))?$/s;

/** purl-spec, oci: the last part of the name, the digest as version, the whole name as `repository_url`. */
export function imagePurl({ name = '', digest, platform = '' }: Named): Purl | undefined {
  const { repository = '', tag = '' } = NAME.exec(name.trim())?.groups ?? {};
  if (repository === '' || digest === undefined) return undefined;
  const last = repository.slice(repository.lastIndexOf('/') + 1).toLowerCase();
  const [, architecture = ''] = platform.split('/');
  const qualifiers = Object.entries({ arch: architecture, repository_url: repository.toLowerCase(), tag })
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll('%2F', '/')}`);
  return readPurl(`pkg:oci/${encodeURIComponent(last)}@${encodeURIComponent(digest)}?${qualifiers.join('&')}`);
}
