/** openssl enc and the commands named after ciphers: AES with a key from a password or given as digits, and base64. */
import { cbc, ctr, ecb } from "@noble/ciphers/aes.js";
import { md5 } from "@noble/hashes/legacy.js";
import { pbkdf2 } from "@noble/hashes/pbkdf2.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { byteString, bytesOf } from "../../lib/bytes.ts";
import { toHex } from "../../lib/encoding.ts";
import { drawBytes } from "../../lib/signing/keys.ts";
import { concatBytes } from "../../lib/signing/sha256.ts";
import type { Call } from "../base/call.ts";
import { type Arguments, OpensslError, parseArguments, passwordOf, readInput, writeOutput } from "./arguments.ts";

interface Cipher {
  keyBytes: number;
  ivBytes: number;
  make(
    key: Uint8Array,
    iv: Uint8Array,
  ): { encrypt(data: Uint8Array): Uint8Array; decrypt(data: Uint8Array): Uint8Array };
}

const MODES: Readonly<Record<string, Pick<Cipher, "ivBytes" | "make">>> = {
  cbc: { ivBytes: 16, make: (key, iv) => cbc(key, iv) },
  ctr: { ivBytes: 16, make: (key, iv) => ctr(key, iv) },
  ecb: { ivBytes: 0, make: (key) => ecb(key) },
};

/** `aes-256-cbc`, `aes256` and their kin. */
export function cipherNamed(name: string): Cipher | undefined {
  const [, bits, mode = "cbc"] = /^aes-?(128|192|256)(?:-(\w+))?$/.exec(name.toLowerCase()) ?? [];
  const known = MODES[mode];
  return bits === undefined || !known ? undefined : { keyBytes: Number(bits) / 8, ...known };
}

const DIGESTS = { md5, sha256, sha512 };
const DEFAULT_ITERATIONS = 10_000;
/** A count that would take minutes is refused. */
const MAX_ITERATIONS = 1_000_000;
const SALT_BYTES = 8;
const MAGIC = "Salted__";

const RULES = {
  flags: "e d a A base64 salt nosalt p P pbkdf2 nopad none z v debug list",
  values: "in out k kfile pass K iv S md iter bufsize rand saltlen",
  others: { known: (name: string) => cipherNamed(name) !== undefined, what: "cipher" },
};

export function enc(call: Call, args: readonly string[], cipherOfCommand?: string): number {
  const options = parseArguments("enc", args, RULES);
  const cipherName = options.others.at(-1) ?? cipherOfCommand;
  const decrypts = options.has("d");
  const isText = options.has("a", "base64", "A");
  const input = readInput(call, options.value("in"), "input file");
  const secret = cipherName === undefined ? undefined : secretOf(call, options);
  const plain = decrypts && isText ? fromBase64(input) : input;
  const done = cipherName === undefined ? plain : run(call, { name: cipherName, decrypts, secret }, options, plain);
  writeOutput(call, options.value("out"), !decrypts && isText ? toBase64(done, options.has("A")) : done);
  return 0;
}

interface Work {
  name: string;
  decrypts: boolean;
  secret: string | undefined;
}

function run(call: Call, { name, decrypts, secret }: Work, options: Arguments, input: string): string {
  const cipher = cipherNamed(name)!;
  const { salt, header, body } = saltOf(call, options, decrypts, input);
  const { key, iv } = keyOf(call, options, { cipher, secret, salt });
  if (options.has("p", "P")) {
    const hex = (bytes: Uint8Array) => toHex(bytes).toUpperCase();
    call.print(`${salt ? `salt=${hex(salt)}\n` : ""}key=${hex(key)}\n${iv.length > 0 ? `iv =${hex(iv)}\n` : ""}`);
    if (options.has("P")) return "";
  }
  const bytes = bytesOf(body);
  if (!decrypts) return header + byteString(cipher.make(key, iv).encrypt(bytes));
  try {
    return byteString(cipher.make(key, iv).decrypt(bytes));
  } catch {
    // The padding is wrong, or the length is no multiple of the block.
    const isWhole = bytes.length > 0 && bytes.length % 16 === 0;
    throw new OpensslError(isWhole ? "bad decrypt\n" : "bad decrypt\nwrong final block length\n");
  }
}

