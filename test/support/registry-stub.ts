import { ToolError } from '../../src/core/errors.ts';
import type { ImageRepository } from '../../src/core/model/image-repository.ts';
import { formatRepository } from '../../src/core/model/image-repository.ts';
import { failed } from '../../src/core/model/outcome.ts';
import type { ManifestName, Registry } from '../../src/ports/registry.ts';
import { memoryRegistry } from './memory-registry.ts';
import type { TestRepository } from './test-repository.ts';

export type RegistryStub = {
  readonly registry: Registry;
  /** Every question that reached it, in order (`tag 1.4 of ghcr.io/acme/shop`). */
  readonly questions: string[];
  /** The code with which every question fails; undefined while the registry is there. */
  failure: 'UNREACHABLE' | 'FORBIDDEN' | undefined;
  /** Whether there is a referrers API. */
  referrersApi: boolean;
};

/** A registry in memory that counts what it is asked, and that can go away. */
export function registryStub(repositories: ReadonlyMap<string, TestRepository>): RegistryStub {
  const questions: string[] = [];
  const stub: RegistryStub = {
    questions,
    failure: undefined,
    referrersApi: true,
    registry: {
      fetchManifest: (at, name) => asked(nameOf(name), at, (inner) => inner.fetchManifest(at, name)),
      fetchBlob: (at, digest, bytesMax) =>
        asked(`blob ${digest}`, at, (inner) => inner.fetchBlob(at, digest, bytesMax)),
      fetchReferrers: (at, subject) => asked(`referrers ${subject}`, at, (inner) => inner.fetchReferrers(at, subject)),
      listTags: (at, tagsMax) => asked(`tags ${tagsMax}`, at, (inner) => inner.listTags(at, tagsMax)),
    },
  };
  async function asked<Answer>(
    question: string,
    at: ImageRepository,
    ask: (inner: Registry) => Promise<Answer>,
  ): Promise<Answer | ReturnType<typeof failed>> {
    questions.push(`${question} of ${formatRepository(at)}`);
    // A registry takes its time: whoever asks at once finds the first question under way.
    await new Promise((resolve) => setImmediate(resolve));
    if (stub.failure !== undefined) return failed(new ToolError(stub.failure, 'the registry is away'));
    return ask(memoryRegistry(repositories, { referrersApi: stub.referrersApi }));
  }
  return stub;
}

function nameOf(name: ManifestName): string {
  switch (name.kind) {
    case 'tag':
      return `tag ${name.tag}`;
    case 'digest':
      return `manifest ${name.digest}`;
    case 'sole':
      return 'sole';
  }
}
