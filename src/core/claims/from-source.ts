import { withoutUndefined } from '../defined.ts';
import type { Gathered } from '../model/chain.ts';
import type { CheckedCommitSignature } from '../model/commit-signature.ts';
import type { Evidence, FactName, Place, Problem, Relation } from '../model/evidence.ts';
import type { SourceCommit, SourcePerson, SourceReading, SourceRoot } from '../model/source.ts';
import type { Outcome } from '../model/outcome.ts';
import { failed } from '../model/outcome.ts';
import { ToolError } from '../errors.ts';
import type { SourceFacts } from '../source/facts.ts';
import type { Answered } from './about-source.ts';
import { evidenceOf, hostOf, placeOf, problemOf } from './about-source.ts';
import { claimsOfCodeowners, placesOfCodeowners } from './from-codeowners.ts';
import { claimsOfSourceTrack } from './from-source-track.ts';
import { RANKS } from './ranks.ts';

/** What a repository and its forge answer about one source, as evidence: the commit, its review, and who owns the paths that were asked for. */
export function gatheredOfSource(facts: SourceFacts): Gathered {
  return {
    evidence: [
      ...claimsOfCommit(facts),
      ...claimsOfReview(facts),
      ...claimsOfSourceTrack(facts),
      ...claimsOfCodeowners(facts),
    ],
    problems: problemsOf(facts),
    places: [...placesOf(facts), ...placesOfCodeowners(facts)],
    documents: [],
    remarks: [],
  };
}

/** Anybody can write a commit: what it says of itself is declared. Where it stands is the repository's own answer. */
function claimsOfCommit({ read, commit }: SourceFacts): readonly Evidence[] {
  if (commit === undefined || read.reading.kind !== 'found' || read.asked.about.kind === 'repository') return [];
  const { about } = read.asked;
  const { reachability } = read.reading.value;
  const isAlone = samePerson(commit.author, commit.committer);
  const said: readonly (readonly [FactName, string | undefined])[] = [
    ['author', personText(commit.author)],
    ['committer', isAlone ? undefined : personText(commit.committer)],
    ['committedOn', commit.committer.at],
    ['subject', subjectOf(commit)],
  ];
  const fact = (name: FactName, value: string, answered: Omit<Answered, 'collector'>): Evidence =>
    evidenceOf(
      { kind: 'fact', about, name, value },
      { ...answered, collector: 'git', rank: RANKS.commit, location: locationOf(about) },
    );
  return [
    ...said.flatMap(([name, value]) => (value === undefined ? [] : [fact(name, value, { strength: 'declared' })])),
    ...(read.signature === undefined
      ? []
      : [fact('commitSignature', signatureText(read.signature), signatureWorth(read.signature))]),
    ...(reachability.kind === 'found' && reachability.value.refs[0] !== undefined
      ? [
          fact(
            'branch',
            reachability.value.refs[0],
            withoutUndefined({ ...worthOfBranches(read.reading.value), asOf: reachability.asOf }),
          ),
        ]
      : []),
  ];
}

/** Whose answer it is where a branch is. */
function worthOfBranches({ clone }: SourceReading): Omit<Answered, 'collector'> {
  return clone === undefined
    ? { strength: 'attested' }
    : { strength: 'declared', why: `as the clone ${clone.folder} remembers it` };
}

/** The address of the commit, as far as it is known. */
function locationOf(about: SourceRoot): string {
  return about.kind === 'repository' ? about.url : `commit ${about.commit} of ${about.repository}`;
}

function samePerson(left: SourcePerson, right: SourcePerson): boolean {
  return left.name === right.name && left.email === right.email;
}

export function personText({ name, email }: SourcePerson): string {
  return email === '' ? name : `${name} <${email}>`;
}

export function subjectOf({ message }: SourceCommit): string | undefined {
  const [subject = ''] = message.trimStart().split('\n', 1);
  return subject.trim() === '' ? undefined : subject.trim();
}

const KINDS: Readonly<Record<CheckedCommitSignature['kind'], string>> = {
  openpgp: 'OpenPGP',
  ssh: 'SSH',
  x509: 'X.509',
  gitsign: 'gitsign',
  unknown: 'unknown kind',
};

/** `good (SSH, jane@acme.example, SHA256:…)`. */
export function signatureText({ kind, result, identity, issuer, key }: CheckedCommitSignature): string {
  const by = identity === undefined ? undefined : issuer === undefined ? identity : `${identity} by ${issuer}`;
  const parts = [KINDS[kind], result === 'unchecked' && by !== undefined ? `claimed: ${by}` : by, key];
  return `${result === 'unchecked' ? 'not checked' : result} (${parts.filter((part) => part !== undefined).join(', ')})`;
}

