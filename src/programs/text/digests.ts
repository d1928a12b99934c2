/** md5sum, sha1sum, sha224sum, sha256sum, sha384sum, sha512sum, cksum, base64, base32. */
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { FileError } from "../../files/errors.ts";
import { bytesOf } from "../../lib/bytes.ts";
import { toHex } from "../../lib/encoding.ts";
import { type Call, type Tool, tool, UsageError } from "../base/call.ts";
import { fileProblem, quoted } from "../base/messages.ts";
import { readOptions } from "../base/options.ts";
import { linesOf } from "./fields.ts";

type Hash = (bytes: Uint8Array) => Uint8Array;

const SUM_RULES = {
  short: "bctsw",
  long: {
    binary: "b",
    check: "c",
    text: "t",
    status: "s",
    quiet: "-",
    warn: "w",
    strict: "-",
    "ignore-missing": "-",
    tag: "-",
    zero: "-",
  },
};

function sumTool(hash: Hash, title: string): Tool {
  return tool((call) => {
    const options = readOptions(call, SUM_RULES);
    const names = options.operands.length > 0 ? options.operands : ["-"];
    if (options.has("c"))
      return check(call, names, hash, { isSilent: options.has("s"), isQuiet: options.has("quiet") });
    let status = 0;
    for (const name of names) {
      const digest = digestOf(call, name, hash);
      if (digest === undefined) status = 1;
      else
        call.print(
          options.has("tag")
            ? `${title} (${name}) = ${digest}\n`
            : `${digest} ${options.has("b") ? "*" : " "}${name}\n`,
        );
    }
    return status;
  });
}

function digestOf(call: Call, name: string, hash: Hash): string | undefined {
  try {
    return toHex(hash(bytesOf(call.read(name))));
  } catch (error) {
    call.warn(
      `${call.name}: ${call.flavour === "gnu" ? name : `can't ${error instanceof FileError && error.code === "EISDIR" ? "read" : "open"} '${name}'`}: ${fileProblem(error)}\n`,
    );
    return undefined;
  }
}

function check(
  call: Call,
  lists: readonly string[],
  hash: Hash,
  { isSilent, isQuiet }: { isSilent: boolean; isQuiet: boolean },
): number {
  let [failed, unread] = [0, 0];
  for (const list of lists) {
    for (const line of linesOf(call.read(list))) {
      const match = /^([0-9a-f]+) [ *](.*)$/i.exec(line);
      if (!match) continue;
      const [, wanted = "", name = ""] = match;
      const digest = digestOf(call, name, hash);
      const isGood = digest === wanted.toLowerCase();
      if (digest === undefined) unread++;
      else if (!isGood) failed++;
      if (isSilent || (isGood && isQuiet)) continue;
      call.print(`${name}: ${digest === undefined ? "FAILED open or read" : isGood ? "OK" : "FAILED"}\n`);
    }
  }
  const warn = (count: number, gnu: string) => {
    if (count > 0 && !isSilent) call.warn(`${call.name}: WARNING: ${count} ${gnu}\n`);
  };
  if (call.flavour === "gnu") {
    warn(unread, `listed file${unread === 1 ? "" : "s"} could not be read`);
    warn(failed, `computed checksum${failed === 1 ? "" : "s"} did NOT match`);
  } else warn(failed + unread, "of 1 computed checksums did NOT match");
  return failed + unread > 0 ? 1 : 0;
}

export const md5sum = sumTool(md5, "MD5");
export const sha1sum = sumTool(sha1, "SHA1");
export const sha224sum = sumTool(sha224, "SHA224");
export const sha256sum = sumTool(sha256, "SHA256");
export const sha384sum = sumTool(sha384, "SHA384");
export const sha512sum = sumTool(sha512, "SHA512");

/** CRC-32 of POSIX' cksum: the length follows the bytes. */
export const cksum = tool((call) => {
  const { operands } = readOptions(call, { short: "" });
  let status = 0;
  for (const name of operands.length > 0 ? operands : ["-"]) {
    let content: string;
    try {
      content = call.read(name);
    } catch (error) {
      call.warn(`cksum: ${name}: ${fileProblem(error)}\n`);
      status = 1;
      continue;
    }
    let crc = 0;
    const add = (byte: number) => {
      crc ^= byte << 24;
      for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
    };
    for (let i = 0; i < content.length; i++) add(content.charCodeAt(i));
    for (let length = content.length; length > 0; length = Math.floor(length / 256)) add(length & 255);
    call.print(`${~crc >>> 0} ${content.length}${name === "-" ? "" : ` ${name}`}\n`);
  }
  return status;
});

const BASE64_RULES = { short: "diw:", long: { decode: "d", "ignore-garbage": "i", wrap: "w" } };

export const base64 = tool((call) => {
  const options = readOptions(call, BASE64_RULES);
  const name = options.operands[0] ?? "-";
  let content: string;
  try {
    content = call.read(name);
  } catch (error) {
    call.warn(`${call.name}: ${name}: ${fileProblem(error)}\n`);
    return 1;
  }
  if (!options.has("d")) {
    const width = Number(options.value("w") ?? 76);
    if (!(width >= 0))
      throw new UsageError(`invalid wrap size: ${quoted(options.value("w") ?? "")}`, { hasHint: false });
    const text = btoa(content);
    if (width === 0) call.print(text);
    else call.print(text.replace(new RegExp(`.{1,${width}}`, "g"), "$&\n"));
    return 0;
  }
  const clean = options.has("i") ? content.replace(/[^A-Za-z0-9+/=]/g, "") : content.replaceAll("\n", "");
  const valid = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(clean)?.[0] ?? "";
  call.print(atob(valid));
  if (valid.length === clean.length) return 0;
  const rest = clean.slice(valid.length);
  const partial = /^[A-Za-z0-9+/]{2,3}$/.exec(rest)?.[0];
  if (partial) call.print(atob(partial.padEnd(4, "=")));
  call.warn(`${call.name}: ${call.flavour === "gnu" ? "invalid input" : "truncated input"}\n`);
  return 1;
});

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export const base32 = tool((call) => {
  const options = readOptions(call, BASE64_RULES);
  const content = call.read(options.operands[0] ?? "-");
  if (options.has("d")) {
    let [bits, value, text] = [0, 0, ""];
    for (const letter of content.replace(/[\n=]/g, "")) {
      value = (value << 5) | BASE32.indexOf(letter);
      bits += 5;
      if (bits < 8) continue;
      bits -= 8;
      text += String.fromCharCode((value >> bits) & 255);
      value &= (1 << bits) - 1;
    }
    call.print(text);
    return 0;
  }
  let [bits, value, text] = [0, 0, ""];
  for (const character of content) {
    value = (value << 8) | character.charCodeAt(0);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32[(value >> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  if (bits > 0) text += BASE32[(value << (5 - bits)) & 31];
  call.print(
    text
      .padEnd(Math.ceil(text.length / 8) * 8, "=")
      .replace(new RegExp(`.{1,${Number(options.value("w") ?? 76) || text.length + 8}}`, "g"), "$&\n"),
  );
  return 0;
});
