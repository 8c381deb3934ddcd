import { isRecord } from '../../core/json.ts';
import type { CarriedDocument, Checked, SignedDocument } from '../../core/model/statement.ts';
import { isStatementPayload } from '../../core/provenance/envelope.ts';
import { parseStatement } from '../../core/provenance/statement.ts';
import { CheckFailure, asCheckFailure } from './check-failure.ts';
import { isCloudBuildEnvelope, verifyCloudBuild } from './cloud-build.ts';
import type { Envelope } from './envelope.ts';
import { isEnvelope, readEnvelope } from './envelope.ts';
import type { JsonDocument } from './json-documents.ts';
import { parseJsonDocuments } from './json-documents.ts';
import { isBundle, openBundle } from './open-bundle.ts';
import { isSignedLayer, openAttestationLayer, openSignatureLayer } from './open-layer.ts';
import type { OpenedBundle } from './opened-bundle.ts';
import { SIMPLE_SIGNING_MEDIA_TYPE, readSimpleSigning } from './simple-signing.ts';

/** The base64 of the largest statement, and its proofs. */
const DOCUMENT_BYTES_MAX = 96 * 1024 * 1024;

/** What is called unreadable where the document does not say itself what it is. */
const MEDIA_TYPES: Readonly<Record<CarriedDocument['form'], string>> = {
  bundle: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  dsse: 'application/vnd.dsse.envelope.v1+json',
  statement: 'application/vnd.in-toto+json',
  simpleSigning: SIMPLE_SIGNING_MEDIA_TYPE,
};

type Without<Document, Key extends PropertyKey> = Document extends unknown ? Omit<Document, Key> : never;
/** A document with what its signature is worth, wherever it was found. */
export type CheckedDocument = Without<SignedDocument, 'document' | 'carrier'>;
export type Carried = Pick<CarriedDocument, 'form' | 'bytes' | 'annotations'>;
/** Checks what was opened; throws nothing. */
export type CheckBundle = (opened: OpenedBundle) => Promise<Checked>;

/**
 * What the bytes hold, one document or one on each line. What they are is read from themselves: media types of layers are
 * often wrong, and whatever is read is checked as what it is. Nothing is thrown.
 */
export async function verifyDocument(carried: Carried, check: CheckBundle): Promise<readonly CheckedDocument[]> {
  const { bytes, form } = carried;
  if (bytes.length > DOCUMENT_BYTES_MAX) {
    return [
      unreadable(
        form,
        new CheckFailure('MALFORMED_BUNDLE', {
          expected: `at most ${DOCUMENT_BYTES_MAX} bytes`,
          got: `${bytes.length}`,
        }),
      ),
    ];
  }
  if (form === 'simpleSigning') return [await verifySimpleSigning(carried, check)];
  const documents: CheckedDocument[] = [];
  for (const document of parseJsonDocuments(bytes, 'the document'))
    documents.push(await verifyJson(document, carried, check));
  return documents;
}

async function verifyJson(
  document: JsonDocument,
  { form, annotations }: Carried,
  check: CheckBundle,
): Promise<CheckedDocument> {
  try {
    if ('error' in document) throw document.error;
    const { value, bytes } = document;
    if (!isRecord(value))
      throw new CheckFailure('MALFORMED_BUNDLE', {
        expected: 'a JSON object',
        got: JSON.stringify(value).slice(0, 60),
      });
    if (isBundle(value)) return await verifyBundle(value, check);
    if (isEnvelope(value))
      return await verifyEnvelope(readEnvelope(value), { bytes: Buffer.from(bytes), annotations, check });
    if ('_type' in value)
      return fromPayload(
        MEDIA_TYPES.statement,
        bytes,
        new CheckFailure('UNSIGNED', { expected: 'a signature', got: 'a bare statement' }).checked,
      );
    throw new CheckFailure('MALFORMED_BUNDLE', {
      expected: 'a Sigstore bundle, a DSSE envelope or an in-toto statement',
      got: `an object with ${Object.keys(value).slice(0, 5).join(', ')}`,
    });
  } catch (error) {
    return unreadable(
      form,
      asCheckFailure(error, { code: 'MALFORMED_BUNDLE', expected: `a document of type ${MEDIA_TYPES[form]}` }),
    );
  }
}

async function verifyBundle(json: unknown, check: CheckBundle): Promise<CheckedDocument> {
  const opened = openBundle(json);
  const checked = await check(opened);
  const { content } = opened;
  if (content.kind === 'envelope') return fromPayload(content.payloadType, content.payload, checked);
  return { kind: 'opaque', mediaType: MEDIA_TYPES.bundle, checked };
}

