/** od, xxd, hexdump, hd: bytes as numbers. */
import { type Call, tool, UsageError } from "../base/call.ts";
import { quoted } from "../base/messages.ts";
import { readOptions } from "../base/options.ts";
import { parseSize } from "../base/sizes.ts";

const ROW = 16;

function hex(byte: number, width = 2): string {
  return byte.toString(16).padStart(width, "0");
}

function readAll(call: Call, names: readonly string[]): string {
  return (names.length > 0 ? names : ["-"]).map((name) => call.read(name)).join("");
}

const OD_RULES = {
  short: "A:bBcDdeFHhIij:LlN:oOS:st:vw::xX",
  long: {
    "address-radix": "A",
    "skip-bytes": "j",
    "read-bytes": "N",
    format: "t",
    "output-duplicates": "v",
    width: "w",
  },
};

interface Format {
  size: number;
  width: number;
  show(bytes: readonly number[]): string;
}

export const od = tool((call) => {
  const options = readOptions(call, OD_RULES);
  const skip = parseSize(options.value("j") ?? "0") ?? 0;
  const count = parseSize(options.value("N") ?? "") ?? Number.POSITIVE_INFINITY;
  const content = readAll(call, options.operands).slice(skip, skip + count);
  const formats = odFormats(options.given);
  const radix = options.value("A") ?? "o";
  const width = Number(options.value("w") || ROW) || ROW;
  const address = (at: number) =>
    radix === "n"
      ? ""
      : radix === "x"
        ? hex(at, 6)
        : radix === "d"
          ? String(at).padStart(7, "0")
          : at.toString(8).padStart(7, "0");
  let previous = "";
  let isStarred = false;
  // The columns of several formats stand below each other.
  const column = Math.max(...formats.map(({ width: own, size }) => own / size));
  for (let at = 0; at < content.length; at += width) {
    const bytes = content.slice(at, at + width);
    if (bytes === previous && !options.has("v") && at + width < content.length) {
      if (!isStarred) call.print("*\n");
      isStarred = true;
      continue;
    }
    [previous, isStarred] = [bytes, false];
    for (const [i, format] of formats.entries()) {
      call.print(`${i === 0 ? address(skip + at) : " ".repeat(address(0).length)}${odRow(bytes, format, column)}\n`);
    }
  }
  if (radix !== "n") call.print(`${address(skip + content.length)}\n`);
  return 0;
});

function odRow(bytes: string, { size, width, show }: Format, column: number): string {
  let row = "";
  for (let i = 0; i < bytes.length; i += size) {
    const part = Array.from({ length: size }, (_, k) => bytes.charCodeAt(i + k) || 0);
    row += show(part).padStart(Math.max(width, Math.round(column * size)));
  }
  return row;
}

const NAMED = [
  "nul",
  "soh",
  "stx",
  "etx",
  "eot",
  "enq",
  "ack",
  "bel",
  "bs",
  "ht",
  "nl",
  "vt",
  "ff",
  "cr",
  "so",
  "si",
  "dle",
  "dc1",
  "dc2",
  "dc3",
  "dc4",
  "nak",
  "syn",
  "etb",
  "can",
  "em",
  "sub",
  "esc",
  "fs",
  "gs",
  "rs",
  "us",
  "sp",
];
const ESCAPED: Readonly<Record<number, string>> = {
  0: "\\0",
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
};

function odFormats(given: readonly { name: string; value: string }[]): Format[] {
  const short: Readonly<Record<string, string>> = {
    a: "a",
    b: "o1",
    c: "c",
    d: "u2",
    o: "o2",
    s: "d2",
    x: "x2",
    h: "x2",
    i: "d4",
    X: "x4",
    H: "x4",
    D: "u4",
    l: "d8",
    L: "d8",
    O: "o4",
    I: "d8",
  };
  const types = given.flatMap(({ name, value }) =>
    name === "t" ? (value.match(/[acdoux](?:\d|[CSIL])?z?/g) ?? [value]) : (short[name] ?? []),
  );
  return (types.length > 0 ? types : ["o2"]).map(odFormat);
}

function odFormat(type: string): Format {
  const [, kind = "", sizeText = ""] = /^([acdoux])(\d|[CSIL])?/.exec(type) ?? [];
  if (kind === "") throw new UsageError(`invalid type string ${quoted(type)}`, { hasHint: false });
  if (kind === "c")
    return {
      size: 1,
      width: 4,
      show: ([byte = 0]) =>
        ESCAPED[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, "0")),
    };
  if (kind === "a")
    return {
      size: 1,
      width: 4,
      show: ([byte = 0]) => NAMED[byte & 127] ?? ((byte & 127) === 127 ? "del" : String.fromCharCode(byte & 127)),
    };
  const size = { C: 1, S: 2, I: 4, L: 8 }[sizeText] ?? Number(sizeText || 4);
  const digits = {
    o: Math.ceil((size * 8) / 3),
    x: size * 2,
    u: [0, 3, 5, 0, 10, 0, 0, 0, 20][size]!,
    d: [0, 4, 6, 0, 11, 0, 0, 0, 20][size]!,
  }[kind as "o" | "x" | "u" | "d"];
  return {
    size,
    width: digits + 1,
    show: (bytes) => {
      const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
      if (kind === "d") return BigInt.asIntN(size * 8, value).toString();
      if (kind === "u") return value.toString();
      return value.toString(kind === "o" ? 8 : 16).padStart(digits, "0");
    },
  };
}

