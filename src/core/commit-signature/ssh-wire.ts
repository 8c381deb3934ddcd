import { ToolError } from '../errors.ts';

/** Reads SSH's data types one after the other (RFC 4251, 5). Every method throws ToolError `MALFORMED` where the bytes end too early. */
export class SshWireReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(count: number): Uint8Array {
    const end = this.#position + count;
    if (end > this.#bytes.length) throw malformed('ends too early');
    const taken = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return taken;
  }

  byte(): number {
    const [value = 0] = this.take(1);
    return value;
  }

  uint32(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.take(4);
    return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  }

  string(): Uint8Array {
    return this.take(this.uint32());
  }

  /** A name, or whatever else is plain ASCII. */
  text(): string {
    const bytes = this.string();
    if (bytes.some((byte) => byte < 0x20 || byte > 0x7e)) throw malformed('has bytes where a name should be');
    return new TextDecoder().decode(bytes);
  }

  /** An `mpint` that is not negative, without the zero that keeps it positive. */
  unsigned(): Uint8Array {
    const bytes = this.string();
    const [first = 0] = bytes;
    if (first >= 0x80) throw malformed('has a negative number');
    return first === 0 ? bytes.subarray(1) : bytes;
  }

  /** That there is nothing more. */
  end(): void {
    if (this.#position !== this.#bytes.length) throw malformed('has something after its end');
  }
}

/** `string` as SSH writes it: its length in four bytes, and itself. */
export function sshString(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  return new Uint8Array([length >>> 24, (length >>> 16) & 0xff, (length >>> 8) & 0xff, length & 0xff, ...bytes]);
}

function malformed(how: string): ToolError {
  return new ToolError('MALFORMED', `what should be of SSH ${how}`);
}
