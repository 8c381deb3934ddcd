import { createServer, request } from 'node:http';
import { connect } from 'node:net';

export type TestProxy = {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** What was asked of it: `CONNECT ghcr.io:443`, `GET http://plain.test/`. */
  readonly asked: readonly string[];
  /** The Proxy-Authorization headers that came. */
  readonly logins: readonly (string | undefined)[];
  close(): Promise<void>;
};

/** An HTTP proxy that takes every name for `targetPort` on loopback, as a proxy resolves names by itself. */
export async function startProxy(targetPort: number): Promise<TestProxy> {
  const asked: string[] = [];
  const logins: (string | undefined)[] = [];
  const server = createServer((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    logins.push(incoming.headers['proxy-authorization']);
    const { pathname, search } = new URL(incoming.url ?? '');
    const { headers, method } = incoming;
    const onward = request(
      { port: targetPort, host: '127.0.0.1', path: `${pathname}${search}`, method, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    incoming.pipe(onward);
  });
  server.on('connect', (incoming, client) => {
    asked.push(`CONNECT ${incoming.url}`);
    logins.push(incoming.headers['proxy-authorization']);
    const target = connect(targetPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    target.on('error', () => client.destroy());
    client.on('error', () => target.destroy());
    client.on('close', () => target.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    logins,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
