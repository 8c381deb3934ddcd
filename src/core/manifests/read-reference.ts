import { ToolError } from '../errors.ts';
import { parseImageReference } from '../model/image-reference.ts';
import { manifestError, type ManifestFinding, type ManifestPlace } from './model.ts';

const SHOWN_MAX = 200;

/** What a manifest names as an image, always in a registry: the image, or why it is none. */
export function readReference(written: string, place: ManifestPlace): ManifestFinding {
  const shown = written.slice(0, SHOWN_MAX);
  if (/\$|\{\{|\{%|<%/.test(written))
    return manifestError('NOT_RENDERED', place, {
      message: `a variable that is filled in elsewhere: ${shown}`,
      hint: 'Give the file as it is after rendering.',
    });
  if (/^(?:sha256:)?[0-9a-f]{64}$/.test(written))
    return manifestError('NOT_A_REFERENCE', place, {
      message: `the id of an image on one machine, which names no registry: ${shown}`,
      hint: 'Use NAME@sha256:DIGEST.',
    });
  const fault = faultOf(`docker://${written}`);
  if (fault !== undefined)
    return manifestError('NOT_A_REFERENCE', place, {
      message: `not an image reference: ${shown || '(empty)'}`,
      ...(fault.expected === undefined ? {} : { hint: `Expected ${fault.expected}.` }),
    });
  const looksLocal = /^(?:oci|oci-archive|docker-archive|sha256):/.test(written);
  return { reference: looksLocal ? `docker://${written}` : written, place };
}

/** What is not an image reference; undefined for what is one. */
export function faultOf(reference: string): ToolError | undefined {
  try {
    parseImageReference(reference, (path) => path);
    return undefined;
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
}
