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
    return [unreadable(form, malformed(`at most ${DOCUMENT_BYTES_MAX} bytes`, `${bytes.length}`))];
  }
  if (form === 'simpleSigning') return [await verifySimpleSigning(carried, check)];
  const documents: CheckedDocument[] = [];
  for (const document of parseJsonDocuments(bytes, 'the document')) {
    documents.push(await verifyJson(document, carried, check));
  }
  return documents;
}

async function verifyJson(document: JsonDocument, carried: Carried, check: CheckBundle): Promise<CheckedDocument> {
  try {
    if ('error' in document) throw document.error;
    const { value, bytes } = document;
    if (!isRecord(value)) throw malformed('a JSON object', JSON.stringify(value).slice(0, 60));
    if (isBundle(value)) return await verifyBundle(value, check);
    if (isEnvelope(value)) return await verifyEnvelope(readEnvelope(value), { ...carried, bytes }, check);
    if ('_type' in value) return fromPayload(MEDIA_TYPES.statement, bytes, unsigned('a bare statement'));
    const members = Object.keys(value).slice(0, 5).join(', ');
    throw malformed('a Sigstore bundle, a DSSE envelope or an in-toto statement', `an object with ${members}`);
  } catch (error) {
    const otherwise = `a document of type ${MEDIA_TYPES[carried.form]}`;
    return unreadable(carried.form, asCheckFailure(error, { code: 'MALFORMED_BUNDLE', expected: otherwise }));
  }
}

async function verifyBundle(json: unknown, check: CheckBundle): Promise<CheckedDocument> {
  const opened = openBundle(json);
  const checked = await check(opened);
  const { content } = opened;
  if (content.kind === 'envelope') return fromPayload(content.payloadType, content.payload, checked);
  return { kind: 'opaque', mediaType: MEDIA_TYPES.bundle, checked };
}

async function verifyEnvelope(envelope: Envelope, layer: Carried, check: CheckBundle): Promise<CheckedDocument> {
  return fromPayload(envelope.payloadType, envelope.payload, await verifySignatures(envelope, layer, check));
}

async function verifySignatures(envelope: Envelope, layer: Carried, check: CheckBundle): Promise<Checked> {
  const { bytes, annotations } = layer;
  if (isSignedLayer(annotations)) {
    return openAndCheck(() => openAttestationLayer(envelope, Buffer.from(bytes), annotations), check);
  }
  return isCloudBuildEnvelope(envelope) ? verifyCloudBuild(envelope) : verifyBareEnvelope(envelope, check);
}

/** An envelope with nothing beside it: only a managed key can have signed it, and one good signature is enough. */
async function verifyBareEnvelope(envelope: Envelope, check: CheckBundle): Promise<Checked> {
  const { payloadType, payload, signatures } = envelope;
  const content = { kind: 'envelope' as const, payloadType, payload };
  const results: Checked[] = [];
  for (const { keyid, sig: signature } of signatures) {
    const signer = { kind: 'key' as const, hint: keyid };
    results.push(await check({ content, signature, signer, logEntries: [], timestamps: [] }));
  }
  const best = strongest(results);
  if (best === undefined) return unsigned('an envelope without any');
  const hasCertificate = signatures.some(({ cert }) => cert !== undefined);
  if (best.assurance !== 'attested' || best.code !== 'NO_KEY' || !hasCertificate) return best;
  const got = 'a certificate alone, and no time at which to believe it';
  return new CheckFailure('NO_LOG_ENTRY', { expected: 'a log entry beside the certificate', got }).checked;
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
    return opaque(SIMPLE_SIGNING_MEDIA_TYPE, checked, error);
  }
}

/** A statement is shown whatever its signature is worth; a payload that is none says nothing, however well it is signed. */
function fromPayload(payloadType: string, payload: Uint8Array, checked: Checked): CheckedDocument {
  try {
    if (isStatementPayload(payloadType)) {
      const { statement, problems } = parseStatement(payload);
      return { kind: 'statement', statement, checked, ...(problems.length === 0 ? {} : { problems }) };
    }
    const got = JSON.stringify(payloadType);
    throw new CheckFailure('PAYLOAD_TYPE', { expected: MEDIA_TYPES.statement, got });
  } catch (error) {
    return opaque(payloadType, checked, error);
  }
}

/** What was signed and cannot be read. That its signature does not hold, where that is known, says more than why it cannot. */
function opaque(mediaType: string, checked: Checked, error: unknown): CheckedDocument {
  const failure = asCheckFailure(error, { code: 'MALFORMED_STATEMENT', expected: `a payload of type ${mediaType}` });
  return { kind: 'opaque', mediaType, checked: checked.assurance === 'verified' ? failure.checked : checked };
}

async function openAndCheck(open: () => OpenedBundle, check: CheckBundle): Promise<Checked> {
  try {
    return await check(open());
  } catch (error) {
    return asCheckFailure(error, { code: 'MALFORMED_BUNDLE', expected: 'a signature with what proves it' }).checked;
  }
}

function unreadable(form: CarriedDocument['form'], failure: CheckFailure): CheckedDocument {
  return { kind: 'opaque', mediaType: MEDIA_TYPES[form], checked: failure.checked };
}

function unsigned(got: string): Checked {
  return new CheckFailure('UNSIGNED', { expected: 'a signature', got }).checked;
}

function malformed(expected: string, got: string): CheckFailure {
  return new CheckFailure('MALFORMED_BUNDLE', { expected, got });
}
