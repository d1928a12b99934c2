/** openssl: keys, requests, certificates, digests, ciphers. One entry for each command. openssl(1ssl), version 3.0 */
import { bytesOf } from "../../lib/bytes.ts";
import { toHex } from "../../lib/encoding.ts";
import { DerError } from "../../lib/signing/der.ts";
import type { Step } from "../../shell/program.ts";
import { type Call, tool, UsageError } from "../base/call.ts";
import { OpensslError, parseArguments, usage, writeOutput } from "./arguments.ts";
import { dgst, isDigest, pkeyutl } from "./dgst.ts";
import { cipherNamed, enc } from "./enc.ts";
import { ec, ecparam, genpkey, genrsa, pkey, rsa } from "./keys.ts";
import { passwd } from "./passwd.ts";
import { req } from "./req.ts";
import { sClient } from "./s-client.ts";
import { verify } from "./verify.ts";
import { x509 } from "./x509.ts";

const VERSION = "OpenSSL 3.0.17 1 Jul 2025 (Library: OpenSSL 3.0.17 1 Jul 2025)";

type Command = (call: Call, args: readonly string[]) => number | Step;

const COMMANDS: Readonly<Record<string, Command>> = {
  base64: (call, args) => enc(call, ["-base64", ...args]),
  dgst,
  ec,
  ecparam,
  enc,
  genpkey,
  genrsa,
  passwd,
  pkey,
  pkeyutl,
  rand,
  req,
  rsa,
  rsautl: pkeyutl,
  s_client: sClient,
  verify,
  version,
  x509,
};

/** Commands of openssl that are not written. */
const UNAVAILABLE = new Set(
  (
    "asn1parse ca ciphers cmp cms crl crl2pkcs7 dhparam dsa dsaparam engine errstr fipsinstall gendsa info kdf list mac " +
    "nseq ocsp pkcs12 pkcs7 pkcs8 pkeyparam prime s_server s_time sess_id smime speed spkac srp storeutl ts"
  ).split(" "),
);

export const openssl = tool((call) => {
  const [name = "", ...args] = call.args;
  try {
    const command = COMMANDS[name];
    if (command) return command(call, args);
    if (isDigest(name)) return dgst(call, args, name);
    if (cipherNamed(name)) return enc(call, args, name);
  } catch (error) {
    if (error instanceof DerError)
      throw new UsageError(`Could not read certificate: ${error.message}`, { hasHint: false });
    if (!(error instanceof OpensslError)) throw error;
    call.warn(error.message);
    return error.status;
  }
  if (UNAVAILABLE.has(name)) {
    call.warn(`openssl: this cluster simulates containers, and openssl ${name} cannot run in it\n`);
    return 69;
  }
  call.warn(name === "" ? "" : `Invalid command '${name}'; type "help" for a list.\n`);
  return name === "" ? 0 : 1;
});

function version(call: Call, args: readonly string[]): number {
  const options = parseArguments("version", args, { flags: "a b d e f m o p r v c", values: "" });
  call.print(options.has("d") && !options.has("a") ? 'OPENSSLDIR: "/usr/lib/ssl"\n' : `${VERSION}\n`);
  return 0;
}

const MAX_RANDOM_BYTES = 1_000_000;

function rand(call: Call, args: readonly string[]): number {
  const options = parseArguments("rand", args, { flags: "hex base64", values: "out rand writerand" });
  const [digits = ""] = options.operands;
  const count = Number(digits);
  if (digits === "" || options.operands.length > 1) throw usage("rand", "Extra arguments given.");
  if (!(count > 0) || count > MAX_RANDOM_BYTES) throw new OpensslError(`rand: Can't parse "${digits}" as a number\n`);
  const bytes = Array.from({ length: count }, () => String.fromCharCode(call.process.random() & 255)).join("");
  const text = options.has("hex")
    ? `${toHex(bytesOf(bytes))}\n`
    : options.has("base64")
      ? btoa(bytes).replace(/.{1,64}/g, "$&\n")
      : bytes;
  writeOutput(call, options.value("out"), text);
  return 0;
}
