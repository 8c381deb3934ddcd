import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import { certificateFiles, trustContext } from './certificates.ts';
import { guardedLookup } from './guarded-lookup.ts';
import type { HostPolicy } from './host-policy.ts';
import { proxyFor } from './proxy.ts';

/** undici's connection pools, one for each origin and for who named it. */
export interface Dispatchers {
  dispatcherFor(url: URL): Promise<Dispatcher>;
  close(): Promise<void>;
}

export type DispatchersOptions = {
  readonly policy: HostPolicy;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly lookup: LookupFunction;
  readonly connectTimeoutMs: number;
};

export function createDispatchers(options: DispatchersOptions): Dispatchers {
  const dispatchers = new Map<string, Promise<Dispatcher>>();
  return {
    dispatcherFor: (url) => {
      // A connection that was made for the user is not lent to a stranger, whose name for it would not have been resolved.
      const key = `${options.policy.isNamedByUser(url) ? 'user' : 'stranger'} ${url.origin}`;
      const known = dispatchers.get(key);
      if (known !== undefined) return known;
      const created = createDispatcher(url, options);
      dispatchers.set(key, created);
      return created;
    },
    close: async () => {
      const closing = [...dispatchers.values()].map(async (created) => (await created).destroy());
      dispatchers.clear();
      // One that could not be made needs no end.
      await Promise.allSettled(closing);
    },
  };
}

async function createDispatcher(url: URL, options: DispatchersOptions): Promise<Dispatcher> {
  const { policy, env, lookup, connectTimeoutMs } = options;
  const proxy = proxyFor(url, env);
  const caFile = policy.settingsOf(url)?.caFile;
  const general = certificateFiles(env);
  const files = caFile === undefined ? general : [...general, { path: caFile, namedBy: `caFile of ${url.host}` }];
  const isTls = url.protocol === 'https:';
  const [{ Pool, ProxyAgent }, secureContext, proxyContext] = await Promise.all([
    import('undici'),
    isTls ? trustContext(files) : undefined,
    proxy?.protocol === 'https:' ? trustContext(general) : undefined,
  ]);
  const connect = {
    timeout: connectTimeoutMs,
    lookup: policy.isNamedByUser(url) ? lookup : guardedLookup(lookup),
    ...(secureContext === undefined ? {} : { secureContext }),
  };
  // HTTP/1.1 alone: a body that is cut off then costs its connection, and not its neighbours'.
  if (proxy === undefined) return new Pool(url.origin, { connect, allowH2: false });
  // The proxy resolves the name, so that only address literals could be checked (HostPolicy.check).
  return new ProxyAgent({
    uri: proxy.href,
    allowH2: false,
    requestTls: connect,
    proxyTls: { timeout: connectTimeoutMs, ...(proxyContext === undefined ? {} : { secureContext: proxyContext }) },
  });
}
