/** The image that a folder of `fixtures/attestations/cases` describes: built, attested, really signed, and served. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttachedLayer, RawStatement } from '../../../support/attachments.ts';
import { bundleReferrer, cosignTag } from '../../../support/attachments.ts';
import { createAuthority } from '../../../support/authority.ts';
import { startGithub } from '../../../support/forge-server.ts';
import type { BuiltImage, BuiltIndex } from '../../../support/image-builder.ts';
import { image, index } from '../../../support/image-builder.ts';
import { startRegistry } from '../../../support/registry-server.ts';
import type { TestServer } from '../../../support/http-server.ts';
import type { TestRepository } from '../../../support/test-repository.ts';
import { emptyRepository, jsonBytes } from '../../../support/test-repository.ts';
import { githubAt, openSource } from '../../adapters/scm/forge-world.ts';

export const FIXTURES = 'fixtures/attestations';
const DSSE = 'application/vnd.dsse.envelope.v1+json';
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

type Texts = Readonly<Record<string, string>>;
type Member = 'index' | 'platform' | 'config' | 'attestation';
/** In the text of a predicate `$BASE_HEX` and `$REGISTRY` stand for what is known when the image is built. */
type Stated = {
  /** A case of another folder, whose statement this is, with its own subject replaced. */
  readonly statement?: string;
  readonly predicateType?: string;
  readonly predicate?: unknown;
  readonly subject?: Member;
};
type Attached = Stated & {
  /** `given`: a bundle in a file, as `--bundle` takes it; `forge`: the same, out of what GitHub's API keeps behind a `bundle_url` alone. */
  readonly carrier: 'referrer' | 'att' | 'given' | 'forge';
  /** By default what the statement is about. */
  readonly to?: Member;
  /** The signer's certificate; without it an envelope without a signature. */
  readonly signed?: { readonly identity?: string; readonly issuer?: string; readonly extensions?: Texts };
  readonly urlSafe?: true;
};
export type CaseImage = {
  readonly labels?: Texts;
  readonly annotations?: Texts;
  readonly author?: string;
  readonly base?: { readonly labels?: Texts };
  readonly index?: {
    readonly attestations?: readonly Stated[];
    readonly form?: 'config' | 'artifact';
    /** A second index over the same platform, which is the one that is asked for. */
    readonly rewritten?: true;
  };
  readonly documents?: readonly Attached[];
  /** What the source's repository has in git notes of the commit. */
  readonly notes?: readonly object[];
  /** Who may speak for the image; nobody by default. */
  readonly pinned?: { readonly identity: string; readonly issuer: string };
};
export type ServedCase = {
  readonly server: TestServer;
  readonly reference: string;
  readonly flags: readonly string[];
  /** What the digests are called in `expected.json`. */
  readonly names: Texts;
};

export async function serveCase(folder: string, described: CaseImage): Promise<ServedCase> {
  const repository = emptyRepository();
  const server = await startRegistry({ repositories: new Map([['acme/shop', repository]]) });
  const built = { ...(await buildImage(repository, described)), host: server.host };
  const listed = described.index && buildIndex(repository, built, described.index);
  const asked =
    described.index?.rewritten === true ? index().add(built.image).annotations({ by: 'a mirror' }) : undefined;
  const root = (asked?.addTo(repository) ?? listed)?.digest ?? built.image.digest;
  const flags = await attach({ folder, repository, built, listed }, described);
  writeFileSync(join(folder, 'config.yaml'), settings(folder, server.host, described.pinned));
  return {
    server,
    reference: `${server.host}/acme/shop@${root}`,
    flags: ['--config', join(folder, 'config.yaml'), ...flags],
    names: {
      [server.host]: 'registry.test',
      [built.image.digest]: 'PLATFORM',
      [built.base?.digest ?? 'no base']: 'BASE',
    },
  };
}

type Built = { readonly image: BuiltImage; readonly base?: BuiltImage; readonly host: string };
type Made = {
  readonly folder: string;
  readonly repository: TestRepository;
  readonly built: Built;
  readonly listed: BuiltIndex | undefined;
};

async function buildImage(repository: TestRepository, described: CaseImage): Promise<Omit<Built, 'host'>> {
  const { labels = {}, annotations = {}, author } = described;
  const base =
    described.base &&
    (await image()
      .labels(described.base.labels ?? {})
      .layer({ 'etc/os-release': 'ID=acme' }, 'ADD rootfs.tar /')
      .addTo(repository, 'base'));
  const builder = image().annotations(annotations);
  if (base !== undefined) builder.basedOn(base);
  if (author !== undefined) builder.author(author);
  builder.labels(labels).layer({ 'app/server': 'shop' });
  const built = await builder.addTo(repository);
  return { image: built, ...(base && { base }) };
}

