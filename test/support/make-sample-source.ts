import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createGitRepository, git, GIT_ENV } from './git-repository.ts';

export const SAMPLE_SOURCE_FOLDER = resolve(import.meta.dirname, '../../fixtures/sample-source');

/** The Dockerfile of the sample image. */
export const DOCKERFILE = `# syntax=docker/dockerfile:1
FROM golang:1.26-alpine AS build
WORKDIR /src
COPY . .
RUN go build -o /out/cart ./cmd/cart

FROM alpine:3.22
COPY --from=build /out/cart /usr/bin/cart
USER 65532
ENTRYPOINT ["/usr/bin/cart"]
`;

const CATALOG = `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: cart
  title: Shopping cart
spec:
  type: service
  lifecycle: production
  system: shop
  owner: group:default/cart
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata:
  name: cart
  title: The cart team
  annotations:
    github.com/team-slug: acme/cart
spec:
  type: team
  profile:
    email: cart@acme.example
  children: []
`;

const FILES = {
  '.github/CODEOWNERS': '# Last match wins.\n* @acme/platform\n/services/cart/ @acme/cart\n/.github/ @acme/ci\n',
  '.github/workflows/release.yml': 'name: release\non: push\n',
  'services/cart/Dockerfile': DOCKERFILE,
  'services/cart/catalog-info.yaml': CATALOG,
  'services/cart/cmd/cart/main.go': 'package main\n\nfunc main() {}\n',
};

/** A clone of the repository that the sample image says it is of, as if fetched from there: the image's commit, and one after it. */
export function makeSampleSource(folder: string): string {
  const repository = createGitRepository(folder);
  const robin = 'Robin Ekwall <robin@acme.example>';
  repository.commit({ files: FILES, author: robin, at: 1_772_440_000, message: 'Begin the shop\n' });
  const commit = repository.commit({
    files: { 'services/cart/cmd/cart/main.go': 'package main\n\nfunc main() { serve() }\n' },
    author: robin,
    at: 1_772_446_600,
    message: 'Count gifts in the cart (#214)\n\nReviewed-by: Kim Osei <kim@acme.example>\n',
  });
  repository.commit({
    files: { 'README.md': '# The shop\n' },
    author: robin,
    at: 1_772_533_000,
    message: 'Say what this is (#215)\n',
  });
  return commit;
}

/** As plain files that a repository can hold: loose objects, and nothing that git writes for itself. */
function writeSampleSource(): void {
  const made = mkdtempSync(join(tmpdir(), 'provtrace-sample-'));
  const packed = join(made, 'packed.git');
  const loose = join(made, 'loose.git');
  makeSampleSource(packed);
  git(['init', '-q', '-b', 'main', '--bare', loose]);
  const objects = git(['-C', packed, 'rev-list', '--objects', '--all']);
  const pack = git(['-C', packed, 'pack-objects', '-q', join(made, 'pack')], objects.replaceAll(/ .*/g, '')).trim();
  execFileSync('git', ['-C', loose, 'unpack-objects', '-q'], {
    env: GIT_ENV,
    input: readFileSync(join(made, `pack-${pack}.pack`)),
  });
  git(['-C', loose, 'update-ref', 'refs/heads/main', git(['-C', packed, 'rev-parse', 'main']).trim()]);
  for (const name of ['hooks', 'info', 'branches', 'description'])
    rmSync(join(loose, name), { recursive: true, force: true });
  for (const name of ['info', 'pack']) rmSync(join(loose, 'objects', name), { recursive: true, force: true });
  writeFileSync(
    join(loose, 'config'),
    '[core]\n\trepositoryformatversion = 0\n\tbare = true\n[remote "origin"]\n\turl = https://github.com/acme/shop.git\n',
  );
  rmSync(SAMPLE_SOURCE_FOLDER, { recursive: true, force: true });
  cpSync(loose, SAMPLE_SOURCE_FOLDER, {
    recursive: true,
    filter: (path) => !path.endsWith('/refs/tags') || readdirSync(path).length > 0,
  });
  rmSync(made, { recursive: true });
}

if (import.meta.main) writeSampleSource();
