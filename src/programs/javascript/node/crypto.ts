/** `crypto`: digests and seeded random values. */
import { hmac } from "@noble/hashes/hmac.js";
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { byteString, bytesOf } from "../../../lib/bytes.ts";
import { arrayOf, toInteger, toText } from "../conversions.ts";
import { define, defineClass, links, natives } from "../intrinsics.ts";
import { type JsBytes, JsObject, type Value } from "../objects.ts";
import { get } from "../properties.ts";
import type { Vm } from "../vm.ts";
import { bufferOf, byteStringOf, dataOf, decode } from "./buffer.ts";

const HASHES = { md5, sha1, sha224, sha256, sha384, sha512 };
type HashName = keyof typeof HASHES;

define("node:crypto", "Object.prototype", { isOpen: true });
define("crypto", "Object.prototype");
links("globalThis", { crypto: "crypto" });
links("node:crypto", { webcrypto: "crypto" }, true);
defineClass("Hash", (vm) => new JsObject(vm.intrinsic("Hash.prototype")));
defineClass("Hmac", (vm) => new JsObject(vm.intrinsic("Hmac.prototype")));

function randomBytes(vm: Vm, count: number): string {
  vm.countStep(count >> 2);
  let bytes = "";
  while (bytes.length < count) {
    const number = vm.process.random();
    bytes += String.fromCharCode(number & 255, (number >>> 8) & 255, (number >>> 16) & 255, (number >>> 24) & 255);
  }
  return bytes.slice(0, count);
}

function uuid(vm: Vm): string {
  const bytes = bytesOf(randomBytes(vm, 16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function hashName(vm: Vm, value: Value): HashName {
  const name = toText(vm, value).toLowerCase().replace("-", "");
  if (!(name in HASHES)) vm.fail("Error", "Digest method not supported", { code: "ERR_CRYPTO_INVALID_DIGEST" });
  return name as HashName;
}

const text = (vm: Vm, self: Value, name: string): string => toText(vm, get(vm, self, name));

function startHash(vm: Vm, proto: string, name: HashName, key: string): JsObject {
  const made = new JsObject(vm.intrinsic(`${proto}.prototype`));
  made.properties.set("_algorithm", name);
  made.properties.set("_key", key);
  made.properties.set("_data", "");
  return made;
}

for (const type of ["Hash", "Hmac"]) {
  natives(`${type}.prototype`, {
    update(vm, self, [data, encoding]) {
      (self as JsObject).properties.set("_data", text(vm, self, "_data") + dataOf(vm, data, encoding));
      return self;
    },
    digest(vm, self, [encoding]) {
      const hash = HASHES[text(vm, self, "_algorithm") as HashName];
      const data = bytesOf(text(vm, self, "_data"));
      vm.countStep(data.length >> 3);
      const made = type === "Hash" ? hash(data) : hmac(hash, bytesOf(text(vm, self, "_key")), data);
      const bytes = byteString(made);
      return encoding === undefined ? bufferOf(vm, bytes) : decode(vm, bytes, encoding);
    },
  });
}

natives("node:crypto", {
  randomUUID: uuid,
  randomBytes: (vm, _self, [count]) => bufferOf(vm, randomBytes(vm, toInteger(vm, count))),
  randomInt(vm, _self, [a, b]) {
    const [least, most] =
      b === undefined || b instanceof JsObject ? [0, toInteger(vm, a)] : [toInteger(vm, a), toInteger(vm, b)];
    return least + (vm.process.random() % Math.max(1, most - least));
  },
  createHash: (vm, _self, [name]) => startHash(vm, "Hash", hashName(vm, name), ""),
  createHmac: (vm, _self, [name, key]) => startHash(vm, "Hmac", hashName(vm, name), dataOf(vm, key)),
  hash(vm, _self, [name, data, encoding]) {
    const made = startHash(vm, "Hash", hashName(vm, name), "");
    const updated = vm.call(get(vm, made, "update"), made, [data]);
    return vm.call(get(vm, updated, "digest"), updated, [encoding ?? "hex"]);
  },
  timingSafeEqual: (_vm, _self, [a, b]) => byteStringOf(a as JsBytes) === byteStringOf(b as JsBytes),
  getHashes: (vm) => arrayOf(vm, Object.keys(HASHES)),
});
natives("crypto", {
  randomUUID: uuid,
  getRandomValues(vm, _self, [array]) {
    const { bytes } = array as JsBytes;
    for (const [i, byte] of [...bytesOf(randomBytes(vm, bytes.length))].entries()) bytes[i] = byte;
    return array;
  },
});
