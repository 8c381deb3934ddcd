import { hostOf } from '../claims/about-source.ts';
import { entityId } from '../model/entity.ts';
import type { SourceFacts } from '../source/facts.ts';
import { soleSource } from '../source/people.ts';
import { compareRepositoryKeys, repositoryKey } from '../source-url.ts';
import { EXTENSION, extension, readingsOf } from './reading.ts';
import type { Certificate } from './reading.ts';
import type { Examined, FindingRule, Found } from './rule.ts';
import { bothSides, oneFinding } from './rule.ts';

/** What the repository and its forge answer about the commit that the image is said to be of. */
export const SOURCE_RULES: readonly FindingRule<Examined>[] = [
  {
    code: 'COMMIT_UNREACHABLE',
    severity: 'high',
    advice:
      'forges serve the commits of forks under the address of the parent: find out who wrote it before you trust it',
    find: ofSource(({ read }) => {
      if (read.reading.kind !== 'found' || read.reading.value.reachability.kind !== 'found') return [];
      const { commit, reachability, clone } = read.reading.value;
      const seenBy = clone === undefined ? '' : `, as the clone ${clone.folder} remembers it`;
      return oneFinding(
        reachability.value.refs.length === 0 &&
          `${commit.id} is on no branch and no tag of ${urlOf({ read })}${seenBy}`,
      );
    }),
  },
  {
    code: 'TAG_MOVED',
    severity: 'high',
    advice: 'whoever builds this tag today gets something else: find out who moved it, and why',
    find: (examined) =>
      ofSource((facts) => {
        const tag = tagOf(examined);
        const { asked, reading } = facts.read;
        // A clone does not follow the tags of where it comes from, and a head is no commit that anybody tagged.
        if (reading.kind !== 'found' || reading.value.clone !== undefined || asked.about.kind === 'repository')
          return [];
        const { refs } = reading.value;
        if (tag === undefined || refs === undefined || facts.commit === undefined) return [];
        const now = refs.find(({ name }) => name === tag)?.commit;
        if (now === facts.commit.id) return [];
        return oneFinding(
          `${tag} ${now === undefined ? 'is no longer there' : `is ${now} now`}, and the image is of ${facts.commit.id}`,
        );
      })(examined),
  },
  {
    code: 'COMMIT_MISSING',
    severity: 'warn',
    advice: 'it was removed, or never pushed, or may not be seen: ask whoever built the image where it is',
    find: ofSource(({ read }) => {
      if (read.reading.kind !== 'absent') return [];
      const url = urlOf({ read });
      return oneFinding(
        read.reading.reason === 'noSuchCommit'
          ? `${url} has no ${commitOf({ read }) ?? 'default branch'}`
          : read.reading.reason === 'emptyRepository'
            ? `${url} is empty`
            : `there is no ${url}, or it may not be seen`,
      );
    }),
  },
  {
    code: 'COMMIT_SIGNATURE_BAD',
    severity: 'high',
    advice: 'somebody changed the commit after it was signed: do not trust it',
    find: ofSource(({ read }) =>
      oneFinding(
        read.signature?.result === 'bad' && `the signature of the commit does not hold${because(read.signature.why)}`,
      ),
    ),
  },
  {
    code: 'REPO_RENAMED',
    severity: 'info',
    advice: 'use the new address: whoever takes the old name is asked in its place',
    find: ofSource((facts) => {
      const now = addressNow(facts);
      const isOther =
        now !== undefined && compareRepositoryKeys(repositoryKey(now), repositoryKey(urlOf(facts))) === 'different';
      return oneFinding(isOther && `${urlOf(facts)} is now ${now}`);
    }),
  },
  {
    code: 'REPO_REUSED',
    severity: 'high',
    advice: 'another repository has taken the name: what is there now is not what the image was made from',
    find: (examined) =>
      ofSource((facts) => certificatesFor(facts, examined).flatMap((certificate) => reused(facts, certificate)))(
        examined,
      ),
  },
  {
    code: 'VISIBILITY_CHANGED',
    severity: 'info',
    advice: 'who could see the source then is not who can see it now',
    find: (examined) =>
      ofSource((facts) => certificatesFor(facts, examined).flatMap((certificate) => visibility(facts, certificate)))(
        examined,
      ),
  },
];

/** For a rule that looks at the one source of the image. */
export function ofSource(find: (facts: SourceFacts) => readonly Found[]): (examined: Examined) => readonly Found[] {
  return ({ people }) => {
    const facts = people === undefined ? undefined : soleSource(people);
    return facts === undefined ? [] : find(facts).map((found) => ({ about: facts.read.asked.about, ...found }));
  };
}

/** The tag that the image is said to be made from. */
function tagOf({ chain, image }: Examined): string | undefined {
  const ref = chain.facts.find(({ about, name }) => name === 'ref' && entityId(about) === entityId(image.root));
  return ref !== undefined && 'value' in ref && ref.value.startsWith('refs/tags/') ? ref.value : undefined;
}

function urlOf({ read }: Pick<SourceFacts, 'read'>): string {
  const { about } = read.asked;
  return about.kind === 'repository' ? about.url : about.repository;
}

function commitOf({ read }: Pick<SourceFacts, 'read'>): string | undefined {
  return read.asked.about.kind === 'repository' ? undefined : `commit ${read.asked.about.commit}`;
}

function because(why: string | undefined): string {
  return why === undefined ? '' : `: ${why}`;
}

function addressNow({ read }: SourceFacts): string | undefined {
  const moved = read.reading.kind === 'found' ? read.reading.value.movedTo : undefined;
  return moved ?? (read.forge.kind === 'found' ? read.forge.value.repository.url : undefined);
}

/** Of signatures whose run was of this repository, by its name. */
function certificatesFor(facts: SourceFacts, examined: Examined): readonly Certificate[] {
  return readingsOf(examined).flatMap(({ certificate }) => {
    const repository = extension(certificate, 'repository');
    const isSame = repository !== undefined && repositoryKey(repository) === repositoryKey(urlOf(facts));
    return certificate !== undefined && isSame ? [certificate] : [];
  });
}

/** The number stays with the repository, the name does not. */
function reused(facts: SourceFacts, certificate: Certificate): readonly Found[] {
  const then = extension(certificate, 'repositoryId');
  const now = facts.read.forge.kind === 'found' ? facts.read.forge.value.repository.id : undefined;
  if (then === undefined || now === undefined || then === now) return [];
  const isRenamed =
    addressNow(facts) !== undefined && repositoryKey(addressNow(facts) ?? '') !== repositoryKey(urlOf(facts));
  return oneFinding(
    !isRenamed &&
      bothSides(
        ['the certificate', `repository number ${then} was built (extension ${EXTENSION.repositoryId})`],
        [hostOf(urlOf(facts)), `that the name is of number ${now}`],
      ),
  );
}

function visibility(facts: SourceFacts, certificate: Certificate): readonly Found[] {
  const then = extension(certificate, 'visibility');
  const now = facts.read.forge.kind === 'found' ? facts.read.forge.value.repository.visibility : undefined;
  return oneFinding(
    then !== undefined &&
      now !== undefined &&
      then !== now &&
      `the repository was ${then} when the image was signed, and is ${now} now`,
  );
}