function signatureWorth({ result, trustedBy, why }: CheckedCommitSignature): Omit<Answered, 'collector'> {
  const strength = result === 'good' && trustedBy !== undefined ? 'attested' : 'declared';
  return withoutUndefined({ strength, why });
}

/** SPEC 3: a forge's answer about this very commit is attested; what a message says is worked out. */
function claimsOfReview({ read, review, hints, commit }: SourceFacts): readonly Evidence[] {
  const from = read.asked.about;
  if (from.kind === 'repository') return [];
  const edge = (url: string, answered: Answered & { rank: number; location: string }): Evidence =>
    evidenceOf({ kind: 'edge', from, relation: 'reviewedBy', to: { kind: 'review', url } }, answered);
  const request = review?.chosen?.request;
  const host = hostOf(from.repository);
  const asked =
    request === undefined || read.forge.kind !== 'found'
      ? []
      : [
          edge(
            request.url,
            withoutUndefined({
              collector: 'forge',
              strength: 'attested' as const,
              why: `the word of ${host} alone`,
              asOf: read.forge.asOf,
              rank: RANKS.commit,
              location: `${host}, which was asked about ${from.commit}`,
            }),
          ),
        ];
  const hinted = (hints?.requests ?? []).flatMap(({ url, from: written }) =>
    url === undefined || commit === undefined
      ? []
      : [
          edge(url, {
            collector: 'git',
            strength: 'inferred',
            why: 'whoever writes a commit writes its message',
            rank: RANKS.naming,
            location: `message of commit ${commit.id}: ${written}`,
          }),
        ],
  );
  return [...asked, ...hinted];
}

const OF_SOURCE: readonly Relation[] = ['reviewedBy', 'ownedBy', 'componentOf', 'contactOf'];

function problemsOf(facts: SourceFacts): readonly Problem[] {
  const { asked, reading, forge } = facts.read;
  const ofGit = { collector: 'git', at: asked.about };
  const ofForge = { collector: 'forge', at: asked.about, relations: ['reviewedBy'] as const };
  return [
    ...problemOf(unlessHidden(reading, asked.about), { ...ofGit, relations: OF_SOURCE }),
    ...problemOf(unlessHidden(forge, asked.about), ofForge),
    ...(reading.kind === 'found' ? problemsOfReading(reading.value, facts) : []),
    ...(forge.kind === 'found' ? problemOf(forge.value.reviews, ofForge) : []),
  ];
}

/** Whether the commit is of the repository bears on whoever is said to own it; the rest settles no step. */
function problemsOfReading(
  { reachability, head, notes, clone }: SourceReading,
  facts: SourceFacts,
): readonly Problem[] {
  const about = { collector: 'git', at: facts.read.asked.about, relations: [] };
  const isOwned = facts.ownerships.some(({ atCommit }) => atCommit.kind === 'owned');
  return [
    ...problemOf(reachability, { ...about, relations: isOwned ? ['ownedBy'] : [] }),
    ...problemOf(head, about),
    ...problemOf(notes, about),
    ...(clone?.instead === undefined ? [] : problemOf(failed(clone.instead), about)),
  ];
}

/** What may not be seen is answered as what is not there: so nobody has said that it is not there. */
function unlessHidden(outcome: Outcome<unknown, string>, about: SourceRoot): Outcome<unknown, string> {
  if (outcome.kind !== 'absent' || outcome.reason !== 'noSuchRepository') return outcome;
  const url = about.kind === 'repository' ? about.url : about.repository;
  return failed(
    new ToolError('NO_SUCH_SOURCE', `there is no repository ${url}, or it may not be seen`, {
      hint: 'a private one needs a credential that git or the forge’s own program has',
    }),
  );
}

/** The ledger: the repository and the forge, and what they said. */
function placesOf({ read }: SourceFacts): readonly Place[] {
  const { asked, reading, forge } = read;
  const at = asked.about;
  const url = at.kind === 'repository' ? at.url : at.repository;
  const clone = reading.kind === 'found' ? reading.value.clone : undefined;
  return [
    placeOf(reading, { at, carrier: clone === undefined ? `repository ${url}` : `clone ${clone.folder}` }),
    ...(forge.kind === 'absent' && forge.reason === 'noForge'
      ? []
      : [placeOf(forge, { at, carrier: `forge ${hostOf(url)}` })]),
  ];
}
