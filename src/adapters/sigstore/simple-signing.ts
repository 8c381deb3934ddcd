import * as v from 'valibot';
import { ToolError } from '../../core/errors.ts';
import { parseJson } from '../../core/json.ts';
import { parseDigest } from '../../core/model/digest.ts';
import type { Digest } from '../../core/model/digest.ts';
import { CheckFailure } from './check-failure.ts';
import { firstIssue } from './schema.ts';

export const SIMPLE_SIGNING_MEDIA_TYPE = 'application/vnd.dev.cosign.simplesigning.v1+json';
const TYPE = 'cosign container image signature';

const payloadSchema = v.object({
  critical: v.object({
    type: v.string(),
    image: v.object({ 'docker-manifest-digest': v.string() }),
  }),
});

/**
 * The digest that a simple-signing payload is about (containers/image, simple signing; cosign, SIGNATURE_SPEC.md).
 * @throws CheckFailure `PAYLOAD_TYPE` for a payload that is not an image signature by cosign; `MALFORMED_STATEMENT` for one that cannot be read
 */
export function readSimpleSigning(payload: Uint8Array): Digest {
  const parsed = v.safeParse(payloadSchema, parseOrFail(payload), { abortEarly: true });
  if (!parsed.success) throw malformed(firstIssue(parsed.issues));
  const { type, image } = parsed.output.critical;
  if (type !== TYPE)
    throw new CheckFailure('PAYLOAD_TYPE', { expected: `critical.type "${TYPE}"`, got: JSON.stringify(type) });
  const digest = parseDigest(image['docker-manifest-digest']);
  if (digest === undefined)
    throw malformed(`critical.image.docker-manifest-digest ${JSON.stringify(image['docker-manifest-digest'])}`);
  return digest;
}

function parseOrFail(payload: Uint8Array): unknown {
  try {
    return parseJson(payload, 'the payload');
  } catch (error) {
    throw malformed(error instanceof ToolError ? error.message : String(error));
  }
}

function malformed(got: string): CheckFailure {
  return new CheckFailure('MALFORMED_STATEMENT', { expected: 'a simple-signing payload', got });
}
