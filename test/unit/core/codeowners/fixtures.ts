import { readFileSync } from 'node:fs';
import * as v from 'valibot';

const Lines = v.array(v.string());

const Cases = v.object({
  githubDocumentation: Lines,
  /** `owners` is null where no rule matches. */
  github: v.array(
    v.object({
      id: v.string(),
      codeowners: v.union([Lines, v.literal('GITHUB_DOCUMENTATION')]),
      path: v.string(),
      owners: v.nullable(Lines),
    }),
  ),
  /** To each path the text that stands for owners, by section; null where no rule matches. */
  gitlab: v.array(
    v.object({
      id: v.string(),
      codeowners: Lines,
      paths: v.record(v.string(), v.nullable(v.record(v.string(), v.string()))),
    }),
  ),
  gitea: v.array(
    v.object({
      id: v.string(),
      codeowners: Lines,
      paths: v.record(v.string(), v.nullable(Lines)),
      problem: v.optional(v.string()),
    }),
  ),
});

const PublicPatterns = v.object({
  gitignoreLike: v.array(v.object({ name: v.string(), pattern: v.string(), matches: Lines, misses: Lines })),
  differences: v.array(
    v.object({
      suite: v.string(),
      says: v.string(),
      pattern: v.string(),
      path: v.string(),
      suiteMatches: v.boolean(),
      because: v.string(),
    }),
  ),
});

export function readCases(): v.InferOutput<typeof Cases> {
  return v.parse(Cases, readFixture('cases.json'));
}

export function readPublicPatterns(): v.InferOutput<typeof PublicPatterns> {
  return v.parse(PublicPatterns, readFixture('public-patterns.json'));
}

function readFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../../../fixtures/codeowners/${name}`, import.meta.url), 'utf8'));
}
