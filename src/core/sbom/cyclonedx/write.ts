import type { Serialize } from '@cyclonedx/cyclonedx-library';
import type { Sbom } from '../model.ts';
import { takeNotes, sumLosses } from '../notes.ts';
import type { WriteOptions, Written } from '../write-options.ts';
import { toBomModel } from './bom-model.ts';
import type { Writing } from './component-models.ts';
import { loadLibrary } from './library.ts';
import { replaceForbidden, xmlText } from './xml-text.ts';

/** The versions that can be written: older ones have no place for much of the model. */
export const CYCLONEDX_VERSIONS = ['1.5', '1.6', '1.7'] as const;
export type CycloneDxVersion = (typeof CYCLONEDX_VERSIONS)[number];
export type CycloneDxOptions = WriteOptions & { readonly version?: CycloneDxVersion };
/** A CycloneDX document as JSON has it. Members that are undefined are not there. */
export type CycloneDxDocument = Serialize.JSON.Types.Normalized.Bom;

/** The Sbom as CycloneDX JSON, valid against the official schema of its version (1.6 where none is asked for). */
export async function toCycloneDxJson(sbom: Sbom, options: CycloneDxOptions): Promise<Written<CycloneDxDocument>> {
  const writing = await startWriting(options, (text) => text);
  const { Serialize } = writing.library;
  const bom = toBomModel(sbom, options, writing);
  const value = new Serialize.JSON.Normalize.Factory(writing.spec).makeForBom().normalize(bom, KEEP_ORDER);
  return { value, losses: sumLosses([sbom.losses, writing.notes.losses()]) };
}

/** The Sbom as CycloneDX XML, likewise. */
export async function toCycloneDxXml(sbom: Sbom, options: CycloneDxOptions): Promise<Written<string>> {
  const writing: Writing = await startWriting(options, (text) => {
    const plain = replaceForbidden(text);
    if (plain !== text) writing.notes.lose('altered', 'characters that XML has no place for');
    return plain;
  });
  const { Serialize } = writing.library;
  const bom = toBomModel(sbom, options, writing);
  const element = new Serialize.XML.Normalize.Factory(writing.spec).makeForBom().normalize(bom, KEEP_ORDER);
  return { value: xmlText(element), losses: sumLosses([sbom.losses, writing.notes.losses()]) };
}

/** The order of the document that was read is an order too, and sorting is slow. */
const KEEP_ORDER = { sortLists: false };

async function startWriting({ version = '1.6' }: CycloneDxOptions, plain: Writing['plain']): Promise<Writing> {
  const library = await loadLibrary();
  const { Spec1dot5, Spec1dot6, Spec1dot7 } = library.Spec;
  return {
    library,
    spec: { '1.5': Spec1dot5, '1.6': Spec1dot6, '1.7': Spec1dot7 }[version],
    notes: takeNotes(),
    plain,
  };
}
