import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { AddressRefusal, classifyAddress } from './address-policy.ts';

export const systemLookup: LookupFunction = lookup;

/**
 * A resolver that answers public addresses alone. As the connection is made to the very address that was looked at, a name that
 * resolves to another one a moment later (DNS rebinding) gains nothing. One bad address refuses the name: which one is tried
 * first is not ours to know.
 */
export function guardedLookup(resolve: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, answer, family) => {
      if (error !== null) return callback(error, '');
      const addresses = Array.isArray(answer) ? answer : [{ address: answer, family: family ?? 4 }];
      const [first] = addresses;
      const refusal = addresses.map(({ address }) => refusalOf(address)).find((each) => each !== undefined);
      if (refusal !== undefined || first === undefined) return callback(refusal ?? new Error('no address'), '');
      if (options.all === true) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

function refusalOf(address: string): AddressRefusal | undefined {
  const kind = classifyAddress(address);
  return kind === 'public' ? undefined : new AddressRefusal(address, kind);
}
