import { ToolError } from '../errors.ts';

/** The fields of a protobuf message by number, in their order (protobuf.dev, "Encoding"). Numbers are 64 bits, and not negative. */
export type ProtobufFields = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>;

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
const VARINT_BYTES_MAX = 10;

/** @throws ToolError `MALFORMED` */
export function readProtobuf(bytes: Uint8Array): ProtobufFields {
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  let position = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let count = 0; count < VARINT_BYTES_MAX; count++) {
      const byte = take(1)[0] ?? 0;
      value |= BigInt(byte & 0x7f) << BigInt(7 * count);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw malformed();
  };
  const take = (count: number): Uint8Array => {
    if (position + count > bytes.length) throw malformed();
    position += count;
    return bytes.subarray(position - count, position);
  };
  const readValue = (wire: number): bigint | Uint8Array => {
    if (wire === WIRE.varint) return varint();
    if (wire === WIRE.bytes) return take(Number(varint()));
    if (wire === WIRE.fixed64 || wire === WIRE.fixed32) return take(wire === WIRE.fixed64 ? 8 : 4);
    throw malformed();
  };
  while (position < bytes.length) {
    const key = Number(varint());
    const value = readValue(key % 8);
    const number = Math.floor(key / 8);
    const values = fields.get(number);
    if (values === undefined) fields.set(number, [value]);
    else values.push(value);
  }
  return fields;
}

function malformed(): ToolError {
  return new ToolError('MALFORMED', 'what should be a protobuf message is not');
}
