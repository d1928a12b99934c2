/** Protocol Buffers' wire format: the fields of a message, one after the other. Source: Protocol Buffers' "Encoding". */

/** The bytes are not a message, or the type is unknown. */
export class ProtobufError extends Error {
  override readonly name = "ProtobufError";
}

export const VARINT = 0;
export const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;
const MAX_INT32 = 0x7fff_ffff;
/** A byte order mark is part of the text: Go keeps it. */
const UTF_8 = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** One field of the message. Its meaning depends on the requested type. */
export class FieldValue {
  readonly number: number;
  readonly #wireType: number;
  readonly #bytes: Uint8Array;
  readonly #integer: bigint;

  constructor(number: number, wireType: number, bytes: Uint8Array, integer: bigint) {
    this.number = number;
    this.#wireType = wireType;
    this.#bytes = bytes;
    this.#integer = integer;
  }

  bytes(): Uint8Array {
    this.#expect(LENGTH_DELIMITED);
    return this.#bytes;
  }

  text(): string {
    this.#expect(LENGTH_DELIMITED);
    return UTF_8.decode(this.#bytes);
  }

  integer(): bigint {
    this.#expect(VARINT);
    return BigInt.asIntN(64, this.#integer);
  }

  double(): number {
    this.#expect(FIXED_64);
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset, 8).getFloat64(0, true);
  }

  /** The values of a repeated field of numbers: one value, or several packed values. */
  *numbers(wireType: typeof VARINT | typeof FIXED_64): Generator<FieldValue> {
    if (this.#wireType !== LENGTH_DELIMITED) yield this;
    else yield* new ProtobufReader(this.#bytes).packed(this.number, wireType);
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType)
      throw new ProtobufError(`wrong wireType = ${this.#wireType} for field ${this.number}`);
  }
}

/** Reads the fields of one message. Every method throws ProtobufError for an invalid message. */
export class ProtobufReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  *fields(): Generator<FieldValue> {
    while (this.#position < this.#bytes.length) {
      const tag = this.#varint();
      const wireType = Number(tag & 7n);
      const number = Number(tag >> 3n);
      if (number === 0 || number > MAX_INT32) throw new ProtobufError(`illegal tag ${number} (wire type ${wireType})`);
      yield this.#value(number, wireType);
    }
  }

  *packed(number: number, wireType: typeof VARINT | typeof FIXED_64): Generator<FieldValue> {
    while (this.#position < this.#bytes.length) yield this.#value(number, wireType);
  }

  #value(number: number, wireType: number): FieldValue {
    if (wireType === VARINT) return new FieldValue(number, wireType, this.#bytes, this.#varint());
    return new FieldValue(number, wireType, this.#take(this.#lengthOf(wireType)), 0n);
  }

  #lengthOf(wireType: number): number {
    if (wireType === LENGTH_DELIMITED) return Number(this.#varint());
    if (wireType === FIXED_64) return 8;
    if (wireType === FIXED_32) return 4;
    throw new ProtobufError(`illegal wireType ${wireType}`);
  }

  #take(length: number): Uint8Array {
    const end = this.#position + length;
    if (end > this.#bytes.length) throw new ProtobufError("unexpected EOF");
    const taken = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return taken;
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#position++];
      if (byte === undefined) throw new ProtobufError("unexpected EOF");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new ProtobufError("integer overflow");
  }
}
