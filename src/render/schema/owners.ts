import { OWNERS_SCHEMA } from '../owners/owners-document.ts';
import type { Schema } from './build.ts';
import { exactly, list, moment, number, oneWord, record, text, truth } from './build.ts';

const answer = oneWord('Whether there is a file, a rule for the path, and somebody in it; unread is none of these.', [
  'owned',
  'unowned',
  'noRule',
  'noFile',
  'unread',
]);

const rule = {
  line: number('The line of the file, from 1.'),
  pattern: text('As written.'),
  optional: truth('GitLab: the review is asked for and not required.'),
  approvals: number('GitLab: how many of the owners must approve.'),
  owners: list('As written.', text('An owner.')),
};
const section = text('GitLab: the section that it is in.');

const owner: Schema = record(
  'Somebody who owns the path.',
  {
    owner: text('As written.'),
    kind: oneWord('What the text tells of it.', ['user', 'team', 'account', 'email', 'role']),
    contacts: list(
      'How to reach it, by catalogs.',
      record('A contact.', {
        kind: oneWord('What it is.', ['email', 'chat', 'pager', 'onCall']),
        address: text('Where.'),
        from: text('Where it was read.'),
      }),
    ),
  },
  { members: list('Of a team, as its forge has it now.', text('A login.')) },
);

const path: Schema = record(
  'A path, and who owns it.',
  {
    path: text('From the root of the repository; empty for the root.'),
    kind: oneWord('What was asked for.', ['file', 'directory']),
    answer,
    owners: list('All of them.', owner),
  },
  {
    isThere: truth('Whether there is such a path at the commit; rules hold for what is not there too.'),
    file: text('The CODEOWNERS file that was read.'),
    dialect: text('By whose rules.'),
    because: text('Why by these.'),
    rules: list('The rules that decide.', record('A rule.', rule, { section })),
    looked: list('Where no file was found.', text('A path.')),
    error: record('Why it was not read.', { code: text('What kind of error.'), message: text('What happened.') }),
    today: record('The same at the head of the default branch.', {
      answer,
      owners: list('As written.', text('An owner.')),
      isSame: truth('The owners are the same.'),
    }),
    matching: list(
      'With --explain: every rule that matches, in the order of the file.',
      record(
        'A rule.',
        { ...rule, outcome: oneWord('What became of it.', ['decides', 'excludes', 'loses']) },
        { section, to: number('The line that it loses to.') },
      ),
    ),
  },
);

/** The document of `owners --format json`. */
export const ownersSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: OWNERS_SCHEMA,
  ...record(
    'Who owns paths of a repository at one commit.',
    {
      schema: exactly('The name and version of this format.', OWNERS_SCHEMA),
      repository: text('An address, or the folder of a clone.'),
      revision: text('As it was asked for.'),
      commit: text('The commit that was read.'),
      paths: list('In the order asked.', path),
      unheard: list(
        'Who could not be asked, beside who answered.',
        record(
          'One of them.',
          { source: text('What was not heard.'), code: text('What kind of error.'), message: text('What happened.') },
          { hint: text('What can be done about it.') },
        ),
      ),
    },
    {
      isReachable: truth(
        'Whether a branch or a tag leads to the commit: what is on none may be anybody’s. Missing where that was not heard.',
      ),
      asOf: moment('When it was read, where that can change.'),
      head: record(
        'The head of the default branch.',
        { commit: text('Its commit.') },
        { branch: text('Its branch.'), asOf: moment('When it was seen there.') },
      ),
    },
  ),
};
