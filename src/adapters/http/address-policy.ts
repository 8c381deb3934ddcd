import { BlockList, isIP } from 'node:net';
import { ToolError } from '../../core/errors.ts';

export type AddressKind = 'public' | 'loopback' | 'link-local' | 'private' | 'multicast' | 'unspecified' | 'reserved';
type Network = readonly [kind: Exclude<AddressKind, 'public'>, network: string, prefix: number];

// IANA's special-purpose address registries, as far as something that should not be asked can answer there.
const NETWORKS_4: readonly Network[] = [
  ['unspecified', '0.0.0.0', 8],
  ['loopback', '127.0.0.0', 8],
  ['link-local', '169.254.0.0', 16],
  ['private', '10.0.0.0', 8],
  ['private', '172.16.0.0', 12],
  ['private', '192.168.0.0', 16],
  ['private', '100.64.0.0', 10],
  ['reserved', '192.0.0.0', 24],
  ['reserved', '198.18.0.0', 15],
  ['multicast', '224.0.0.0', 4],
  ['reserved', '240.0.0.0', 4],
];
const NETWORKS_6: readonly Network[] = [
  ['unspecified', '::', 128],
  ['loopback', '::1', 128],
  ['link-local', 'fe80::', 10],
  ['private', 'fc00::', 7],
  ['private', 'fec0::', 10],
  ['private', '64:ff9b:1::', 48],
  ['multicast', 'ff00::', 8],
  // IPv4 addresses in disguise, in forms that nothing uses any more: compatible, Teredo, 6to4.
  ['reserved', '::', 96],
  ['reserved', '2001::', 32],
  ['reserved', '2002::', 16],
  // NAT64 is in use: there the address within decides. (BlockList sees through ::ffff:0:0/96 by itself.)
  ...NETWORKS_4.map(([kind, network, prefix]): Network => [kind, `64:ff9b::${network}`, 96 + prefix]),
];

// `reserved` last: some of its networks contain addresses that have a kind of their own.
const KINDS = ['unspecified', 'loopback', 'link-local', 'private', 'multicast', 'reserved'] as const;
/** Made when first needed: a run that asks nobody does not wait for them. */
const lists = new Map<AddressKind, BlockList>();

function listOf(kind: (typeof KINDS)[number]): BlockList {
  const known = lists.get(kind);
  if (known !== undefined) return known;
  const list = new BlockList();
  for (const [of, network, prefix] of [...NETWORKS_4, ...NETWORKS_6]) {
    if (of === kind) list.addSubnet(network, prefix, isIP(network) === 4 ? 'ipv4' : 'ipv6');
  }
  lists.set(kind, list);
  return list;
}

/** What kind of network an IP address is in. Text that is no address is `reserved`: it is not known to be public. */
export function classifyAddress(address: string): AddressKind {
  const [bare = ''] = address.split('%', 1);
  const version = isIP(bare);
  if (version === 0) return 'reserved';
  return KINDS.find((kind) => listOf(kind).check(bare, version === 4 ? 'ipv4' : 'ipv6')) ?? 'public';
}

/** The address that a URL's host names without being resolved, or undefined for a name. `localhost` is loopback by RFC 6761. */
export function classifyHostname(hostname: string): AddressKind | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare) !== 0) return classifyAddress(bare);
  return /(?:^|\.)localhost\.?$/i.test(bare) ? 'loopback' : undefined;
}

/** A host that may not be contacted, as a name resolver reports it. */
export class AddressRefusal extends Error {
  readonly address: string;
  readonly kind: AddressKind;

  constructor(address: string, kind: AddressKind) {
    super(`${address} is a ${kind} address`);
    this.name = 'AddressRefusal';
    this.address = address;
    this.kind = kind;
  }
}

export function refusedAddress(host: string, namedBy: string, refusal: AddressRefusal): ToolError {
  return new ToolError('REFUSED_ADDRESS', `${host} was not contacted: ${namedBy} named it, and ${refusal.message}`, {
    expected: 'a public address, unless your configuration or command line names the host',
    got: refusal.address,
    hint: `if ${host} is yours, name it in your provtrace.yaml`,
  });
}
