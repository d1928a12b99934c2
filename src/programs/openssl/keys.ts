/** openssl genrsa, genpkey, ecparam, rsa, ec and pkey: keys are made, shown and written in other forms. */
import { oid } from "../../lib/signing/der.ts";
import {
  CURVES,
  curveNamed,
  encodePublicKey,
  makeEcKey,
  makeEdwardsKey,
  type PrivateKey,
  publicPart,
} from "../../lib/signing/keys.ts";
import { RSA_LENGTHS } from "../../lib/signing/primes.ts";
import { encodePrivateKey, encodeTraditional } from "../../lib/signing/private-key.ts";
import { makeRsaKey, rsaBytes } from "../../lib/signing/rsa.ts";
import type { Call } from "../base/call.ts";
import {
  type Arguments,
  chargeKey,
  encoded,
  OpensslError,
  parseArguments,
  passwordOf,
  readPrivateKeyFile,
  readPublicKeyFile,
  usage,
  writeOutput,
} from "./arguments.ts";
import { encryptPrivateKey } from "./encrypted-key.ts";
import { privateKeyText, publicKeyLines } from "./key-text.ts";

const KEY_CIPHERS: Readonly<Record<string, string>> = {
  aes128: "aes-128-cbc",
  "aes-128-cbc": "aes-128-cbc",
  aes192: "aes-192-cbc",
  "aes-192-cbc": "aes-192-cbc",
  aes256: "aes-256-cbc",
  "aes-256-cbc": "aes-256-cbc",
  // Triple DES is not known here: AES stands for it.
  des3: "aes-256-cbc",
  "des-ede3-cbc": "aes-256-cbc",
};

const CIPHER_OPTIONS = { known: (name: string) => Object.hasOwn(KEY_CIPHERS, name), what: "cipher" };
const DEFAULT_BITS = 2048;

/** A key of an algorithm such as `rsa:2048`. @throws OpensslError */
export function makeRsa(call: Call, command: string, bits: number): PrivateKey {
  if (!RSA_LENGTHS.includes(bits)) {
    throw new OpensslError(
      `${command}: this cluster simulates containers, and makes RSA keys of ${RSA_LENGTHS.join(", ")} bits only\n`,
      69,
    );
  }
  chargeKey(call);
  return makeRsaKey(bits, () => call.process.random());
}

export function makeEc(call: Call, name: string): PrivateKey {
  const curve = curveNamed(name);
  if (!curve) throw new OpensslError(`unknown curve name (${name})\n`);
  return makeEcKey(curve, () => call.process.random());
}

/** PEM or DER of a private key, under a password if there is a cipher. */
export function privateKeyOutput(
  call: Call,
  key: PrivateKey,
  { cipher, password, form, isTraditional = false }: KeyForm,
): string {
  if (cipher !== undefined) {
    if (password === undefined) throw new OpensslError("Enter PEM pass phrase:\nproblems getting password\n");
    const bytes = encryptPrivateKey(key, { password, cipher, draw: () => call.process.random() });
    return encoded("ENCRYPTED PRIVATE KEY", bytes, form);
  }
  const { type, bytes } = isTraditional
    ? encodeTraditional(key)
    : { type: "PRIVATE KEY", bytes: encodePrivateKey(key) };
  return encoded(type, bytes, form);
}

interface KeyForm {
  cipher?: string | undefined;
  password?: string | undefined;
  form?: string | undefined;
  isTraditional?: boolean;
}

function cipherOf({ others }: Arguments): string | undefined {
  return KEY_CIPHERS[others[0] ?? ""];
}

export function genrsa(call: Call, args: readonly string[]): number {
  const options = parseArguments("genrsa", args, {
    ...{ flags: "3 F4 f4 traditional verbose quiet", values: "out passout rand writerand primes engine provider" },
    others: CIPHER_OPTIONS,
  });
  const [size = String(DEFAULT_BITS), ...rest] = options.operands;
  if (!/^\d+$/.test(size)) throw new OpensslError(`genrsa: Can't parse "${size}" as a number\n`);
  if (rest.length > 0) throw usage("genrsa", "Extra arguments given.");
  const key = makeRsa(call, "genrsa", Number(size));
  if (options.has("verbose")) call.warn(`Generating RSA key with ${size} bits\ne is 65537 (0x010001)\n`);
  const form = {
    cipher: cipherOf(options),
    password: passwordOf(call, options.value("passout")),
    isTraditional: options.has("traditional"),
  };
  writeOutput(call, options.value("out"), privateKeyOutput(call, key, form), { isPrivate: true });
  return 0;
}

export function genpkey(call: Call, args: readonly string[]): number {
  const options = parseArguments("genpkey", args, {
    ...{
      flags: "text quiet genparam",
      values: "algorithm pkeyopt out outform pass passout paramfile rand provider engine",
    },
    others: CIPHER_OPTIONS,
  });
  const algorithm = options.value("algorithm");
  if (algorithm === undefined) throw usage("genpkey", "Missing parameter: -algorithm");
  const settings = Object.fromEntries(options.values("pkeyopt").map((each) => each.split(":")));
  const key = keyOfAlgorithm(call, algorithm, settings);
  const password = passwordOf(call, options.value("pass", "passout"));
  const form = { cipher: cipherOf(options), password, form: options.value("outform") };
  const text = privateKeyOutput(call, key, form);
  writeOutput(call, options.value("out"), options.has("text") ? text + privateKeyText(key) : text, { isPrivate: true });
  return 0;
}

