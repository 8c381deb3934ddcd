import { describe, expect, test } from 'vitest';
import { weighing } from '../../../../src/core/claims/from-document.ts';
import { RANKS } from '../../../../src/core/claims/ranks.ts';
import type { Evidence, FactName, Relation } from '../../../../src/core/model/evidence.ts';
import type { SignedDocument } from '../../../../src/core/model/statement.ts';
import { digestOf } from '../../../support/reports.ts';
import {
  ATTESTATION,
  COMMIT,
  CONFIG,
  DIGESTS,
  IMAGE,
  INDEX,
  PLATFORM,
  PROVENANCE,
  REPOSITORY,
  SIGNATURE,
  SPDX,
  STRANGE,
  UNSIGNED,
  WORKFLOW,
  generator,
  keySigner,
  provenance,
  rejected,
  simpleSignature,
  stating,
  stranger,
  verified,
  workflowSigner,
} from './documents.ts';

const context = { image: IMAGE, digests: DIGESTS, collector: 'referrers' };
const weigh = weighing([]);
const evidenceOf = (signed: SignedDocument): readonly Evidence[] => weigh(context, signed).evidence;

function edges(signed: SignedDocument, relation: Relation): Evidence[] {
  return evidenceOf(signed).filter(({ claim }) => claim.kind === 'edge' && claim.relation === relation);
}
function facts(signed: SignedDocument, name: FactName): Evidence[] {
  return evidenceOf(signed).filter(({ claim }) => claim.kind === 'fact' && claim.name === name);
}
const answers = (items: readonly Evidence[]): unknown[] =>
  items.map(({ claim, rank }) => [claim.kind === 'edge' ? claim.to : claim.value, rank]);

describe('a document', () => {
  test('is kept whatever it is worth, and says nothing where it is rejected or about something else', () => {
    const silent = [
      provenance({ checked: rejected() }),
      provenance({ about: STRANGE }),
      simpleSignature({ checked: rejected() }),
      simpleSignature({ about: STRANGE }),
    ];
    for (const signed of silent) {
      expect(weigh(context, signed)).toEqual({
        evidence: [],
        problems: [],
        places: [],
        remarks: [],
        documents: [{ about: IMAGE, signed }],
      });
    }
  });

  test.each<[string, SignedDocument]>([
    ['https://spdx.dev/Document', stating(SPDX, {})],
    [SIGNATURE, stating(SIGNATURE, {})],
    ['cosign simple signing', simpleSignature()],
  ])('describes the image as %s, and says no more', (predicateType, signed) => {
    expect(evidenceOf(signed)).toEqual([
      {
        claim: {
          kind: 'edge',
          from: IMAGE,
          relation: 'describedBy',
          to: { kind: 'document', digest: signed.document, predicateType },
        },
        strength: 'verified',
        rank: RANKS.tenantPredicate,
        boundBy: 'platform',
        origin: { collector: 'referrers', location: 'referrers API, $.predicateType', document: signed.document },
      },
    ]);
  });

  test.each([
    [PLATFORM, 'platform', 300],
    [INDEX, 'index', 301],
    [CONFIG, 'config', 302],
    [ATTESTATION, 'attestationManifest', 300],
  ] as const)('about %s ranks by what binds it', (about, boundBy, rank) => {
    const found = evidenceOf(stating(SPDX, {}, { about }))[0];
    expect([found?.boundBy, found?.rank]).toEqual([boundBy, rank]);
  });
});

describe('provenance', () => {
  test('says all of it with the worth of its signature', () => {
    const signed = provenance({ checked: verified(stranger()) });
    const found = evidenceOf(signed);
    expect(found.length).toBeGreaterThan(10);
    expect(new Set(found.map(({ strength, why }) => `${strength}: ${why}`))).toEqual(
      new Set(['attested: signer not tied to this image']),
    );
    expect(new Set(found.map(({ origin }) => origin.document))).toEqual(new Set([signed.document]));
  });

  test('is its predicate’s word about the source, also where a certificate names another', () => {
    const revision = { kind: 'sourceRevision', repository: REPOSITORY, commit: COMMIT };
    expect(answers(edges(provenance(), 'builtFrom'))).toEqual([[revision, 300]]);
    const elsewhere = { ...workflowSigner().extensions, 12: 'https://github.com/acme/deploy', 13: 'd'.repeat(40) };
    const promoted = provenance({ checked: verified(workflowSigner({ extensions: elsewhere })) });
    expect(answers(edges(promoted, 'builtFrom'))).toEqual([[revision, 300]]);
    expect(answers(edges(promoted, 'ranFrom'))).toEqual([
      [
        { kind: 'sourceRevision', repository: 'https://github.com/acme/deploy', commit: 'd'.repeat(40) },
        RANKS.certificate,
      ],
      [revision, 300],
    ]);
  });

  test('hands on what reading it showed, with where', () => {
    const signed = provenance({ build: { dependencies: [{ uri: 'git+https://ada:secret@github.com/acme/shop' }] } });
    expect(weigh(context, signed).remarks.map(({ code, location }) => [code, location])).toContainEqual([
      'CREDENTIALS_IN_URL',
      'referrers API, $.predicate.buildDefinition.resolvedDependencies[0].uri',
    ]);
  });
});

