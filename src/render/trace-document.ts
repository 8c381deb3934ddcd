import { reasonFor } from '../core/claims/worth.ts';
import { inOrder } from '../core/graph/order.ts';
import type { DocumentAbout, Finding, Remark, SettledFact, TracedImage } from '../core/model/chain.ts';
import { formatPlatform } from '../core/model/descriptor.ts';
import type { Entity } from '../core/model/entity.ts';
import type { Claim, Evidence, Place, Problem } from '../core/model/evidence.ts';
import { formatRepository } from '../core/model/image-repository.ts';
import type { Detail, Step, TraceResult } from '../core/model/report.ts';
import type { Checked, SignedDocument, SignerIdentity, Subject } from '../core/model/statement.ts';
import { safeLink } from './sanitize.ts';
import { findingsInOrder } from './words.ts';

export const TRACE_SCHEMA = 'provtrace/trace/1';
/** Fulcio's own arc of object identifiers. */
const FULCIO_ARC = '1.3.6.1.4.1.57264.1';

/** The trace document of one image: what `schema/trace.ts` describes. Lists are sorted, so that one content has one form; undefined members are for JSON to leave out. */
export function traceDocument(result: TraceResult): object {
  if (result.kind === 'failed') {
    const { code, message, expected, got, hint } = result.error;
    return {
      schema: TRACE_SCHEMA,
      reference: result.reference,
      error: { code, message, expected, got, hint },
    };
  }
  const { dossier, steps, grades } = result;
  const gathered = inOrder(dossier.gathered);
  return {
    schema: TRACE_SCHEMA,
    reference: dossier.image.reference,
    image: image(dossier.image),
    grades: { origin: grades.origin, ownership: grades.ownership },
    steps: steps.map(step),
    facts: dossier.chain.facts.map(fact),
    findings: findingsInOrder(dossier.findings).map(finding),
    problems: gathered.problems.map(problem),
    places: gathered.places.map(place),
    documents: gathered.documents.map(document),
    remarks: gathered.remarks.map(remark),
    evidence: gathered.evidence.map(evidence),
  };
}

function image({ root, digests, platform, asOf }: TracedImage): object {
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

function step(each: Step): object {
  return {
    name: each.name,
    grade: each.grade,
    gap: each.gap,
    answer: each.answer,
    entity: each.entity === undefined ? undefined : entity(each.entity),
    link: each.link === undefined ? undefined : safeLink(each.link),
    asOf: each.asOf,
    details: each.details.map(detail),
    why: each.why,
    support: each.support.map(evidence),
    dissent: each.dissent.map(({ answer, grade, why, from }) => ({ answer, grade, why, from })),
  };
}

function detail({ name, value, grade, link }: Detail): object {
  return { name, value, grade, link: link === undefined ? undefined : safeLink(link) };
}

function fact(each: SettledFact): object {
  const answer = 'value' in each ? { value: each.value } : { conflict: each.conflict };
  return {
    about: entity(each.about),
    name: each.name,
    ...answer,
    strength: each.strength,
    support: each.support.map(evidence),
    dissent: each.dissent.map(evidence),
  };
}

function finding(each: Finding): object {
  return {
    code: each.code,
    severity: each.severity,
    about: entity(each.about),
    message: each.message,
    advice: each.advice,
    evidence: each.evidence.map(evidence),
  };
}

function problem({ collector, at, relations, code, message, hint }: Problem): object {
  return { collector, at: entity(at), relations, code, message, hint };
}

function place({ at, carrier, asked, result, detail, asOf }: Place): object {
  return { at: entity(at), carrier, asked, result, detail, asOf };
}

function remark({ about, code, message, location }: Remark): object {
  return { about: entity(about), code, message, location };
}

function evidence({ claim, strength, rank, why, boundBy, origin, labels, asOf }: Evidence): object {
  const { collector, location, document } = origin;
  return {
    claim: claimed(claim),
    strength,
    rank,
    why,
    boundBy,
    origin: { collector, location, document },
    labels,
    asOf,
  };
}

function claimed(claim: Claim): object {
  return claim.kind === 'edge'
    ? { kind: claim.kind, from: entity(claim.from), relation: claim.relation, to: entity(claim.to) }
    : { kind: claim.kind, about: entity(claim.about), name: claim.name, value: claim.value };
}

function entity(each: Entity): object {
  return each.kind === 'image' ? { ...each, foundAt: each.foundAt.map(formatRepository) } : each;
}

function document({ about, signed }: DocumentAbout): object {
  return {
    about: entity(about),
    digest: signed.document,
    carrier: signed.carrier,
    ...content(signed),
    check: check(signed.checked),
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

function check(checked: Checked): object {
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