function buildIndex(repository: TestRepository, built: Built, described: NonNullable<CaseImage['index']>): BuiltIndex {
  const { attestations = [], form = 'config' } = described;
  const statements = attestations.map((stated) => statementOf(stated, { built, listed: undefined }));
  const builder = index().add(built.image);
  if (statements.length > 0) builder.attest(built.image, statements, form);
  return builder.addTo(repository);
}

function statementOf(stated: Stated, { built, listed }: Pick<Made, 'built' | 'listed'>): RawStatement {
  const borrowed: object =
    stated.statement === undefined
      ? {}
      : JSON.parse(readFileSync(`${FIXTURES}/${stated.statement}/statement.json`, 'utf8'));
  const own = { predicateType: stated.predicateType, predicate: stated.predicate };
  const text = JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    ...borrowed,
    ...(JSON.parse(JSON.stringify(own)) as object),
    subject: [{ name: '_', digest: { sha256: hexOf(memberOf(stated.subject, built, listed).digest) } }],
  });
  const filled = text
    .replaceAll('$REGISTRY', encodeURIComponent(built.host))
    .replaceAll('$BASE_HEX', hexOf(built.base?.digest ?? ''));
  return JSON.parse(filled) as RawStatement;
}

function memberOf(member: Member = 'platform', built: Built, listed: BuiltIndex | undefined): BuiltImage['descriptor'] {
  if (member === 'config') return { ...built.image.descriptor, digest: built.image.configDigest };
  const found = {
    platform: built.image.descriptor,
    index: listed?.descriptor,
    attestation: listed?.attestationManifests[0],
  };
  const descriptor = found[member];
  if (descriptor === undefined) throw new Error(`the case has no ${member}`);
  return descriptor;
}

/** Puts each document where it is carried; the flags that name those which are in files. */
async function attach(made: Made, { documents = [] }: CaseImage): Promise<readonly string[]> {
  const authority = createAuthority({ name: 'acme' });
  writeFileSync(join(made.folder, 'root.json'), authority.trustedRootJson);
  const lines: string[] = [];
  const layers: AttachedLayer[] = [];
  for (const document of documents) {
    const statement = statementOf(document, made);
    const request = { statement, ...document.signed };
    if (document.carrier === 'att') {
      const signed = document.signed && authority.signAttestationLayer(request);
      layers.push({ mediaType: DSSE, ...(signed ?? { bytes: jsonBytes(envelopeOf(statement, document.urlSafe)) }) });
      continue;
    }
    const bundle = authority.signBundle(request);
    const to = memberOf(document.to ?? document.subject, made.built, made.listed);
    if (document.carrier === 'given') lines.push(JSON.stringify(bundle));
    else if (document.carrier === 'forge') lines.push(await throughForge(bundle, to.digest));
    else bundleReferrer(made.repository, to, { bytes: jsonBytes(bundle), predicateType: statement.predicateType });
  }
  if (layers.length > 0) cosignTag(made.repository, made.built.image.digest, { kind: 'att', layers });
  if (lines.length === 0) return [];
  writeFileSync(join(made.folder, 'bundles.jsonl'), `${lines.join('\n')}\n`);
  return ['--bundle', join(made.folder, 'bundles.jsonl')];
}

/** What the tool's own adapter makes of GitHub's answer, which has no bundle in it but the address of a block of Snappy. */
async function throughForge(bundle: unknown, digest: BuiltImage['digest']): Promise<string> {
  const kept = { repository: 'acme/shop', subjects: [digest], bundle, carriedBy: 'url' as const };
  const server = await startGithub({ bundles: [kept] });
  const query = { forge: githubAt(server), path: 'acme/shop', digests: [digest] };
  const [answer] = await openSource().source.fetchAttestations(query);
  await server.close();
  const [found] = answer?.outcome.kind === 'found' ? answer.outcome.value : [];
  if (found === undefined || 'error' in found) throw new Error('the forge has nothing');
  return Buffer.from(found.bytes).toString();
}

function envelopeOf(statement: object, urlSafe = false): object {
  const payload = Buffer.from(jsonBytes(statement)).toString(urlSafe ? 'base64url' : 'base64');
  return { payloadType: PAYLOAD_TYPE, payload, signatures: [] };
}

function settings(folder: string, host: string, pinned: CaseImage['pinned']): string {
  const root = join(folder, 'root.json');
  const pins = pinned === undefined ? [] : [{ images: `${host}/acme/shop`, ...pinned, root }];
  return JSON.stringify({ trust: { roots: [root], pins } });
}

function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}