describe('a certificate says where the signing ran, above the predicate', () => {
  const CERTIFICATE = 'certificate extension 1.3.6.1.4.1.57264.1';

  test('run, trigger, runner, revision and pipeline', () => {
    const signed = provenance();
    const rows = evidenceOf(signed)
      .filter(({ rank }) => rank === RANKS.certificate)
      .map(({ claim, origin }) => [
        claim.kind === 'edge' ? claim.relation : claim.name,
        claim.kind === 'edge' ? claim.to : claim.value,
        origin.location.replace('referrers API, ', ''),
      ]);
    expect(rows).toEqual([
      ['ranFrom', { kind: 'sourceRevision', repository: REPOSITORY, commit: COMMIT }, `${CERTIFICATE}.13`],
      [
        'ranBy',
        { kind: 'sourcePath', repository: REPOSITORY, path: '.github/workflows/release.yml', commit: COMMIT },
        `${CERTIFICATE}.18`,
      ],
      ['runUrl', `${REPOSITORY}/actions/runs/77/attempts/1`, `${CERTIFICATE}.21`],
      ['trigger', 'push', `${CERTIFICATE}.20`],
      ['runner', 'github-hosted', `${CERTIFICATE}.11`],
    ]);
  });

  test('its word goes before the predicate’s', () => {
    const extensions = { ...workflowSigner().extensions, 20: 'pull_request_target' };
    const triggers = facts(provenance({ checked: verified(workflowSigner({ extensions })) }), 'trigger');
    expect(answers(triggers)).toEqual([
      ['pull_request_target', RANKS.certificate],
      ['push', 300],
    ]);
  });

  test('is worth no more than the signature', () => {
    const [run] = facts(provenance({ checked: verified(stranger()) }), 'runUrl');
    expect(run).toMatchObject({ strength: 'attested', rank: RANKS.certificate, why: 'signer not tied to this image' });
  });

  test.each<[string, SignedDocument]>([
    ['of a key', provenance({ checked: verified(keySigner(), 'google-cloud-build') })],
    ['of an unsigned document', provenance({ checked: UNSIGNED })],
    ['of a signed SBOM', stating(SPDX, {})],
    ['of a plain signature', simpleSignature()],
  ])('there is none %s', (_name, signed) => {
    expect(evidenceOf(signed).filter(({ origin }) => origin.location.includes('certificate'))).toEqual([]);
    expect(evidenceOf(signed).length).toBeGreaterThan(0);
  });

  test.each([
    ['no commit', { 12: REPOSITORY, 18: WORKFLOW }, []],
    ['no repository', { 13: COMMIT, 18: WORKFLOW }, []],
    ['what is no repository', { 12: 'javascript:alert(1)', 13: COMMIT }, []],
    ['nothing', {}, []],
    ['empty values', { 11: '', 20: '', 21: '' }, []],
  ])('with %s it says nothing of it', (_name, extensions, expected) => {
    const signed = provenance({ checked: verified(workflowSigner({ extensions })) });
    const said = evidenceOf(signed).filter(
      ({ rank, claim }) => rank === RANKS.certificate && !(claim.kind === 'edge' && claim.relation === 'ranBy'),
    );
    expect(said).toEqual(expected);
  });

  test.each([
    ['GitHub’s', REPOSITORY, WORKFLOW, '.github/workflows/release.yml'],
    [
      'a branch that is called like another ref',
      REPOSITORY,
      `${REPOSITORY}/.github/workflows/x.yml@refs/heads/y@refs/heads/main`,
      '.github/workflows/x.yml',
    ],
    ['an `@` in the path', REPOSITORY, `${REPOSITORY}/ci/@acme/x.yml@refs/heads/main`, 'ci/@acme/x.yml'],
    [
      'GitLab’s',
      'https://gitlab.com/group/sub/shop',
      'https://gitlab.com/group/sub/shop//.gitlab-ci.yml@refs/heads/main',
      '.gitlab-ci.yml',
    ],
  ])('the pipeline is read from %s form', (_name, repository, config, path) => {
    const extensions = { 12: repository, 13: COMMIT, 18: config };
    const [first] = edges(provenance({ checked: verified(workflowSigner({ extensions })) }), 'ranBy');
    expect(first?.claim).toMatchObject({ to: { kind: 'sourcePath', repository, path, commit: COMMIT } });
  });

  test.each([
    ['another repository', `${REPOSITORY}-evil/.github/workflows/x.yml@refs/heads/main`],
    ['another host', `https://example.com/acme/shop/.github/workflows/x.yml@refs/heads/main`],
    ['the repository alone', `${REPOSITORY}/@refs/heads/main`],
  ])('and is none in %s', (_name, config) => {
    const extensions = { 12: REPOSITORY, 13: COMMIT, 18: config };
    const found = edges(provenance({ checked: verified(workflowSigner({ extensions })) }), 'ranBy');
    expect(found.filter(({ rank }) => rank === RANKS.certificate)).toEqual([]);
  });
});

test('a platform’s predicate ranks above a tenant’s, and that above an unsigned one', () => {
  const ranks = [generator(), workflowSigner()].map(
    (signer) => evidenceOf(provenance({ checked: verified(signer) }))[0]?.rank,
  );
  expect([...ranks, evidenceOf(provenance({ checked: UNSIGNED }))[0]?.rank]).toEqual([200, 300, 400]);
});

test('what was pinned is verified', () => {
  const signer = stranger();
  const pin = {
    images: 'ghcr.io/acme/*',
    signer: { kind: 'certificate', issuer: signer.issuer ?? '', identity: signer.identity, match: 'exact' },
  } as const;
  const signed = stating(PROVENANCE, {}, { checked: verified(signer), document: digestOf('9') });
  expect(weighing([pin])(context, signed).evidence[0]?.strength).toBe('verified');
  expect(weighing([{ ...pin, images: 'ghcr.io/other/*' }])(context, signed).evidence[0]?.strength).toBe('attested');
});
