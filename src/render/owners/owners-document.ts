import { formatPlace } from '../../core/catalog/model.ts';
import type { MatchingRule } from '../../core/codeowners/explain.ts';
import type { Rule } from '../../core/codeowners/model.ts';
import type { OwnedPath, OwnersReport } from '../../core/model/owners-report.ts';
import type { PathOwnership } from '../../core/source/ownership.ts';
import { driftOf, ownersIn } from '../../core/source/ownership.ts';
import { documentsText } from '../json.ts';
import { unheardIn } from './unheard.ts';

export const OWNERS_SCHEMA = 'provtrace/owners/1';

/** What `schema/owners.ts` describes; undefined members are for JSON to leave out. */
export function renderOwnersJson(report: OwnersReport): string {
  const { repository, revision, reading, paths, read } = report;
  const { reachability } = reading;
  const head = reading.head.kind === 'found' ? reading.head : undefined;
  return documentsText([
    {
      schema: OWNERS_SCHEMA,
      repository,
      revision,
      commit: reading.commit.id,
      isReachable: reachability.kind === 'found' ? reachability.value.refs.length > 0 : undefined,
      asOf: read.reading.kind === 'found' ? read.reading.asOf : undefined,
      head: head === undefined ? undefined : { branch: head.value.branch, commit: head.value.commit, asOf: head.asOf },
      paths: paths.map((path) => pathPart(path, report)),
      unheard: unheardIn(report).map(({ source, error: { code, message, hint } }) => ({ source, code, message, hint })),
    },
  ]);
}

function pathPart({ ownership, isThere, contacts, explanation }: OwnedPath, { read }: OwnersReport): object {
  const { asked, atCommit, atHead } = ownership;
  return {
    path: asked.path,
    kind: asked.kind,
    isThere,
    answer: atCommit.kind,
    owners: ownersIn(atCommit).map((owner) => ({
      owner: owner.text,
      kind: owner.kind,
      members: read.teams.get(owner.name)?.members.map(({ login }) => login),
      contacts: (contacts.get(owner.text) ?? []).map(({ kind, address, place }) => ({
        kind,
        address,
        from: formatPlace(place),
      })),
    })),
    ...rulesPart(atCommit),
    today:
      atHead === undefined
        ? undefined
        : {
            answer: atHead.kind,
            owners: ownersIn(atHead).map(({ text }) => text),
            isSame: driftOf(ownership) === undefined,
          },
    matching: explanation?.matching.map(matchingPart),
  };
}

function rulesPart(ownership: PathOwnership): object {
  switch (ownership.kind) {
    case 'noFile':
      return { looked: ownership.looked };
    case 'unread':
      return { error: { code: ownership.error.code, message: ownership.error.message } };
    case 'noRule':
    case 'unowned':
    case 'owned': {
      const { file, dialect } = ownership.rules;
      const rules = ownership.answer.kind === 'noRule' ? [] : ownership.answer.rules;
      return { file: file.path, dialect: dialect.dialect, because: dialect.reason, rules: rules.map(rulePart) };
    }
  }
}

function rulePart({ line, pattern, section, optional, approvals, owners }: Rule): object {
  return { line, pattern, section, optional, approvals, owners: owners.map(({ text }) => text) };
}

function matchingPart(matching: MatchingRule): object {
  return {
    ...rulePart(matching.rule),
    outcome: matching.outcome,
    to: matching.outcome === 'loses' ? matching.to.line : undefined,
  };
}
