/** openssl dgst and the commands named after digests: digests, HMACs, signatures; and pkeyutl with RSA. */
import { hmac } from "@noble/hashes/hmac.js";
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { byteString, bytesOf } from "../../lib/bytes.ts";
import { toHex } from "../../lib/encoding.ts";
import { readDer } from "../../lib/signing/der.ts";
import { encodePublicKey, publicPart } from "../../lib/signing/keys.ts";
import { isSigningDigest, signatureAlgorithm, signerWith } from "../../lib/signing/private-key.ts";
import { rsaDecrypt, rsaEncrypt } from "../../lib/signing/rsa.ts";
import { isSignatureOf } from "../../lib/signing/signature.ts";
import type { Call } from "../base/call.ts";
import {
  type Arguments,
  chargeKey,
  OpensslError,
  parseArguments,
  passwordOf,
  readInput,
  readPrivateKeyFile,
  readPublicKeyFile,
  writeOutput,
} from "./arguments.ts";

const DIGESTS = { md5, sha1, sha224, sha256, sha384, sha512 };
type DigestName = keyof typeof DIGESTS;

export function isDigest(name: string): name is DigestName {
  return Object.hasOwn(DIGESTS, name);
}

const RULES = {
  flags: "c r d hex binary list fips-fingerprint debug",
  values: "out sign verify prverify signature hmac mac macopt keyform sigopt passin rand",
  others: { known: isDigest, what: "option or message digest" },
};

/** `SHA2-256` */
function shownName(name: DigestName): string {
  return name.replace(/^sha(\d{3})$/, "SHA2-$1").toUpperCase();
}

export function dgst(call: Call, args: readonly string[], digestOfCommand?: string): number {
  const options = parseArguments(digestOfCommand ?? "dgst", args, RULES);
  const chosen = options.others.at(-1) ?? digestOfCommand ?? "sha256";
  const digest = isDigest(chosen) ? chosen : "sha256";
  const files = options.operands.length > 0 ? options.operands : [undefined];
  if (options.has("verify", "prverify")) return verifySignature(call, options, digest, files[0]);
  let text = "";
  for (const file of files) text += oneDigest(call, options, digest, file);
  writeOutput(call, options.value("out"), text);
  return 0;
}

function oneDigest(call: Call, options: Arguments, digest: DigestName, file: string | undefined): string {
  const message = bytesOf(contentOf(call, file));
  const shown = file ?? "stdin";
  const key = options.value("sign");
  const secret =
    options.value("hmac") ??
    options
      .values("macopt")
      .find((each) => /^key:/.test(each))
      ?.slice(4);
  const signed = key === undefined ? undefined : sign(call, options, digest, key, message);
  const bytes =
    signed?.bytes ??
    (secret === undefined ? DIGESTS[digest](message) : hmac(DIGESTS[digest], bytesOf(secret), message));
  if (options.has("binary") || (signed && !options.has("hex", "c"))) return byteString(bytes);
  const hex = options.has("c") ? (toHex(bytes).match(/../g) ?? []).join(":") : toHex(bytes);
  if (options.has("r")) return `${hex} *${shown}\n`;
  const name = `${signed ? `${signed.algorithm}-` : secret === undefined ? "" : "HMAC-"}${shownName(digest)}`;
  return `${name}(${shown})= ${hex}\n`;
}

function sign(call: Call, options: Arguments, digest: DigestName, file: string, message: Uint8Array) {
  const key = readPrivateKeyFile(call, file, { password: passwordOf(call, options.value("passin")) });
  if (!isSigningDigest(digest)) throw new OpensslError("Error setting context\n");
  chargeKey(call);
  const algorithm = key.type === "rsa" ? "RSA" : key.type === "ec" ? "ECDSA" : "ED25519";
  return { algorithm, bytes: signerWith(key, digest).sign(message) };
}

function verifySignature(call: Call, options: Arguments, digest: DigestName, file: string | undefined): number {
  const own = options.value("prverify");
  const open =
    own === undefined ? readPublicKeyFile(call, options.value("verify")) : publicPart(readPrivateKeyFile(call, own));
  const signatureFile = options.value("signature");
  if (signatureFile === undefined) throw new OpensslError("No signature to verify: use the -signature option\n");
  const signature = bytesOf(readInput(call, signatureFile, "signature"));
  const message = bytesOf(contentOf(call, file));
  if (!isSigningDigest(digest)) throw new OpensslError("Error setting context\n");
  const id = signatureAlgorithm(open.type, digest);
  const isRight = isSignatureOf({ id, message, signature, publicKey: readDer(encodePublicKey(open)) });
  call.print(isRight ? "Verified OK\n" : "Verification failure\n");
  return isRight ? 0 : 1;
}

function contentOf(call: Call, file: string | undefined): string {
  return call.read(file ?? "-");
}

const PKEYUTL = {
  flags: "encrypt decrypt sign verify pubin certin rev asn1parse hexdump raw rawin",
  values: "in out inkey keyform passin pkeyopt sigfile peerkey digest",
};

/** openssl pkeyutl and rsautl: short messages are encrypted for an RSA key. */
export function pkeyutl(call: Call, args: readonly string[]): number {
  const options = parseArguments("pkeyutl", args, PKEYUTL);
  const file = options.value("inkey");
  if (file === undefined) throw new OpensslError("pkeyutl: No private key given (-inkey parameter)\n");
  const message = bytesOf(readInput(call, options.value("in"), "input"));
  chargeKey(call);
  if (options.has("encrypt")) {
    const open = options.has("pubin", "certin")
      ? readPublicKeyFile(call, file)
      : publicPart(readPrivateKeyFile(call, file));
    const bytes = open.type === "rsa" ? rsaEncrypt(open, message, () => call.process.random()) : undefined;
    if (!bytes) throw new OpensslError("Public Key operation error\n");
    writeOutput(call, options.value("out"), byteString(bytes));
    return 0;
  }
  const key = readPrivateKeyFile(call, file, { password: passwordOf(call, options.value("passin")) });
  if (!options.has("decrypt")) throw new OpensslError("openssl: pkeyutl can encrypt and decrypt in this cluster\n", 69);
  const bytes = key.type === "rsa" ? rsaDecrypt(key, message) : undefined;
  if (!bytes) throw new OpensslError("Private Key operation error\n");
  writeOutput(call, options.value("out"), byteString(bytes));
  return 0;
}
