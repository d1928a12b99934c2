/**
 * Passwords as `htpasswd` and `openssl passwd` write them: `$apr1$` and `$1$` (MD5), `{SHA}`, and plain text. Hashes of
 * bcrypt never match.
 * Source: Apache's apr_md5.c
 */
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { byteString, bytesOf } from "../../../lib/bytes.ts";

const ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ROUNDS = 1000;

/** Both are byte strings. */
export function isPassword(password: string, hash: string): boolean {
  const [, magic, salt = ""] = /^(\$apr1\$|\$1\$)([^$]{0,8})\$/.exec(hash) ?? [];
  if (magic !== undefined) return hash === `${magic}${salt}$${md5Crypt(password, salt, magic)}`;
  if (hash.startsWith("{SHA}")) return hash.slice(5) === btoa(byteString(sha1(bytesOf(password))));
  if (hash.startsWith("{PLAIN}")) return hash.slice(7) === password;
  return !hash.startsWith("$") && hash === password;
}

function md5Crypt(password: string, salt: string, magic: string): string {
  const digest = (text: string) => byteString(md5(bytesOf(text)));
  const inner = digest(password + salt + password);
  let text = password + magic + salt + repeated(inner, password.length);
  for (let i = password.length; i > 0; i >>= 1) text += i & 1 ? "\0" : (password[0] ?? "");
  let result = digest(text);
  for (let round = 0; round < ROUNDS; round++) {
    const isOdd = (round & 1) === 1;
    const middle = (round % 3 === 0 ? "" : salt) + (round % 7 === 0 ? "" : password);
    result = digest((isOdd ? password : result) + middle + (isOdd ? result : password));
  }
  return encoded(result);
}

function repeated(text: string, length: number): string {
  return text.repeat(Math.ceil(length / text.length)).slice(0, length);
}

/** Base 64 of its own, of the bytes in its own order. */
function encoded(result: string): string {
  const byte = (i: number) => result.charCodeAt(i);
  const groups = [0, 1, 2, 3, 4].map((i) => (byte(i) << 16) | (byte(i + 6) << 8) | byte(i === 4 ? 5 : i + 12));
  const four = (value: number, count: number) =>
    Array.from({ length: count }, (_, i) => ALPHABET[(value >> (6 * i)) & 0x3f]).join("");
  return groups.map((group) => four(group, 4)).join("") + four(byte(11), 2);
}
