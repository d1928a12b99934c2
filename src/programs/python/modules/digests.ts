/** `hashlib` and `base64`. */
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { byteString, bytesOf } from "../../../lib/bytes.ts";
import { contentOf } from "../builtins/arguments.ts";
import { type Native, register } from "../builtins/registry.ts";
import { builtinClass, defineClass } from "../classes.ts";
import { raise } from "../errors.ts";
import { Bytes, Instance, type Module, type Value } from "../objects.ts";
import type { Interpreter } from "../vm.ts";
import { functionsOf } from "./define.ts";

defineClass("hash", "object", ["update", "hexdigest", "digest"]);

const ALGORITHMS = { md5, sha1, sha224, sha256, sha384, sha512 } as const;

type Algorithm = keyof typeof ALGORITHMS;

function digest(self: Instance): Uint8Array {
  const name = String(self.attributes.get("name")) as Algorithm;
  return ALGORITHMS[name](bytesOf(String(self.attributes.get(".data"))));
}

function made(name: Algorithm, data: string): Instance {
  const hash = new Instance(builtinClass("hash"));
  const { outputLen, blockLen } = ALGORITHMS[name];
  hash.attributes.set("name", name);
  hash.attributes.set("digest_size", BigInt(outputLen));
  hash.attributes.set("block_size", BigInt(blockLen));
  hash.attributes.set(".data", data);
  return hash;
}

register({
  "hash.update"(_vm, [self, data]) {
    const { attributes } = self as Instance;
    attributes.set(".data", String(attributes.get(".data")) + contentOf(data!));
    return null;
  },
  "hash.hexdigest": (_vm, [self]) =>
    [...digest(self as Instance)].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
  "hash.digest": (_vm, [self]) => new Bytes(byteString(digest(self as Instance))),
});

const dataOf = (data: Value | undefined) => (data === undefined ? "" : contentOf(data));
const isAlgorithm = (name: string): name is Algorithm => Object.hasOwn(ALGORITHMS, name);

const fillHashes = functionsOf("hashlib", {
  ...Object.fromEntries(
    Object.keys(ALGORITHMS).map((name) => [name, ((_vm, [data]) => made(name as Algorithm, dataOf(data))) as Native]),
  ),
  new(_vm, [given, data]) {
    const name = String(given).toLowerCase();
    if (!isAlgorithm(name)) raise("ValueError", `unsupported hash type ${String(given)}`);
    return made(name, dataOf(data));
  },
});

export function fillHashlib(_vm: Interpreter, module: Module): void {
  fillHashes(module);
}

const decode = (data: string): string => {
  try {
    return atob(data.replace(/\s/g, ""));
  } catch {
    return raise("ValueError", "Incorrect padding");
  }
};

const fillCodes = functionsOf("base64", {
  b64encode: (_vm, [data]) => new Bytes(btoa(contentOf(data!))),
  b64decode: (_vm, [data]) => new Bytes(decode(contentOf(data!))),
  urlsafe_b64encode: (_vm, [data]) => new Bytes(btoa(contentOf(data!)).replaceAll("+", "-").replaceAll("/", "_")),
  urlsafe_b64decode: (_vm, [data]) => new Bytes(decode(contentOf(data!).replaceAll("-", "+").replaceAll("_", "/"))),
});

export function fillBase64(_vm: Interpreter, module: Module): void {
  fillCodes(module);
}
