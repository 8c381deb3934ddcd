import { reasonFor } from '../core/claims/worth.ts';
import type { DocumentAbout, TracedImage } from '../core/model/chain.ts';
import { formatPlatform } from '../core/model/descriptor.ts';
import type { Entity } from '../core/model/entity.ts';
import type { Problem } from '../core/model/evidence.ts';
import { formatRepository } from '../core/model/image-repository.ts';
import type { TraceResult } from '../core/model/report.ts';
import type { Checked, SignedDocument, SignerIdentity, Subject } from '../core/model/statement.ts';

/** What JSON documents of different commands have in common: the other side of `schema/document.ts` and its neighbours. */

/** Fulcio's own arc of object identifiers. */
const FULCIO_ARC = '1.3.6.1.4.1.57264.1';

/** The document of an image that could not be read. */
export function failurePart(schema: string, { reference, error }: Extract<TraceResult, { kind: 'failed' }>): object {
  const { code, message, expected, got, hint } = error;
  return { schema, reference, error: { code, message, expected, got, hint } };
}

export function imagePart({ root, digests, platform, asOf }: TracedImage): object {
  return {
    digest: root.digest,
    platform: platform === undefined ? undefined : formatPlatform(platform),
    foundAt: root.foundAt.map(formatRepository),
    asOf,
    digests: {
      indexes: digests.indexes,
      platform: digests.platform,
      config: digests.config,
      attestationManifests: digests.attestationManifests,
    },
  };
}

export function problemPart({ collector, at, relations, code, message, hint }: Problem): object {
  return { collector, at: entityPart(at), relations, code, message, hint };
}

export function entityPart(each: Entity): object {
  return each.kind === 'image' ? { ...each, foundAt: each.foundAt.map(formatRepository) } : each;
}

export function documentPart({ about, signed }: DocumentAbout): object {
  return {
    about: entityPart(about),
    digest: signed.document,
    carrier: signed.carrier,
    ...content(signed),
    check: checkPart(signed.checked),
  };
}

function content(signed: SignedDocument): object {
  switch (signed.kind) {
    case 'statement': {
      const { type, predicateType, subject } = signed.statement;
      return { kind: signed.kind, statement: { type, predicateType, subjects: subject.map(subjectOf) } };
    }
    case 'simpleSigning':
      return { kind: signed.kind, signed: signed.digest };
    case 'opaque':
      return { kind: signed.kind, mediaType: signed.mediaType };
  }
}

/** As `algorithm:hex`: the algorithms are a stranger's words too. */
function subjectOf({ name, uri, digest }: Subject): object {
  const digests = Object.entries(digest).map(([algorithm, hex]) => `${algorithm}:${hex}`);
  return { name, uri, digests: digests.sort() };
}

export function checkPart(checked: Checked): object {
  if (checked.assurance !== 'verified') {
    const { assurance, code, expected, got } = checked;
    return { assurance, code, reason: reasonFor(code), expected, got };
  }
  const logEntries = checked.logEntries.map(({ log, index, integratedAt }) => ({ log, index, integratedAt }));
  return {
    assurance: checked.assurance,
    signer: signerOf(checked.signer),
    times: checked.times,
    logEntries,
    root: checked.root,
  };
}

function signerOf(signer: SignerIdentity): object {
  if (signer.kind === 'key') return { kind: signer.kind, fingerprint: signer.fingerprint, name: signer.name };
  const { kind, identity, issuer, authority } = signer;
  const extensions = Object.entries(signer.extensions).map(([number, value]) => ({
    oid: `${FULCIO_ARC}.${number}`,
    value,
  }));
  return { kind, identity, issuer, authority, extensions };
}
