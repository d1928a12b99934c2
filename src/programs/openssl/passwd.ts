/** openssl passwd: the hashes of passwords that `crypt` knows by `$1$`, `$apr1$`, `$5$` and `$6$`. */
import { md5 } from "@noble/hashes/legacy.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { byteString, bytesOf } from "../../lib/bytes.ts";
import { type Call, UsageError } from "../base/call.ts";

type Digest = (text: string) => string;

const ITOA = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SHA_ROUNDS = 5000;

const digestOf =
  (hash: (bytes: Uint8Array) => Uint8Array): Digest =>
  (text) =>
    byteString(hash(bytesOf(text)));

/** Digits of 64 for the bytes at these places, the last one lowest. */
function digits(bytes: string, places: readonly number[], count: number): string {
  let value = places.reduce((sum, place) => (sum << 8) | (place < 0 ? 0 : bytes.charCodeAt(place)), 0);
  let text = "";
  for (let i = 0; i < count; i++, value >>>= 6) text += ITOA[value & 63];
  return text;
}

function repeatTo(text: string, length: number): string {
  return text.repeat(Math.ceil(length / text.length)).slice(0, length);
}

/** Poul-Henning Kamp's scheme with MD5. */
function md5Crypt(password: string, salt: string, magic: string): string {
  const hash = digestOf(md5);
  const inner = hash(password + salt + password);
  let text = password + magic + salt + repeatTo(inner, password.length);
  for (let length = password.length; length > 0; length >>= 1) text += length & 1 ? "\0" : password.slice(0, 1);
  let result = hash(text);
  for (let i = 0; i < 1000; i++) {
    const start = i & 1 ? password : result;
    const end = i & 1 ? result : password;
    result = hash(start + (i % 3 ? salt : "") + (i % 7 ? password : "") + end);
  }
  const triples = [0, 1, 2, 3].map((i) => digits(result, [i, i + 6, i + 12], 4)).join("");
  return `${magic}${salt}$${triples}${digits(result, [4, 10, 5], 4)}${digits(result, [11], 2)}`;
}

/** Ulrich Drepper's scheme with SHA-256 and SHA-512. */
function shaCrypt(password: string, salt: string, magic: "$5$" | "$6$"): string {
  const hash = digestOf(magic === "$5$" ? sha256 : sha512);
  const inner = hash(password + salt + password);
  let text = password + salt + repeatTo(inner, password.length);
  for (let length = password.length; length > 0; length >>= 1) text += length & 1 ? inner : password;
  let result = hash(text);
  const first = result.charCodeAt(0);
  const p = password === "" ? "" : repeatTo(hash(password.repeat(password.length)), password.length);
  const s = repeatTo(hash(salt.repeat(16 + first)), salt.length);
  for (let i = 0; i < SHA_ROUNDS; i++) {
    result = hash((i & 1 ? p : result) + (i % 3 ? s : "") + (i % 7 ? p : "") + (i & 1 ? result : p));
  }
  return `${magic}${salt}$${magic === "$5$" ? sha256Digits(result) : sha512Digits(result)}`;
}

function sha256Digits(bytes: string): string {
  let places = [0, 10, 20];
  let text = "";
  for (let i = 0; i < 10; i++) {
    text += digits(bytes, places, 4);
    places = [places[2]! + 1, places[0]! + 1, places[1]! + 1];
  }
  return text + digits(bytes, [-1, 31, 30], 3);
}

function sha512Digits(bytes: string): string {
  let places = [0, 21, 42];
  let text = "";
  for (let i = 0; i < 21; i++) {
    text += digits(bytes, places, 4);
    places = [places[1]! + 1, places[2]! + 1, places[0]! + 1];
  }
  return text + digits(bytes, [-1, -1, 63], 2);
}

export function passwd(call: Call, args: readonly string[]): number {
  let method = "$1$";
  let salt: string | undefined;
  const words: string[] = [];
  const METHODS: Readonly<Record<string, string>> = { "-1": "$1$", "-apr1": "$apr1$", "-5": "$5$", "-6": "$6$" };
  for (let i = 0; i < args.length; i++) {
    const argument = args[i]!;
    const chosen = METHODS[argument];
    if (chosen !== undefined) method = chosen;
    else if (argument === "-salt") salt = args[++i] ?? "";
    else if (argument.startsWith("-") && argument !== "-stdin" && argument !== "-noverify") {
      throw new UsageError(`passwd: Unknown option: ${argument.slice(1)}`, { hasHint: false });
    } else if (!argument.startsWith("-")) words.push(argument);
  }
  const passwords = words.length > 0 ? words : call.input().split("\n").slice(0, 1);
  const length = method === "$5$" || method === "$6$" ? 16 : 8;
  for (const password of passwords) {
    const drawn = Array.from({ length }, () => ITOA[call.process.random() & 63]).join("");
    const used = (salt ?? drawn).slice(0, length);
    const isSha = method === "$5$" || method === "$6$";
    call.process.charge(isSha ? SHA_ROUNDS : 1000);
    call.print(`${isSha ? shaCrypt(password, used, method as "$5$" | "$6$") : md5Crypt(password, used, method)}\n`);
  }
  return 0;
}
