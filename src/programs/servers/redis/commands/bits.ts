/** Commands on the bits of strings, and the sets of HyperLogLog. */
import { integer, OK, RedisError, type Reply, type Store, SYNTAX } from "../store.ts";
import { type Commands, MANY } from "./command.ts";

const MAX_OFFSET = 2 ** 32 - 1;
/** Longest string that a bit creates here, bytes. */
const MAX_BYTES = 1024 * 1024;

const bytesOf = (store: Store, key: string): string => store.get(key, "string")?.value ?? "";
const bitAt = (bytes: string, at: number): 0 | 1 => ((bytes.charCodeAt(at >> 3) || 0) & (0x80 >> (at & 7)) ? 1 : 0);

function offsetOf(text: string | undefined): number {
  const problem = "ERR bit offset is not an integer or out of range";
  const offset = integer(text, problem);
  if (offset < 0 || offset > MAX_OFFSET) throw new RedisError(problem);
  return offset;
}

function setBit(store: Store, [key = "", at, value]: readonly string[]): Reply {
  const offset = offsetOf(at);
  if (value !== "0" && value !== "1") throw new RedisError("ERR bit is not an integer or out of range");
  const index = Math.floor(offset / 8);
  if (index > MAX_BYTES) throw new RedisError("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
  const bytes = bytesOf(store, key).padEnd(index + 1, "\0");
  const mask = 0x80 >> (offset % 8);
  const old = bytes.charCodeAt(index);
  const next = value === "1" ? old | mask : old & ~mask;
  const made = bytes.slice(0, index) + String.fromCharCode(next) + bytes.slice(index + 1);
  store.put(key, { type: "string", value: made }, store.entry(key)?.expiresAtMs);
  return old & mask ? 1 : 0;
}

/** First and last bit of a range in bytes or bits. */
function bitRange(length: number, [from, to, unit = "BYTE"]: readonly (string | undefined)[]): [number, number] {
  const isBits = /^BIT$/i.test(unit);
  if (!isBits && !/^BYTE$/i.test(unit)) throw new RedisError(SYNTAX);
  const size = isBits ? length * 8 : length;
  const at = (text: string) => (integer(text) < 0 ? Math.max(0, size + integer(text)) : integer(text));
  const start = from === undefined ? 0 : at(from);
  const end = Math.min(size - 1, to === undefined ? size - 1 : at(to));
  return isBits ? [start, end] : [start * 8, end * 8 + 7];
}

function countBits(store: Store, [key = "", ...given]: readonly string[]): Reply {
  const bytes = bytesOf(store, key);
  if (given.length === 1) throw new RedisError(SYNTAX);
  const [first, last] = bitRange(bytes.length, given);
  let count = 0;
  for (let at = first; at <= last; at++) count += bitAt(bytes, at);
  return count;
}

function findBit(store: Store, [key = "", wanted, ...given]: readonly string[]): Reply {
  if (wanted !== "0" && wanted !== "1") throw new RedisError("ERR The bit argument must be 1 or 0.");
  const bytes = bytesOf(store, key);
  if (bytes === "") return wanted === "1" ? -1 : 0;
  const [first, last] = bitRange(bytes.length, given);
  for (let at = first; at <= last; at++) if (bitAt(bytes, at) === Number(wanted)) return at;
  return wanted === "0" && given.length < 2 ? bytes.length * 8 : -1;
}

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  AND: (a, b) => a & b,
  OR: (a, b) => a | b,
  XOR: (a, b) => a ^ b,
};

function combine(store: Store, [name = "", target = "", ...keys]: readonly string[]): Reply {
  const operation = OPERATIONS[name.toUpperCase()];
  const isNot = /^NOT$/i.test(name);
  if (!operation && !isNot) throw new RedisError(SYNTAX);
  if (isNot && keys.length !== 1) throw new RedisError("ERR BITOP NOT must be called with a single source key.");
  const values = keys.map((key) => bytesOf(store, key));
  const length = Math.max(...values.map((value) => value.length));
  let made = "";
  for (let i = 0; i < length; i++) {
    const bytes = values.map((value) => value.charCodeAt(i) || 0);
    made += String.fromCharCode(operation ? bytes.reduce(operation) : ~(bytes[0] ?? 0) & 0xff);
  }
  if (made === "") store.remove(target);
  else store.put(target, { type: "string", value: made });
  return length;
}

/** A HyperLogLog counts exactly here: its string holds the elements. */
const HLL = "HYLL";

function elementsOf(store: Store, key: string): string[] {
  const { value } = store.get(key, "string") ?? { value: HLL };
  if (!value.startsWith(HLL)) throw new RedisError("WRONGTYPE Key is not a valid HyperLogLog string value.");
  return value === HLL ? [] : (JSON.parse(value.slice(HLL.length)) as string[]);
}

function addElements(store: Store, key: string, added: readonly string[]): Reply {
  const isNew = store.entry(key) === undefined;
  const before = elementsOf(store, key);
  const all = [...new Set([...before, ...added])];
  if (!isNew && all.length === before.length) return 0;
  store.put(key, { type: "string", value: HLL + JSON.stringify(all) });
  return 1;
}

export const BIT_COMMANDS: Commands = {
  SETBIT: { args: [3, 3], writes: true, run: setBit },
  GETBIT: { args: [2, 2], run: (store, [key = "", at]) => bitAt(bytesOf(store, key), offsetOf(at)) },
  BITCOUNT: { args: [1, 4], run: countBits },
  BITPOS: { args: [2, 5], run: findBit },
  BITOP: { args: [3, MANY], writes: true, run: combine },
  PFADD: { args: [1, MANY], writes: true, run: (store, [key = "", ...added]) => addElements(store, key, added) },
  PFCOUNT: {
    args: [1, MANY],
    run: (store, keys) => new Set(keys.flatMap((key) => elementsOf(store, key))).size,
  },
  PFMERGE: {
    args: [1, MANY],
    writes: true,
    run: (store, [key = "", ...sources]) => {
      addElements(
        store,
        key,
        sources.flatMap((source) => elementsOf(store, source)),
      );
      return OK;
    },
  },
};
