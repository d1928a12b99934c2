/** openssl: x509, req, rand, passwd, version, dgst, base64. Commands that make RSA keys or encrypt say that they cannot. */
import { md5, sha1 } from "@noble/hashes/legacy.js";
import { sha224, sha256, sha384, sha512 } from "@noble/hashes/sha2.js";
import { bytesOf } from "../../lib/bytes.ts";
import { toHex } from "../../lib/encoding.ts";
import { DerError } from "../../lib/signing/der.ts";
import { type Call, tool, UsageError } from "../base/call.ts";
import { req, x509 } from "./certificates.ts";
import { passwd } from "./passwd.ts";

const VERSION = "OpenSSL 3.0.17 1 Jul 2025 (Library: OpenSSL 3.0.17 1 Jul 2025)";
const DIGESTS: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  md5,
  sha1,
  sha224,
  sha256,
  sha384,
  sha512,
};

/** Commands that need keys, ciphers or connections by TLS. */
const UNAVAILABLE = new Set(
  "enc genrsa genpkey ecparam rsa ec pkey pkcs12 ca verify s_client s_server pkeyutl dhparam smime cms ts".split(" "),
);

/** Certificates that cannot be read count as missing ones. */
function certificateCommand(call: Call, command: "x509" | "req", args: readonly string[]): number {
  try {
    return command === "x509" ? x509(call, args) : req(call, args);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    call.warn(`Could not read certificate: ${error.message}\n`);
    return 1;
  }
}

export const openssl = tool((call) => {
  const [command = "", ...args] = call.args;
  if (command === "version") {
    call.print(`${VERSION}\n`);
    return 0;
  }
  if (command === "x509" || command === "req") return certificateCommand(call, command, args);
  if (command === "rand") return rand(call, args);
  if (command === "passwd") return passwd(call, args);
  const isBase64 = command === "base64" || (command === "enc" && args.some((each) => /^-(base64|a)$/.test(each)));
  if (isBase64 && !args.some((each) => /^-(aes|des|camellia|aria|chacha)/.test(each))) return base64(call, args);
  if (UNAVAILABLE.has(command)) {
    call.warn(`openssl: this cluster simulates containers, and openssl ${command} cannot run in it\n`);
    return 69;
  }
  if (command === "dgst" || DIGESTS[command]) return digest(call, command === "dgst" ? args : [`-${command}`, ...args]);
  throw new UsageError(command === "" ? "missing command" : `Invalid command '${command}'; type "help" for a list.`, {
    hasHint: false,
  });
});

function rand(call: Call, args: readonly string[]): number {
  const count = Number(args.find((argument) => /^\d+$/.test(argument)) ?? Number.NaN);
  if (!(count > 0) || count > 1_000_000) throw new UsageError("Extra arguments given.", { hasHint: false });
  const bytes = Array.from({ length: count }, () => String.fromCharCode(call.process.random() & 255)).join("");
  const text = args.includes("-hex")
    ? `${toHex(bytesOf(bytes))}\n`
    : args.includes("-base64")
      ? btoa(bytes).replace(/.{1,64}/g, "$&\n")
      : bytes;
  const out = args.indexOf("-out");
  if (out >= 0) call.process.files.write(call.path(args[out + 1] ?? ""), text);
  else call.print(text);
  return 0;
}

function base64(call: Call, args: readonly string[]): number {
  const input = args.indexOf("-in");
  const content = call.read(input >= 0 ? (args[input + 1] ?? "-") : "-");
  if (args.includes("-d")) call.print(atob(content.replace(/\s/g, "")));
  else call.print(args.includes("-A") ? btoa(content) : btoa(content).replace(/.{1,64}/g, "$&\n"));
  return 0;
}

function digest(call: Call, args: readonly string[]): number {
  const kind = args.map((argument) => argument.slice(1)).find((name) => DIGESTS[name]) ?? "sha256";
  const names = args.filter((argument) => !argument.startsWith("-"));
  for (const name of names.length > 0 ? names : ["-"]) {
    const text = toHex(DIGESTS[kind]!(bytesOf(call.read(name))));
    const title = `${kind.replace(/^sha(\d{3})$/, "SHA2-$1").toUpperCase()}(${name === "-" ? "stdin" : name})= `;
    call.print(args.includes("-r") ? `${text} *${name === "-" ? "stdin" : name}\n` : `${title}${text}\n`);
  }
  return 0;
}