function keyOfAlgorithm(call: Call, algorithm: string, settings: Record<string, string | undefined>): PrivateKey {
  switch (algorithm.toUpperCase()) {
    case "RSA":
    case "RSA-PSS":
      return makeRsa(call, "genpkey", Number(settings["rsa_keygen_bits"] ?? DEFAULT_BITS));
    case "EC":
      if (settings["ec_paramgen_curve"] === undefined) throw new OpensslError("genpkey: Error generating EC key\n");
      return makeEc(call, settings["ec_paramgen_curve"]);
    case "ED25519":
      return makeEdwardsKey(() => call.process.random());
    default:
      throw new OpensslError(`Error initializing ${algorithm} context\n`);
  }
}

export function ecparam(call: Call, args: readonly string[]): number {
  const options = parseArguments("ecparam", args, {
    flags: "genkey noout text list_curves check check_named param_enc conv_form no_seed",
    values: "name out outform in inform rand",
  });
  if (options.has("list_curves")) {
    call.print("  secp384r1 : NIST/SECG curve over a 384 bit prime field\n");
    call.print("  secp521r1 : NIST/SECG curve over a 521 bit prime field\n");
    call.print("  prime256v1: X9.62/SECG curve over a 256 bit prime field\n");
    return 0;
  }
  const name = options.value("name");
  const curve = name === undefined ? undefined : curveNamed(name);
  if (!curve) throw new OpensslError(`unknown curve name (${name ?? ""})\n`);
  const { bits, id, nistName } = CURVES[curve];
  const form = options.value("outform");
  let text = options.has("text") ? `EC-Parameters: (${bits} bit)\nASN1 OID: ${curve}\nNIST CURVE: ${nistName}\n` : "";
  if (!options.has("noout")) text += encoded("EC PARAMETERS", oid(id), form);
  if (options.has("genkey")) text += privateKeyOutput(call, makeEc(call, curve), { form, isTraditional: true });
  writeOutput(call, options.value("out"), text, { isPrivate: options.has("genkey") });
  return 0;
}

const CONVERSION = {
  flags:
    "pubin pubout text noout modulus check traditional text_pub pubcheck RSAPublicKey_in RSAPublicKey_out no_public",
  values: "in out inform outform passin passout param_enc conv_form",
  others: CIPHER_OPTIONS,
};

/** openssl rsa: an RSA key; its notes go to the standard error. */
export const rsa = (call: Call, args: readonly string[]) =>
  convert(call, "rsa", args, { type: "rsa", note: "RSA", isTraditional: false });

export const ec = (call: Call, args: readonly string[]) =>
  convert(call, "ec", args, { type: "ec", note: "EC", isTraditional: true });

export const pkey = (call: Call, args: readonly string[]) => convert(call, "pkey", args, { isTraditional: false });

interface Conversion {
  type?: PrivateKey["type"];
  note?: string;
  isTraditional: boolean;
}

function convert(
  call: Call,
  command: string,
  args: readonly string[],
  { type, note, isTraditional }: Conversion,
): number {
  const options = parseArguments(command, args, CONVERSION);
  const file = options.value("in");
  if (note === "EC") call.warn("read EC key\n");
  const what = options.has("pubin") ? "public key" : command === "pkey" ? "key" : "private key";
  const key = options.has("pubin")
    ? undefined
    : readPrivateKeyFile(call, file, { password: passwordOf(call, options.value("passin")), what });
  const open = key ? publicPart(key) : readPublicKeyFile(call, file, what);
  if (type !== undefined && open.type !== type)
    throw new OpensslError(`Could not read ${what} from ${file ?? "<stdin>"}\n`);
  let text = "";
  const shown = key && !options.has("text_pub") && command !== "pkey" ? privateKeyText(key) : undefined;
  const description =
    shown ??
    (key && !options.has("pubout", "text_pub") ? privateKeyText(key) : `${publicKeyLines(open, 0).join("\n")}\n`);
  if (options.has("text", "text_pub") && command !== "pkey") text += description;
  if (options.has("modulus") && open.type === "rsa") {
    text += `Modulus=${open.n
      .toString(16)
      .toUpperCase()
      .padStart(rsaBytes(open.n) * 2, "0")}\n`;
  }
  if (options.has("check"))
    text += command === "rsa" ? "RSA key ok\n" : command === "ec" ? "EC Key valid.\n" : "Key is valid\n";
  if (!options.has("noout")) {
    if (note !== undefined) call.warn(`writing ${note} key\n`);
    const form = options.value("outform");
    text +=
      !key || options.has("pubout")
        ? encoded("PUBLIC KEY", encodePublicKey(open), form)
        : privateKeyOutput(call, key, {
            ...{ cipher: cipherOf(options), password: passwordOf(call, options.value("passout")), form },
            isTraditional: isTraditional || options.has("traditional"),
          });
  }
  if (options.has("text", "text_pub") && command === "pkey") text += description;
  writeOutput(call, options.value("out"), text, { isPrivate: key !== undefined && !options.has("pubout") });
  return 0;
}
