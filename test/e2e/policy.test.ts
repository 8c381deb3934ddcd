import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority } from '../support/authority.ts';
import type { TestServer } from '../support/http-server.ts';
import { QUALITY, fillBased, fillReleased, releaser } from '../support/policy-images.ts';
import { startRegistry } from '../support/registry-server.ts';
import type { ToolRun } from '../support/run-tool.ts';
import { runTool } from '../support/run-tool.ts';
import { emptyRepository } from '../support/test-repository.ts';

/* One image, and policies that differ in one line: by one it passes, by the other it fails, and says by which requirement. */
const folder = mkdtempSync(join(tmpdir(), 'provtrace-policy-'));
const root = join(folder, 'trusted_root.json');
let server: TestServer;
let files = 0;

beforeAll(async () => {
  const authority = createAuthority({ name: 'acme' });
  const repository = emptyRepository();
  await fillReleased(repository, authority);
  writeFileSync(root, authority.trustedRootJson);
  const [base, api] = [emptyRepository(), emptyRepository()];
  const repositories = { 'acme/shop': repository, 'acme/base': base, 'acme/api': api };
  server = await startRegistry({ repositories: new Map(Object.entries(repositories)) });
  await fillBased({ base, api }, authority, server.host);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const SIGNERS = { signers: { of: [releaser(root)] } };
const TRUST = ['--trusted-root', root];

type File = { readonly rule?: object; readonly rules?: readonly object[]; readonly file?: object };

/** Writes a policy of one rule for every image, and gives its path. */
function policyFile(require: object, { rule, rules = [], file }: File = {}): string {
  const path = join(folder, `policy-${++files}.json`);
  const whole = { version: 1, rules: [{ name: 'release', images: ['**'], require, ...rule }, ...rules], ...file };
  writeFileSync(path, JSON.stringify(whole));
  return path;
}

function verify(tag: string, policy: string, ...flags: readonly string[]): Promise<ToolRun> {
  const argv = ['verify', `${server.host}/acme/shop:${tag}`, '--policy', policy, ...TRUST, '--format', 'json'];
  return runTool([...argv, ...flags], { folder });
}

type Judged = {
  readonly requirement: string;
  readonly verdict: string;
  readonly parts?: readonly Judged[];
  readonly nearest?: string;
};
type Document = {
  readonly verdict: string;
  readonly reason: string;
  readonly policy: {
    readonly isUnruled: boolean;
    readonly rules: readonly {
      readonly found: string;
      readonly verdict: string;
      readonly waiver?: { readonly kind: string };
      readonly expired: readonly { readonly expires: string }[];
      readonly judged: Judged;
    }[];
  };
};

function documentOf(ran: ToolRun): Document {
  const document: Document = JSON.parse(ran.stdout);
  return document;
}

function leavesOf(judged: Judged): readonly Judged[] {
  return judged.parts === undefined ? [judged] : judged.parts.flatMap(leavesOf);
}

/** The requirements that have this verdict, wherever in the tree. */
function requirementsThat(verdict: string, ran: ToolRun): readonly string[] {
  const leaves = documentOf(ran).policy.rules.flatMap(({ judged }) => leavesOf(judged));
  return leaves.filter((leaf) => leaf.verdict === verdict).map(({ requirement }) => requirement);
}

const CASES: readonly (readonly [section: string, good: object, bad: object, requirement: string])[] = [
  ['signers', SIGNERS, { signers: { of: [{ ...releaser(root), identity: 'ada@acme.example' }] } }, 'signers'],
  [
    'provenance: repository',
    { ...SIGNERS, provenance: { repositories: ['https://github.com/acme/shop'] } },
    { ...SIGNERS, provenance: { repositories: ['https://github.com/acme/other'] } },
    'provenance.repositories',
  ],
  [
    'provenance: ref',
    { ...SIGNERS, provenance: { ref: { branches: ['main'] } } },
    { ...SIGNERS, provenance: { ref: { tags: ['v*'] } } },
    'provenance.ref',
  ],
  [
    'provenance: trigger',
    { ...SIGNERS, provenance: { triggers: ['push'] } },
    { ...SIGNERS, provenance: { triggers: ['workflow_dispatch'] } },
    'provenance.triggers',
  ],
  [
    'materials',
    { ...SIGNERS, materials: { hosts: ['github.com'] } },
    { ...SIGNERS, materials: { hosts: ['gitlab.com'] } },
    'materials.hosts',
  ],
  [
    'SBOM: format',
    { ...SIGNERS, sbom: { formats: ['cyclonedx-*'], boundToDigest: true, maxAge: '7d' } },
    { ...SIGNERS, sbom: { formats: ['spdx-*'], boundToDigest: true, maxAge: '7d' } },
    'sbom.formats',
  ],
  ['SBOM: age', { ...SIGNERS, sbom: { maxAge: '7d' } }, { ...SIGNERS, sbom: { maxAge: '1d' } }, 'sbom.maxAge'],
  [
    'SBOM: forbidden packages, by version',
    { ...SIGNERS, sbom: { forbidden: [{ purl: 'pkg:npm/left-pad', versions: 'vers:npm/<1.3.0' }] } },
    { ...SIGNERS, sbom: { forbidden: [{ purl: 'pkg:npm/left-pad', versions: 'vers:npm/<=1.3.0' }] } },
    'sbom.forbidden',
  ],
  [
    'attestations, with CEL',
    { ...SIGNERS, attestations: [{ predicateType: QUALITY, cel: 'predicate.approved && predicate.score >= 8' }] },
    { ...SIGNERS, attestations: [{ predicateType: QUALITY, cel: 'predicate.approved && predicate.score >= 9' }] },
    'attestations.cel',
  ],
  [
    'vulnerabilities, with what VEX settles',
    { ...SIGNERS, vulnerabilities: { noneAbove: 'medium' } },
    { ...SIGNERS, vulnerabilities: { noneAbove: 'low' } },
    'vulnerabilities',
  ],
  [
    'any of two',
    { ...SIGNERS, any: [{ provenance: { triggers: ['release'] } }, { provenance: { triggers: ['push'] } }] },
    { ...SIGNERS, any: [{ provenance: { triggers: ['release'] } }, { provenance: { triggers: ['schedule'] } }] },
    'provenance.triggers',
  ],
];

describe('one line of policy decides', () => {
  test.each(CASES)('%s', async (_section, good, bad, requirement) => {
    const passed = await verify('1.4', policyFile(good));
    expect(requirementsThat('fail', passed).filter((name) => name === requirement && !('any' in good))).toEqual([]);
    expect([passed.code, documentOf(passed).verdict]).toEqual([0, 'pass']);
    const refused = await verify('1.4', policyFile(bad));
    expect([refused.code, documentOf(refused).verdict]).toEqual([1, 'fail']);
    expect(requirementsThat('fail', refused)).toContain(requirement);
  });

  test('nothing of it is met by an image without attestations', async () => {
    for (const [, good] of CASES) expect((await verify('plain', policyFile(good))).code).toBe(1);
  });
});

describe('what nobody could be asked is undecided', () => {
  test('the source, where no repository is asked', async () => {
    const ran = await verify('1.4', policyFile({ ...SIGNERS, source: { signedCommits: true } }));
    expect(ran.code).toBe(3);
    expect(requirementsThat('undecided', ran)).toEqual(['source.signedCommits']);
  });

  test('a failure beside it stays a failure', async () => {
    const require = { ...SIGNERS, provenance: { triggers: ['release'] }, source: { signedCommits: true } };
    expect((await verify('1.4', policyFile(require))).code).toBe(1);
  });
});

describe('warnings and exceptions let through, and are shown', () => {
  const FAILING = { ...SIGNERS, provenance: { triggers: ['release'] } };
  const exception = (expires: string, about: object) => ({
    exceptions: [{ rule: 'release', reason: 'ticket 12', owner: 'platform', expires, ...about }],
  });

  test('mode: warn', async () => {
    const ran = await verify('1.4', policyFile(FAILING, { rule: { mode: 'warn' } }));
    expect(ran.code).toBe(0);
    expect(documentOf(ran).policy.rules[0]).toMatchObject({ found: 'fail', verdict: 'pass', waiver: { kind: 'warn' } });
    expect(documentOf(ran).reason).toContain('only a warning');
  });

  test('an exception until its last day, and not after; --at asks about another day', async () => {
    const images = { images: `${server.host}/acme/*` };
    const held = await verify('1.4', policyFile(FAILING, { file: exception('2026-06-01', images) }));
    expect(held.code).toBe(0);
    expect(documentOf(held).policy.rules[0]).toMatchObject({ found: 'fail', waiver: { kind: 'exception' } });
    const over = policyFile(FAILING, { file: exception('2026-05-31', images) });
    const late = await verify('1.4', over);
    expect(late.code).toBe(1);
    expect(documentOf(late).policy.rules[0]?.expired).toMatchObject([{ expires: '2026-05-31' }]);
    expect((await verify('1.4', over, '--effective-time', '2026-05-31T23:00:00Z')).code).toBe(0);
  });

  test('an exception for another image lets nothing through', async () => {
    const file = exception('2027-01-01', { images: 'ghcr.io/acme/*' });
    expect((await verify('1.4', policyFile(FAILING, { file }))).code).toBe(1);
  });
});

describe('an image without a rule', () => {
  const elsewhere = { rule: { images: ['ghcr.io/acme/*'] } };
  test('fails', async () => {
    const ran = await verify('1.4', policyFile(SIGNERS, elsewhere));
    expect(ran.code).toBe(1);
    expect(documentOf(ran).policy.isUnruled).toBe(true);
    expect(documentOf(ran).reason).toContain('no rule of the policy is for');
  });

  test('is reported, where the file says so', async () => {
    const ran = await verify('1.4', policyFile(SIGNERS, { ...elsewhere, file: { default: 'report' } }));
    expect(ran.code).toBe(0);
    expect(documentOf(ran).policy.isUnruled).toBe(true);
  });
});

describe('platforms', () => {
  const every = { rule: { platforms: { required: 'every' } } };
  test('every one is judged without being asked for, and one that fails fails the image', async () => {
    const ran = await verify('platforms', policyFile(SIGNERS, every));
    const documents: readonly { readonly verdict: string; readonly platforms: Judged }[] = JSON.parse(ran.stdout);
    expect(documents.map(({ verdict }) => verdict).sort()).toEqual(['fail', 'pass']);
    expect(documents[0]?.platforms.verdict).toBe('fail');
    expect(ran.code).toBe(1);
  });

  test('one that was not judged is undecided', async () => {
    const ran = await verify('platforms', policyFile(SIGNERS, every), '--platform', 'linux/amd64');
    expect(ran.code).toBe(3);
    expect(ran.stdout).toContain('linux/arm64 was not judged');
  });

  test('one is meant as the index calls it, which says more than the configuration', async () => {
    const named = policyFile(SIGNERS, { rule: { platforms: { required: ['linux/amd64/v3'] } } });
    expect((await verify('platforms', named, '--platform', 'linux/amd64')).code).toBe(0);
  });

  test('one that the index does not have fails', async () => {
    const named = policyFile(SIGNERS, { rule: { platforms: { required: ['linux/amd64', 'linux/s390x'] } } });
    expect((await verify('platforms', named, '--platform', 'linux/amd64')).code).toBe(1);
  });
});

describe('the base image, under a rule of its own', () => {
  const held = (require: object, depth = 1): Promise<ToolRun> => {
    const rule = { images: ['**/acme/api'] };
    const policy = policyFile(
      { ...SIGNERS, materials: { base: { rule: 'base', depth } } },
      { rule, rules: [{ name: 'base', require }] },
    );
    const argv = ['verify', `${server.host}/acme/api:1`, '--policy', policy, ...TRUST, '--format', 'json'];
    return runTool(argv, { folder });
  };

  test('passes and fails by that rule', async () => {
    expect((await held({ ...SIGNERS, provenance: { triggers: ['push'] } })).code).toBe(0);
    const refused = await held({ ...SIGNERS, provenance: { triggers: ['release'] } });
    expect([refused.code, requirementsThat('fail', refused)]).toEqual([1, ['provenance.triggers']]);
  });

  test('one that nobody names does not meet it', async () => {
    const ran = await held(SIGNERS, 2);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('a base image 2 below that meets the rule base');
  });
});

describe('beside other requirements', () => {
  test('both must hold', async () => {
    const policy = policyFile(SIGNERS);
    expect((await verify('1.4', policy, '--source-ref', 'refs/heads/main', ...pinned)).code).toBe(0);
    expect((await verify('1.4', policy, '--source-ref', 'refs/heads/next', ...pinned)).code).toBe(1);
    const strict = policyFile({ ...SIGNERS, provenance: { triggers: ['release'] } });
    expect((await verify('1.4', strict, '--source-ref', 'refs/heads/main', ...pinned)).code).toBe(1);
  });

  test('a builder too, which alone requires nothing', async () => {
    expect((await verify('1.4', policyFile(SIGNERS), '--builder', 'https://builder.example')).code).toBe(1);
  });

  const pinned = [
    '--identity',
    'https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main',
    '--issuer',
    'https://token.actions.githubusercontent.com',
  ];
});

describe('policies of the configuration', () => {
  const configured = async (policies: unknown, ...flags: readonly string[]): Promise<ToolRun> => {
    const config = join(folder, `config-${++files}.yaml`);
    writeFileSync(config, JSON.stringify({ policies }));
    return runTool(
      ['verify', `${server.host}/acme/shop:1.4`, ...TRUST, '--config', config, '--format', 'json', ...flags],
      {
        folder,
      },
    );
  };

  test('one for all images', async () => {
    expect((await configured(policyFile(SIGNERS))).code).toBe(0);
    expect((await configured(policyFile({ ...SIGNERS, provenance: { triggers: ['release'] } }))).code).toBe(1);
  });

  test('by pattern: the most specific decides, and an image without one fails', async () => {
    const good = policyFile(SIGNERS);
    const bad = policyFile({ ...SIGNERS, provenance: { triggers: ['release'] } });
    expect((await configured({ '**': bad, [`${server.host}/acme/*`]: good })).code).toBe(0);
    expect((await configured({ '**': good, [`${server.host}/acme/*`]: bad })).code).toBe(1);
    const none = await configured({ 'ghcr.io/**': good });
    expect(none.code).toBe(1);
    expect(documentOf(none).reason).toContain('no policy of the configuration is for');
  });

  test('which file is meant is never guessed', async () => {
    const good = policyFile(SIGNERS);
    const ran = await configured({ [`${server.host}/acme/*`]: good, [`${server.host}/*/shop`]: good });
    expect([ran.code, ran.stdout.includes('is not clear')]).toEqual([2, true]);
  });

  test('a file of the working folder may not say what is required', async () => {
    const project = mkdtempSync(join(folder, 'project-'));
    writeFileSync(join(project, 'provtrace.yaml'), JSON.stringify({ policies: policyFile(SIGNERS) }));
    const ran = await runTool(['verify', `${server.host}/acme/shop:1.4`, ...TRUST], { folder: project });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('can be changed by a pull request');
  });
});