type EnvelopeContext = {
  readonly bytes: Buffer;
  readonly annotations: Carried['annotations'];
  readonly check: CheckBundle;
};

async function verifyEnvelope(
  envelope: Envelope,
  { bytes, annotations, check }: EnvelopeContext,
): Promise<CheckedDocument> {
  const { payloadType, payload } = envelope;
  if (isSignedLayer(annotations)) {
    return fromPayload(
      payloadType,
      payload,
      await openAndCheck(() => openAttestationLayer(envelope, bytes, annotations), check),
    );
  }
  if (isCloudBuildEnvelope(envelope)) return fromPayload(payloadType, payload, verifyCloudBuild(envelope));
  return fromPayload(payloadType, payload, await verifyBareEnvelope(envelope, check));
}

/** An envelope with nothing beside it: only a managed key can have signed it, and one good signature is enough. */
async function verifyBareEnvelope(
  { payloadType, payload, signatures }: Envelope,
  check: CheckBundle,
): Promise<Checked> {
  const results: Checked[] = [];
  for (const { keyid, sig } of signatures) {
    results.push(
      await check({
        content: { kind: 'envelope', payloadType, payload },
        signature: sig,
        signer: { kind: 'key', hint: keyid ?? '' },
        logEntries: [],
        timestamps: [],
      }),
    );
  }
  const best = strongest(results);
  if (best === undefined)
    return new CheckFailure('UNSIGNED', { expected: 'a signature', got: 'an envelope without any' }).checked;
  const hasCertificate = signatures.some(({ cert }) => cert !== undefined);
  if (best.assurance !== 'attested' || best.code !== 'NO_KEY' || !hasCertificate) return best;
  return new CheckFailure('NO_LOG_ENTRY', {
    expected: 'a log entry beside the certificate',
    got: 'a certificate alone, and no time at which to believe it',
  }).checked;
}

/** Verified, else found false, else by a known key but not established, else the first. */
function strongest(results: readonly Checked[]): Checked | undefined {
  return (
    results.find(({ assurance }) => assurance === 'verified') ??
    results.find(({ assurance }) => assurance === 'rejected') ??
    results.find((result) => result.assurance === 'attested' && result.code !== 'NO_KEY') ??
    results[0]
  );
}

async function verifySimpleSigning({ bytes, annotations }: Carried, check: CheckBundle): Promise<CheckedDocument> {
  const checked = await openAndCheck(() => openSignatureLayer(Buffer.from(bytes), annotations), check);
  try {
    return { kind: 'simpleSigning', digest: readSimpleSigning(bytes), checked };
  } catch (error) {
    return unreadable(
      'simpleSigning',
      asCheckFailure(error, { code: 'MALFORMED_STATEMENT', expected: 'a simple-signing payload' }),
      checked,
    );
  }
}

/** A statement is shown whatever its signature is worth; a payload that is none says nothing, however well it is signed. */
function fromPayload(payloadType: string, payload: Uint8Array, checked: Checked): CheckedDocument {
  try {
    if (isStatementPayload(payloadType))
      return { kind: 'statement', statement: parseStatement(payload).statement, checked };
    throw new CheckFailure('PAYLOAD_TYPE', {
      expected: 'application/vnd.in-toto+json',
      got: JSON.stringify(payloadType),
    });
  } catch (error) {
    const failure = asCheckFailure(error, { code: 'MALFORMED_STATEMENT', expected: 'an in-toto statement' });
    return {
      kind: 'opaque',
      mediaType: payloadType,
      checked: checked.assurance === 'verified' ? failure.checked : checked,
    };
  }
}

async function openAndCheck(open: () => OpenedBundle, check: CheckBundle): Promise<Checked> {
  try {
    return await check(open());
  } catch (error) {
    return asCheckFailure(error, { code: 'MALFORMED_BUNDLE', expected: 'a signature with what proves it' }).checked;
  }
}

/** What could not be read is opaque; that its signature does not hold, if that is known, comes before that it could not be read. */
function unreadable(form: CarriedDocument['form'], failure: CheckFailure, checked?: Checked): CheckedDocument {
  const known = checked === undefined || checked.assurance === 'verified' ? failure.checked : checked;
  return { kind: 'opaque', mediaType: MEDIA_TYPES[form], checked: known };
}