const XXD_RULES = { short: "abc:Eg:il:o:prs:uC" };

export const xxd = tool((call) => {
  // Options of xxd have one dash and may be words: -ps, -cols.
  const args = call.args.map((argument) =>
    argument
      .replace(/^-(ps|plain|postscript)$/, "-p")
      .replace(/^-(cols)$/, "-c")
      .replace(/^-revert$/, "-r"),
  );
  const options = readOptions({ args, flavour: call.flavour }, XXD_RULES);
  const skip = Number(options.value("s") ?? 0);
  const whole = readAll(call, options.operands.slice(0, 1));
  if (options.has("r")) {
    call.print(
      options.has("p")
        ? bytesOfHex(whole)
        : whole
            .split("\n")
            .map((line) => bytesOfHex(/^[0-9a-f]+: ?((?:[0-9a-f]{2,4} )*[0-9a-f]*)/i.exec(line)?.[1] ?? ""))
            .join(""),
    );
    return 0;
  }
  const content = whole.slice(skip, options.has("l") ? skip + Number(options.value("l")) : undefined);
  const isUpper = options.has("u");
  const text = (byte: number) => (isUpper ? hex(byte).toUpperCase() : hex(byte));
  const columns = Number(options.value("c") ?? (options.has("p") ? 30 : options.has("b") ? 6 : ROW));
  const group = Number(options.value("g") ?? (options.has("b") ? 1 : 2)) || columns;
  for (let at = 0; at < content.length; at += columns) {
    const bytes = Array.from(content.slice(at, at + columns), (character) => character.charCodeAt(0));
    if (options.has("p")) {
      call.print(`${bytes.map(text).join("")}\n`);
      continue;
    }
    const cell = (byte: number) => (options.has("b") ? byte.toString(2).padStart(8, "0") : text(byte));
    const cells = bytes.map((byte, i) => cell(byte) + (i % group === group - 1 ? " " : "")).join("");
    const width = columns * (options.has("b") ? 8 : 2) + Math.ceil(columns / group);
    call.print(`${hex(skip + at, 8)}: ${cells.padEnd(width)} ${printable(bytes)}\n`);
  }
  return 0;
});

function bytesOfHex(text: string): string {
  return (text.replace(/[^0-9a-f]/gi, "").match(/../g) ?? [])
    .map((pair) => String.fromCharCode(Number.parseInt(pair, 16)))
    .join("");
}

function printable(bytes: readonly number[]): string {
  return bytes.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
}

const HEXDUMP_RULES = { short: "bCcde:n:os:vx" };

export const hexdump = tool((call) => {
  const options = readOptions(call, HEXDUMP_RULES);
  const skip = parseSize(options.value("s") ?? "0") ?? 0;
  const count = parseSize(options.value("n") ?? "") ?? Number.POSITIVE_INFINITY;
  const content = readAll(call, options.operands).slice(skip, skip + count);
  const isCanonical = options.has("C") || call.name === "hd";
  let previous = "";
  let isStarred = false;
  for (let at = 0; at < content.length; at += ROW) {
    const row = content.slice(at, at + ROW);
    if (row === previous && !options.has("v")) {
      if (!isStarred) call.print("*\n");
      isStarred = true;
      continue;
    }
    [previous, isStarred] = [row, false];
    const bytes = Array.from(row, (character) => character.charCodeAt(0));
    call.print(isCanonical ? canonicalRow(skip + at, bytes) : wordRow(skip + at, bytes));
  }
  if (content.length > 0) call.print(`${hex(skip + content.length, isCanonical ? 8 : 7)}\n`);
  return 0;
});

function canonicalRow(at: number, bytes: readonly number[]): string {
  const half = (from: number) =>
    bytes
      .slice(from, from + 8)
      .map((byte) => hex(byte))
      .join(" ")
      .padEnd(23);
  return `${hex(at, 8)}  ${half(0)}  ${half(8)}  |${printable(bytes)}|\n`;
}

function wordRow(at: number, bytes: readonly number[]): string {
  const words = Array.from({ length: 8 }, (_, i) =>
    i * 2 < bytes.length ? hex((bytes[i * 2 + 1] ?? 0) * 256 + bytes[i * 2]!, 4) : "    ",
  );
  return `${hex(at, 7)} ${words.join(" ")}\n`;
}
