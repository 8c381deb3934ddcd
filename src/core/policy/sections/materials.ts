import type { ReadProblem, ResolvedDependency } from '../../provenance/provenance.ts';
import { parseSourceUrl } from '../../source-url.ts';
import type { Judged, Leaf } from '../judgement.ts';
import { allOf, leaf } from '../judgement.ts';
import type { Judging } from '../judging.ts';
import { documentText } from '../judging.ts';
import { anyDocument, heard, trustLeaves } from '../documents.ts';
import type { Requirement } from '../requirement-shape.ts';
import { allowed, isRepository } from '../stated.ts';
import { judgeBases } from './bases.ts';
import type { WithProvenance } from './provenance.ts';
import { provenancesOf } from './provenance.ts';

type MaterialsDemand = NonNullable<Requirement['materials']>;
/** An input, and what of it is compared; undefined where it does not say. */
type Input = { readonly dependency: ResolvedDependency; readonly name: string };
type InputRule = {
  readonly requirement: string;
  readonly expected: string;
  /** Which inputs are looked at. */
  readonly of: (input: Input) => boolean;
  readonly value: (input: Input) => string | undefined;
  readonly isAllowed: (value: string) => boolean;
};

/** In a message. */
const SHOWN_MAX = 5;

/**
 * What may go into the build is a matter of every trusted provenance: one that lists less does not clear another. So a document that was not
 * heard leaves it open, and one that lists nothing has not listed what it should.
 */
export function judgeMaterials(demand: MaterialsDemand, judging: Judging): Judged {
  const rules = rulesOf(demand);
  const bases = demand.base === undefined ? [] : [judgeBases(demand.base, judging)];
  if (rules.length === 0) return allOf('materials', bases);
  const documents = provenancesOf(judging).map((document) => ({
    document,
    trust: trustLeaves(document, 'materials', { signedBy: demand.signedBy, judging }),
  }));
  const trusted = documents.filter(({ trust }) => trust.every(({ verdict }) => verdict === 'pass'));
  if (trusted.length === 0) {
    const found = documents.map(({ document, trust }) => ({ document, parts: trust }));
    return allOf('materials', [
      anyDocument('materials', found, { judging, expected: 'signed provenance that lists them' }),
      ...bases,
    ]);
  }
  const inputs = trusted.flatMap(({ document }) => rules.map((rule) => judgeInputs(rule, document)));
  return allOf('materials', [...inputs, ...heard('materials', judging, false), ...bases]);
}

function rulesOf({ hosts, repositories, baseImages, digests }: MaterialsDemand): readonly InputRule[] {
  return [
    ...(hosts === undefined
      ? []
      : [
          {
            requirement: 'materials.hosts',
            expected: `from ${hosts.join(', or ')} alone`,
            of: () => true,
            value: hostOf,
            isAllowed: (host: string) => hosts.includes(host),
          },
        ]),
    ...(repositories === undefined
      ? []
      : [
          {
            requirement: 'materials.repositories',
            expected: `source from ${repositories.join(', or ')} alone`,
            of: ({ dependency }: Input) => dependency.role === 'source',
            value: repositoryOf,
            isAllowed: (address: string) => repositories.some((each) => isRepository(each, address)),
          },
        ]),
    ...(baseImages === undefined
      ? []
      : [
          {
            requirement: 'materials.baseImages',
            expected: `base images ${baseImages.join(', or ')} alone`,
            of: ({ dependency }: Input) => dependency.role === 'base',
            value: ({ dependency }: Input) => dependency.image?.name,
            isAllowed: (name: string) => allowed(baseImages, name),
          },
        ]),
    ...(digests === undefined
      ? []
      : [
          {
            requirement: 'materials.digests',
            expected: 'every input with a digest',
            of: () => true,
            value: digestOf,
            isAllowed: () => true,
          },
        ]),
  ];
}

function judgeInputs(rule: InputRule, document: WithProvenance): Leaf {
  const { requirement, expected } = rule;
  const inputs = document.provenance.resolvedDependencies
    .map((dependency) => ({ dependency, name: dependency.uri ?? dependency.name ?? dependency.at }))
    .filter(rule.of);
  const wrong = inputs.filter((input) => {
    const value = rule.value(input);
    return value === undefined || !rule.isAllowed(value);
  });
  const isCut = document.provenance.problems.some(isOfInputs);
  const shown = wrong.slice(0, SHOWN_MAX).map(({ name }) => name);
  return leaf({
    requirement,
    expected,
    got:
      inputs.length === 0
        ? 'no such input is listed'
        : wrong.length === 0
          ? `${inputs.length} listed${isCut ? ', and more that could not be read' : ''}`
          : `${wrong.length} of ${inputs.length} are not: ${shown.join(', ')}${wrong.length > SHOWN_MAX ? ', …' : ''}`,
    holds: inputs.length > 0 && wrong.length === 0 && !isCut,
    evidence: (wrong.length === 0 ? inputs : wrong)
      .slice(0, SHOWN_MAX)
      .map(({ dependency }) => `${documentText(document)} ${dependency.at}`),
  });
}

/** An input that could not be read was left out of the list, and may be any. */
function isOfInputs({ code, at }: ReadProblem): boolean {
  return code === 'TRUNCATED' || (code === 'MALFORMED_ITEM' && /materials|[dD]ependencies/.test(at));
}

function hostOf({ dependency: { image, uri } }: Input): string | undefined {
  if (image !== undefined) return image.name.includes('/') ? image.name.slice(0, image.name.indexOf('/')) : undefined;
  if (uri === undefined) return undefined;
  const address = repositoryOf({ dependency: { uri } }) ?? uri;
  return URL.canParse(address) ? new URL(address).host || undefined : undefined;
}

function repositoryOf({
  dependency: { uri },
}: {
  readonly dependency: Pick<ResolvedDependency, 'uri'>;
}): string | undefined {
  const parsed = uri === undefined ? undefined : parseSourceUrl(uri, 'spdx');
  return parsed?.kind === 'repository' ? parsed.source.url : undefined;
}

/** As long as the digest of any algorithm that is in use, or in Go's own form. */
const SOME_DIGEST = /^(?:[0-9a-f]{32,128}|h1:[A-Za-z0-9+/]{43}=)$/i;

function digestOf({ dependency: { digest, image } }: Input): string | undefined {
  return image?.digest ?? Object.values(digest).find((value) => SOME_DIGEST.test(value));
}
