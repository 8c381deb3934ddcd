import { join } from 'node:path';
import type { HttpClient } from './adapters/http/http.ts';
import type { SettingsPlaces } from './adapters/settings/files.ts';
import { settingsFolder } from './adapters/settings/files.ts';
import type { ManagedKey } from './adapters/sigstore/managed-key.ts';
import { parseManagedKeys } from './adapters/sigstore/managed-key.ts';
import type { TrustRoot } from './adapters/sigstore/trust-root.ts';
import { embeddedTrustRoots, parseTrustedRoots } from './adapters/sigstore/trusted-root-file.ts';
import { whileLocked } from './adapters/store/file-lock.ts';
import { rootRepositories } from './adapters/trust/root-repositories.ts';
import type { UserTrust } from './adapters/trust/trust-files.ts';
import { createTrustFiles } from './adapters/trust/trust-files.ts';
import type { Clock } from './ports/clock.ts';

type TrustPlaces = Pick<SettingsPlaces, 'env' | 'homeDirectory' | 'workingFolder'> & {
  /** Asked for by `trust update` alone. */
  readonly http: () => HttpClient;
  readonly clock: Clock;
};

/** What the user trusts, beside the configuration; and what is built in. */
export function openTrust(places: TrustPlaces): UserTrust<TrustRoot, ManagedKey> {
  const { workingFolder, http, clock } = places;
  const folder = settingsFolder(places);
  return createTrustFiles({
    folder: folder === undefined ? undefined : join(folder, 'trust'),
    workingFolder,
    roots: { embedded: embeddedTrustRoots, parse: parseTrustedRoots },
    readKeys: parseManagedKeys,
    repositories: rootRepositories(http),
    whileLocked,
    clock,
  });
}
