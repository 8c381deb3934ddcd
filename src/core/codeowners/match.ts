import { ToolError } from '../errors.ts';
import { indexedPath } from './glob-index.ts';
import { matchSteps } from './match-steps.ts';
import type { AskedPath, CodeownersFile, Dialect, Owner, Rule } from './model.ts';

/** What Linux takes for a path. */
const PATH_CHARACTERS_MAX = 4096;

/** Of a directory is asked who owns a file in it that no rule knows by name. */
export type PathKind = 'file' | 'directory';

/** Whom a file names for a path, and where: `file`, and in each rule line, pattern and section. The three answers are never one another. */
export type OwnersAnswer = {
  /** The path that was asked for, from the root of the repository. */
  readonly path: string;
  readonly file: string;
  readonly dialect: Dialect;
} & (
  | { readonly kind: 'noRule' }
  /** Each deciding rule says that nobody owns it. */
  | { readonly kind: 'unowned'; readonly rules: readonly Rule[] }
  /** `rules`: of GitLab one a section, of which some may be without owners; of Gitea all that match. `owners`: of all of them, each once. */
  | { readonly kind: 'owned'; readonly rules: readonly Rule[]; readonly owners: readonly Owner[] }
);

/**
 * Who owns the path, by the forge's rules.
 * @throws ToolError `TOO_LARGE` for a path or for patterns that could keep us busy
 */
export function ownersOf(file: CodeownersFile, path: string, kind: PathKind = 'file'): OwnersAnswer {
  return answerFor(file, askedPath(path, kind));
}

export function answerFor(file: CodeownersFile, asked: AskedPath): OwnersAnswer {
  const steps = matchSteps();
  const rules = file.deciders.flatMap((decide) => decide(asked, steps));
  const about = { path: asked.text, file: file.path, dialect: file.dialect };
  if (rules.length === 0) return { ...about, kind: 'noRule' };
  const owners = [...new Map(rules.flatMap((rule) => rule.owners).map((owner) => [owner.text, owner])).values()];
  return owners.length === 0 ? { ...about, kind: 'unowned', rules } : { ...about, kind: 'owned', rules, owners };
}

/** A directory is its path with a file's empty name after it, which every `*` takes and nothing else does. */
export function askedPath(path: string, kind: PathKind): AskedPath {
  if (path.length > PATH_CHARACTERS_MAX) {
    throw new ToolError('TOO_LARGE', 'the path is too long', {
      expected: `at most ${PATH_CHARACTERS_MAX} characters`,
      got: `${path.length}`,
    });
  }
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  const segments = kind === 'directory' ? [...names, ''] : names;
  const trailing = kind === 'file' && path.endsWith('/') ? '/' : '';
  return { ...indexedPath(segments), text: segments.join('/') + trailing };
}
