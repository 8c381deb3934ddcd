import { isRecord } from '../../core/json.ts';
import type { HttpClient } from '../http/http.ts';
import type { RootRepository } from './tuf-repository.ts';
import { createTufRepository } from './tuf-repository.ts';

const PUBLIC_GOOD_URL = 'https://tuf-repo-cdn.sigstore.dev';
const GITHUB_URL = 'https://tuf-repo.github.com';

/** The repositories of the roots that are built in. */
export function rootRepositories(http: () => HttpClient): readonly RootRepository[] {
  return [
    createTufRepository({ name: 'public-good', url: PUBLIC_GOOD_URL, http, seed: () => sigstoreSeed(PUBLIC_GOOD_URL) }),
    // No package carries GitHub's: `gh` has it inside itself. Whoever has it can put it where the update says.
    createTufRepository({ name: 'github', url: GITHUB_URL, http, seed: async () => undefined }),
  ];
}

/** The TUF root with which Sigstore's own client starts. */
async function sigstoreSeed(url: string): Promise<Uint8Array | undefined> {
  const { default: seeds }: { default: unknown } = await import('@sigstore/tuf/seeds.json', { with: { type: 'json' } });
  const seed = isRecord(seeds) ? seeds[url] : undefined;
  const root = isRecord(seed) ? seed['root.json'] : undefined;
  return typeof root === 'string' ? Buffer.from(root, 'base64') : undefined;
}
