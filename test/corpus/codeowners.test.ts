import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { chooseDialect, type DialectChoice } from '../../src/core/codeowners/dialect.ts';
import { ownersOf } from '../../src/core/codeowners/match.ts';
import type { CodeownersFile } from '../../src/core/codeowners/model.ts';
import { parseCodeowners } from '../../src/core/codeowners/parse.ts';
import { ToolError } from '../../src/core/errors.ts';

const CORPUS = new URL('../../../shared/corpus/codeowners/', import.meta.url);
const absent = !existsSync(CORPUS);

function read(name: string): string {
  return readFileSync(new URL(name, CORPUS), 'utf8');
}

/** The file as it was in its repository, at that path. */
function parse(name: string, path: string): CodeownersFile & Pick<DialectChoice, 'because'> {
  const text = read(name);
  const { dialect, because } = chooseDialect({ path, text });
  return { ...parseCodeowners(text, dialect, path), because };
}

/** What a reader counts: lines that are neither blank nor comments, and of those the ones that begin with `[` or `^[`. */
function count(name: string): { readonly rules: number; readonly headers: number } {
  const lines = read(name)
    .split('\n')
    .filter((line) => !/^\s*(?:#|$)/.test(line));
  const headers = lines.filter((line) => /^\^?\[/.test(line)).length;
  return { rules: lines.length - headers, headers };
}

describe.skipIf(absent)(`real CODEOWNERS files${absent ? ' (skipped: ../shared/corpus is absent)' : ''}`, () => {
  test.each([
    ['esphome.CODEOWNERS', 'CODEOWNERS', 'github', 'default', 481, 0, 0],
    ['azure-pipelines-tasks.CODEOWNERS', '.github/CODEOWNERS', 'github', 'location', 243, 0, 0],
    ['gitlab-runner.gitlab.CODEOWNERS', '.gitlab/CODEOWNERS', 'gitlab', 'location', 20, 4, 0],
    ['gitlab-runner.gitlab.CODEOWNERS', 'CODEOWNERS', 'gitlab', 'content', 20, 4, 0],
    ['kyverno.CODEOWNERS', 'CODEOWNERS', 'github', 'default', 24, 0, 0],
    ['trivy.CODEOWNERS', '.github/CODEOWNERS', 'github', 'location', 14, 0, 0],
    ['github-docs-example.CODEOWNERS', 'docs/CODEOWNERS', 'github', 'default', 11, 0, 0],
    ['codeowners-validator.CODEOWNERS', 'CODEOWNERS', 'github', 'default', 7, 0, 0],
    ['slsa-verifier.CODEOWNERS', 'CODEOWNERS', 'github', 'default', 1, 0, 0],
    ['kolibrios.CODEOWNERS', '.gitea/CODEOWNERS', 'gitea', 'location', 20, 0, 0],
    ['kolibrios.CODEOWNERS', 'CODEOWNERS', 'gitea', 'content', 20, 0, 0],
    // Seven rules above all sections name no owner, on purpose as the comment before them says.
    ['gitlab-ce-first-lines.CODEOWNERS', '.gitlab/CODEOWNERS', 'gitlab', 'location', 65, 6, 7],
  ] as const)('%s at %s: %s by %s, %i rules, %i sections', (name, path, dialect, because, rules, sections, doubts) => {
    const file = parse(name, path);
    expect(file).toMatchObject({ dialect, because, path });
    expect([file.rules.length, file.sections.length]).toEqual([rules, sections]);
    expect(count(name)).toEqual({ rules, headers: sections });
    expect(file.problems.filter(({ effect }) => effect === 'skipped')).toEqual([]);
    expect(file.problems.map(({ code }) => code)).toEqual(Array<string>(doubts).fill('NO_OWNERS'));
  });

  test.each([
    ['cloudflare-workers-sdk.codeowners-plus', '.codeowners', 'codeowners-plus'],
    ['cloudflare-workers-sdk.codeowners-plus', undefined, 'codeowners-plus'],
    ['cloudflare-workers-sdk.codeowners.toml', 'codeowners.toml', 'codeowners-plus'],
    ['k8s-owners/chains__OWNERS', 'OWNERS', 'Kubernetes OWNERS'],
    ['k8s-owners/chains__OWNERS', undefined, 'Kubernetes OWNERS'],
  ])('%s at %s is refused as %s', (name, path, format) => {
    const choose = (): DialectChoice => chooseDialect({ ...(path !== undefined && { path }), text: read(name) });
    expect(choose).toThrow(ToolError);
    expect(choose).toThrow(format);
  });

  test.each([
    ['esphome.CODEOWNERS', 'CODEOWNERS', 'esphome/components/adc/adc_sensor.cpp', ['@esphome/core']],
    ['kyverno.CODEOWNERS', 'CODEOWNERS', 'api/kyverno/v1/doc.go', ['@eddycharly', '@kyverno/kyverno-core-maintainers']],
    ['trivy.CODEOWNERS', '.github/CODEOWNERS', 'helm/trivy/Chart.yaml', ['@aquasecurity/trivy']],
    ['trivy.CODEOWNERS', '.github/CODEOWNERS', 'pkg/fanal/analyzer/config/k8s.go', ['@nikpivkin']],
    ['codeowners-validator.CODEOWNERS', 'CODEOWNERS', 'docs/a/b.md', ['@doctocat']],
    [
      'gitlab-runner.gitlab.CODEOWNERS',
      '.gitlab/CODEOWNERS',
      'helpers/vault/client.go',
      ['@gitlab-com/runner-maintainers', '@gitlab-com/pipeline-security-group/backend'],
    ],
    [
      'gitlab-runner.gitlab.CODEOWNERS',
      '.gitlab/CODEOWNERS',
      'magefiles/hosted_runners/a.go',
      ['@gitlab-com/runner-maintainers', '@gitlab-org/production-engineering/runners-platform'],
    ],
    [
      'kolibrios.CODEOWNERS',
      '.gitea/CODEOWNERS',
      'programs/develop/libraries/http/http.asm',
      ['@KolibriOS/system', '@KolibriOS/network'],
    ],
    ['kolibrios.CODEOWNERS', '.gitea/CODEOWNERS', 'programs/network.inc', ['@KolibriOS/system', '@KolibriOS/network']],
  ] as const)('%s at %s: %s', (name, path, asked, owners) => {
    const answer = ownersOf(parse(name, path), asked);
    expect(answer.kind === 'owned' ? answer.owners.map(({ text }) => text) : answer.kind).toEqual(owners);
  });

  test('a last line without owners takes them from /src', () => {
    const answer = ownersOf(parse('github-docs-example.CODEOWNERS', 'CODEOWNERS'), 'src/main.c');
    expect(answer).toMatchObject({ kind: 'unowned', rules: [{ pattern: '/src', line: 59 }] });
  });
});
