import type { AttachedDocument } from '../../core/sbom/attached.ts';
import type { Failed, ImageDocuments } from '../../core/sbom/image-documents.ts';
import { formatPlatform } from '../../core/model/descriptor.ts';
import { formatRepository } from '../../core/model/image-repository.ts';
import type { Instant } from '../../core/model/outcome.ts';
import { signerText } from '../../core/policy/wording.ts';
import type { Paragraph } from '../text/layout.ts';
import { sign, standingStyle } from '../text/standing.ts';
import type { Word } from '../text/word.ts';
import { pair, words } from '../text/word.ts';
import type { Standing } from '../words.ts';
import { asOfText } from '../words.ts';

/** Paragraphs that the lists of `sbom` have in common. */

const INDENT = 2;
const UNDER = 4;

export function line(indent: number, content: readonly Word[]): Paragraph {
  return { indent, hang: indent + UNDER, words: content };
}

export function detail(name: string, value: string): Paragraph {
  return line(INDENT, pair(name, value));
}

/** Which image it is, as `trace` names it. */
export function headline({ traced }: ImageDocuments): Paragraph {
  const { root, platform } = traced.dossier.image;
  const [at] = root.foundAt;
  const name = at === undefined ? root.digest : `${formatRepository(at)}@${root.digest}`;
  return line(0, [
    ...words(name, { style: 'strong' }),
    ...(platform === undefined ? [] : words(`(${formatPlatform(platform)})`, { style: 'faint' })),
  ]);
}

export function failureParagraphs({ reference, error }: Failed): readonly Paragraph[] {
  return [
    line(0, [...sign('failed'), ...words(reference, { style: 'strong' })]),
    line(INDENT, words(error.message, { style: 'bad' })),
  ];
}

/** What it is, and how well it is known; who signed it and when; where it is. */
export function attachedParagraphs(attached: AttachedDocument, what: string, now: Instant): readonly Paragraph[] {
  const { document, carrier, trust, grade, why, boundBy, signer, signedAt } = attached;
  const standing: Standing = trust === 'rejected' ? 'rejected' : (grade ?? 'plain');
  const worth = why === undefined ? standing : `${standing}: ${why}`;
  return [
    line(0, [
      ...sign(standing),
      ...words(what, { style: 'strong' }),
      ...words(worth, { style: standingStyle(standing), gap: 2 }),
    ]),
    ...(boundBy === 'platform' || boundBy === 'none' ? [] : [detail('about', MEMBERS[boundBy])]),
    ...(signer === undefined ? [] : [detail('signer', signerText(signer))]),
    ...(signedAt === undefined ? [] : [detail('signed', asOfText(signedAt, now).replace(/^as of /, ''))]),
    detail('document', document),
    detail('found', carrier),
  ];
}

const MEMBERS: Readonly<Record<Exclude<AttachedDocument['boundBy'], 'platform' | 'none'>, string>> = {
  index: 'the index that lists this image',
  attestationManifest: 'the attestation manifest of this image',
  config: 'the config of this image',
  commit: 'the commit of this image',
};

export function unheardParagraphs({ unheard }: ImageDocuments): readonly Paragraph[] {
  return unheard.map(({ message }) =>
    line(0, [...sign('unheard'), ...words(`not heard: ${message}`, { style: 'gap' })]),
  );
}