/** The salt of the file's head, of `-S`, or a random one that the output begins with. */
function saltOf(
  call: Call,
  options: Arguments,
  decrypts: boolean,
  input: string,
): { salt?: Uint8Array; header: string; body: string } {
  if (options.has("K") || options.has("nosalt")) return { header: "", body: input };
  const given = options.value("S");
  if (given !== undefined) return { salt: bytesOfHex(given, SALT_BYTES), header: "", body: input };
  const start = MAGIC.length + SALT_BYTES;
  if (!decrypts) {
    const salt = drawBytes(SALT_BYTES, () => call.process.random());
    return { salt, header: MAGIC + byteString(salt), body: input };
  }
  if (input.length < start) throw new OpensslError("error reading input file\n");
  if (!input.startsWith(MAGIC)) throw new OpensslError("bad magic number\n");
  return { salt: bytesOf(input.slice(MAGIC.length, start)), header: "", body: input.slice(start) };
}

interface KeySource {
  cipher: Cipher;
  secret: string | undefined;
  salt: Uint8Array | undefined;
}

function keyOf(
  call: Call,
  options: Arguments,
  { cipher, secret, salt }: KeySource,
): { key: Uint8Array; iv: Uint8Array } {
  const { keyBytes, ivBytes } = cipher;
  const digits = options.value("K");
  const ivDigits = options.value("iv");
  if (digits !== undefined) {
    if (ivDigits === undefined && ivBytes > 0) throw new OpensslError("iv undefined\n");
    return { key: bytesOfHex(digits, keyBytes), iv: bytesOfHex(ivDigits ?? "", ivBytes) };
  }
  const password = bytesOf(secret ?? "");
  const hash = digestOf(options);
  const count = Number(options.value("iter") ?? DEFAULT_ITERATIONS);
  if (options.has("pbkdf2", "iter")) {
    if (!(count > 0 && count <= MAX_ITERATIONS))
      throw new OpensslError(`enc: Can't parse "${options.value("iter")}" as a number\n`);
    call.process.charge(count);
    const all = pbkdf2(hash, password, salt ?? new Uint8Array(), { c: count, dkLen: keyBytes + ivBytes });
    return { key: all.subarray(0, keyBytes), iv: all.subarray(keyBytes) };
  }
  call.warn("*** WARNING : deprecated key derivation used.\nUsing -iter or -pbkdf2 would be better.\n");
  let all = new Uint8Array();
  for (let block = new Uint8Array(); all.length < keyBytes + ivBytes; ) {
    block = Uint8Array.from(hash(concatBytes(block, password, salt ?? new Uint8Array())));
    all = Uint8Array.from(concatBytes(all, block));
  }
  return { key: all.subarray(0, keyBytes), iv: all.subarray(keyBytes, keyBytes + ivBytes) };
}

function digestOf(options: Arguments) {
  const name = options.value("md") ?? "sha256";
  const hash = DIGESTS[name as keyof typeof DIGESTS];
  if (!hash) throw new OpensslError(`enc: Unknown message digest: ${name}\nenc: Use -help for summary.\n`);
  return hash;
}

function secretOf(call: Call, options: Arguments): string | undefined {
  if (options.has("K")) return undefined;
  const file = options.value("kfile");
  const secret =
    options.value("k") ??
    passwordOf(call, options.value("pass")) ??
    (file === undefined ? undefined : call.read(file).split("\n", 1)[0]);
  if (secret !== undefined) return secret;
  throw new OpensslError("enter encryption password:\nbad password read\n");
}

/** Digits of `-K`, `-iv` and `-S`, filled with zeros. */
function bytesOfHex(digits: string, size: number): Uint8Array {
  if (!/^[\da-fA-F]*$/.test(digits)) throw new OpensslError("non-hex digit\ninvalid hex key value\n");
  const hex = digits.padEnd(size * 2, "0").slice(0, size * 2);
  return Uint8Array.from({ length: size }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
}

function toBase64(bytes: string, isOneLine: boolean): string {
  const text = btoa(bytes);
  return isOneLine ? text : text.replace(/.{1,64}/g, "$&\n");
}

function fromBase64(text: string): string {
  const digits = text.replace(/\s/g, "");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(digits) || digits.length % 4 !== 0)
    throw new OpensslError("error reading input file\n");
  return atob(digits);
}
