import { ToolError } from '../core/errors.ts';
import type { Gathered } from '../core/model/chain.ts';
import type { Digest } from '../core/model/digest.ts';
import type { ImageRepository } from '../core/model/image-repository.ts';
import { registryHost } from '../core/model/image-repository.ts';
import type { DigestSet, ImageStructure } from '../core/model/image.ts';
import { readLabels } from '../core/provenance/labels/index.ts';
import type { Forge } from '../core/model/forge.ts';
import type { AttestationAnswer, AttestationSource, KeptAttestation } from '../ports/attestation-source.ts';
import type { AttachedTools, Lookup } from './attached.ts';
import { STATED_RELATIONS, placeOf, readOutcome, unheard } from './attached.ts';
import type { Collector } from './collector.ts';
import { NOTHING, joined } from './collector.ts';
import type { Images } from './images.ts';

const ID = 'forge-attestations';
/** Accounts and projects that are asked: an image has one or two, and labels can name any number. */
const PLACES_MAX = 8;

export type ForgeAttestationTools = Pick<AttachedTools, 'verifier' | 'weigh'> & {
  readonly attestations: AttestationSource;
  /** Those that may be asked; what labels name elsewhere is not. */
  readonly forges: readonly Forge[];
};

/**
 * Bundles that forges keep and no registry has (reference/provenance.md 2, carriers D and E): asked of the account or project that owns the image's place in
 * its registry, and of the repository that labels and annotations name. An image on this machine was put there to be read as it is: of that nobody is asked.
 */
export function forgeAttestations(tools: ForgeAttestationTools, images: Images): Collector<'image'> {
  return {
    id: ID,
    about: 'image',
    answers: STATED_RELATIONS,
    reach: 'root',
    collect: async (image) => {
      const inRegistries = image.foundAt.filter(({ transport }) => transport === 'registry');
      const [at] = inRegistries;
      if (at === undefined) return NOTHING;
      const structure = await images.structureOf(image);
      const { digests } = structure;
      const sources = sourcesOf(structure);
      const places = tools.forges
        .filter(keepsAttestations)
        .flatMap((forge) => pathsToAsk(forge, inRegistries, sources).map((path) => ({ forge, path })));
      const lookup: Lookup = {
        collector: ID,
        image,
        digests,
        at,
        carrier: 'attestations kept by forges',
        asked: image.digest,
      };
      const answers = await Promise.all(places.slice(0, PLACES_MAX).map((place) => askPlace(tools, place, lookup)));
      const over = places.length <= PLACES_MAX ? NOTHING : unheard(lookup, tooManyPlaces(places.length));
      return joined([await readAnswers(tools, answers.flat()), over]);
    },
  };
}

function keepsAttestations({ kind }: Forge): boolean {
  return kind === 'github' || kind === 'gitlab';
}

type Place = { readonly forge: Forge; readonly path: string };
type Answered = { readonly lookup: Lookup; readonly outcome: AttestationAnswer['outcome'] };

async function askPlace(
  tools: ForgeAttestationTools,
  { forge, path }: Place,
  lookup: Lookup,
): Promise<readonly Answered[]> {
  const digests = digestsToAsk(forge, lookup.digests);
  const answers = digests.length === 0 ? [] : await tools.attestations.fetchAttestations({ forge, path, digests });
  const carrier = nameOf({ forge, path });
  return answers.map(({ subject, outcome }) => ({ lookup: { ...lookup, carrier, asked: subject }, outcome }));
}

/** One bundle is often about several of the digests, and kept for several places: it is read for the first of them. */
async function readAnswers(tools: ForgeAttestationTools, answers: readonly Answered[]): Promise<Gathered> {
  const read = new Set<Digest>();
  const parts = answers.map(({ lookup, outcome }) =>
    readOutcome(lookup, outcome, async (kept, asOf) => {
      const documents = await Promise.all(kept.map((attestation) => readBundle(tools, { lookup, attestation, read })));
      const count = kept.filter((attestation) => 'document' in attestation).length;
      const detail = count === 1 ? 'one attestation' : `${count} attestations`;
      return joined([...documents, count === 0 ? NOTHING : placeOf(lookup, 'found', detail, asOf)]);
    }),
  );
  return joined(await Promise.all(parts));
}

