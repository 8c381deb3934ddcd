import { readFileSync } from 'node:fs';

type GithubCase = {
  readonly id: string;
  /** Lines, or the example of GitHub's documentation. */
  readonly codeowners: readonly string[] | 'GITHUB_DOCUMENTATION';
  readonly path: string;
  /** Null where no rule matches. */
  readonly owners: readonly string[] | null;
};
type GitlabCase = {
  readonly id: string;
  readonly codeowners: readonly string[];
  /** To each path the text that stands for owners, by section; null where no rule matches. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, string>> | null>>;
};
type GiteaCase = {
  readonly id: string;
  readonly codeowners: readonly string[];
  readonly paths: Readonly<Record<string, readonly string[] | null>>;
  readonly problem?: string;
};
export type Cases = {
  readonly githubDocumentation: readonly string[];
  readonly github: readonly GithubCase[];
  readonly gitlab: readonly GitlabCase[];
  readonly gitea: readonly GiteaCase[];
};

export type PublicPatterns = {
  readonly gitignoreLike: readonly {
    readonly name: string;
    readonly pattern: string;
    readonly matches: readonly string[];
    readonly misses: readonly string[];
  }[];
  readonly differences: readonly {
    readonly suite: string;
    readonly says: string;
    readonly pattern: string;
    readonly path: string;
    readonly suiteMatches: boolean;
    readonly because: string;
  }[];
};

export function readCases(): Cases {
  return JSON.parse(readFileSync(new URL('cases.json', FOLDER), 'utf8')) as Cases;
}

export function readPublicPatterns(): PublicPatterns {
  return JSON.parse(readFileSync(new URL('public-patterns.json', FOLDER), 'utf8')) as PublicPatterns;
}

const FOLDER = new URL('../../../../fixtures/codeowners/', import.meta.url);
