import { symlinkSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { GitServer } from './git-server.ts';
import type { TestRepository, Undo } from './git-world.ts';
import { newRepository, serve, temporaryFolder } from './git-world.ts';
import { image } from './image-builder.ts';
import { startRegistry } from './registry-server.ts';
import type { ToolRun } from './run-tool.ts';
import { runTool } from './run-tool.ts';
import { emptyRepository } from './test-repository.ts';

/* An image whose labels name a repository behind a real git server, with a forge's API beside it, and what `trace` says of it. */

export type TraceDocument = {
  readonly grades: { readonly origin: string; readonly ownership: string };
  readonly steps: readonly TracedStep[];
  readonly findings: readonly { readonly code: string; readonly message: string }[];
  readonly problems: readonly { readonly code: string; readonly message: string }[];
};
export type TracedStep = {
  readonly name: string;
  readonly answer?: string;
  readonly grade?: string;
  readonly gap?: string;
  readonly why: readonly string[];
  readonly details: readonly { readonly name: string; readonly value: string }[];
};

export type PeopleOptions = {
  readonly repository?: TestRepository;
  /** By default a commit that every test can rely on. */
  readonly commit?: string;
  /** What is asked of `/api/` is answered with this; by default 404, as GitHub does. */
  readonly api?: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
  readonly server?: Parameters<typeof serve>[1];
  readonly labels?: Readonly<Record<string, string>>;
  /** More of `provtrace.yaml`. */
  readonly configuration?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly later?: Undo;
};
export type PeopleWorld = {
  readonly repository: TestRepository;
  readonly server: GitServer;
  readonly folder: string;
  run(...flags: readonly string[]): Promise<ToolRun>;
};

export const PEOPLE_FILES = {
  '.github/CODEOWNERS': '* @acme/platform\n/services/cart/ @acme/cart\n',
  'services/cart/Dockerfile': 'FROM alpine\n',
};

export async function openPeopleWorld(options: PeopleOptions = {}): Promise<PeopleWorld> {
  const repository = options.repository ?? newRepository();
  const commit = options.commit ?? repository.commit({ files: PEOPLE_FILES });
  // Forges have owners of repositories: it is served as `acme/shop`.
  symlinkSync(repository.root, join(repository.root, 'acme'));
  const server = await serve(repository.root, {
    instead: (request, response) => {
      if (request.url?.startsWith('/api/') !== true) return false;
      void (options.api ?? notFound)(request, response);
      return true;
    },
    ...options.server,
  });
  const folder = temporaryFolder();
  const images = emptyRepository();
  const labels = {
    'org.opencontainers.image.source': `${server.url}/acme/shop`,
    'org.opencontainers.image.revision': commit,
    'com.docker.image.source.entrypoint': 'services/cart/Dockerfile',
    ...options.labels,
  };
  await image().labels(labels).layer({ name: 'cart' }).addTo(images, 'latest');
  const registry = await startRegistry({ repositories: new Map([['acme/cart', images]]) });
  const configuration = `forges:\n  - { host: '${server.host}', kind: github, apiUrl: '${server.url}/api' }\n`;
  const path = join(folder, 'provtrace.yaml');
  writeFileSync(path, `${configuration}${options.configuration ?? ''}`);
  return {
    repository,
    server,
    folder,
    run: async (...flags) => {
      const argv = ['trace', `${registry.host}/acme/cart:latest`, '--config', path, '--no-cache', ...flags];
      return runTool(argv, {
        folder,
        sources: 'asked',
        forges: 'configured',
        ...(options.env ? { env: options.env } : {}),
      });
    },
  };
}

export async function traceIn(world: PeopleWorld, ...flags: readonly string[]): Promise<TraceDocument> {
  const ran = await world.run('--format', 'json', ...flags);
  if (ran.code !== 0) throw new Error(`trace should print what it knows, and ended with ${ran.code}: ${ran.stderr}`);
  const document: TraceDocument = JSON.parse(ran.stdout);
  return document;
}

export function stepIn(document: TraceDocument, name: string): TracedStep {
  const step = document.steps.find((each) => each.name === name);
  if (step === undefined) throw new Error(`there is no step ${name}`);
  return step;
}

export function detailIn(document: TraceDocument, name: string, detail: string): string | undefined {
  return stepIn(document, name).details.find((each) => each.name === detail)?.value;
}

function notFound(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not Found"}');
}