type Bundle = { readonly lookup: Lookup; readonly attestation: KeptAttestation; readonly read: Set<Digest> };

async function readBundle(tools: ForgeAttestationTools, { lookup, attestation, read }: Bundle): Promise<Gathered> {
  if ('error' in attestation) return unheard(lookup, attestation.error);
  const { bytes, document } = attestation;
  if (read.has(document)) return NOTHING;
  read.add(document);
  const signed = await tools.verifier.verify({
    form: 'bundle',
    bytes,
    document,
    annotations: {},
    carrier: lookup.carrier,
  });
  const about = { image: lookup.image, digests: lookup.digests, collector: lookup.collector };
  return joined(signed.map((each) => tools.weigh(about, each)));
}

/** GitLab's own example attests the config, which is what `docker inspect` calls the image's id. */
function digestsToAsk({ kind }: Forge, { indexes, platform, config }: DigestSet): readonly Digest[] {
  return [...indexes, ...(platform === undefined ? [] : [platform]), ...(kind === 'gitlab' ? [config] : [])];
}

/** The repositories that labels and annotations name, as `host/path`. */
function sourcesOf({ config, manifest, descriptor, indexAnnotations }: ImageStructure): readonly string[] {
  const labels = [config.labels, manifest?.annotations, descriptor?.annotations, ...indexAnnotations];
  return labels
    .flatMap((map) => readLabels(map ?? {}))
    .flatMap(({ source }) => (source === undefined ? [] : [source.value.key]));
}

/** What to ask this forge about: nothing where neither the image's place nor a label is its own. */
function pathsToAsk(
  forge: Forge,
  repositories: readonly ImageRepository[],
  sources: readonly string[],
): readonly string[] {
  const registry = registryOf(forge);
  const stored = repositories
    .filter((at) => registryHost(at) === registry)
    .map(({ name }) => name.slice(registry.length + 1));
  const named = sources
    .filter((source) => source.startsWith(`${forge.host}/`))
    .map((source) => source.slice(forge.host.length + 1));
  const paths = forge.kind === 'github' ? githubPaths(stored, named) : gitlabPaths(stored, named);
  return [...new Set(paths)].filter((path) => path.split('/').every(isName));
}

/** Where a forge's own registry is, by the forges' own convention. */
function registryOf({ kind, host }: Forge): string {
  if (host === 'github.com') return 'ghcr.io';
  return kind === 'github' ? `containers.${host}` : `registry.${host}`;
}

/** The account that owns the place, with all its repositories; and repositories of others that are named. */
function githubPaths(stored: readonly string[], named: readonly string[]): readonly string[] {
  const accounts = stored.map(accountOf);
  const repositories = named.map((path) => path.split('/').slice(0, 2).join('/'));
  return [...accounts, ...repositories.filter((path) => path.includes('/') && !accounts.includes(accountOf(path)))];
}

function accountOf(path: string): string {
  return path.split('/', 1)[0] ?? path;
}

/** GitLab's registry allows two names below a project's own path, so where the project ends is not to be seen, unless it is named. */
function gitlabPaths(stored: readonly string[], named: readonly string[]): readonly string[] {
  const projects = stored.flatMap((path) => {
    const names = path.split('/');
    const candidates = [names.length, names.length - 1, names.length - 2]
      .filter((length) => length >= 2)
      .map((length) => names.slice(0, length).join('/'));
    const own = candidates.filter((candidate) => named.some((source) => source.toLowerCase() === candidate));
    return own.length === 0 ? candidates : own;
  });
  return [...projects, ...named];
}

/** What both forges allow in the names of accounts, groups and repositories; dots alone would climb. */
function isName(name: string): boolean {
  return /^[\w.-]+$/.test(name) && !/^\.+$/.test(name);
}

/** As the ledger names it: `GitHub attestations of acme/shop`, `GitLab attestations of gitlab.acme.example/group/project`. */
function nameOf({ forge: { kind, host }, path }: Place): string {
  const where = host === 'github.com' || host === 'gitlab.com' ? path : `${host}/${path}`;
  return `${kind === 'github' ? 'GitHub' : 'GitLab'} attestations of ${where}`;
}

function tooManyPlaces(count: number): ToolError {
  return new ToolError(
    'TOO_LARGE',
    `labels and annotations name ${count} accounts and projects, of which the first ${PLACES_MAX} were asked`,
  );
}
