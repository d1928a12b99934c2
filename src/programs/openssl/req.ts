/** openssl req: requests and self-signed certificates are made, shown and verified. */
import { bitString, der, oid, oidOf, readDer, sequence, TAG, tagged, unsigned } from "../../lib/signing/der.ts";
import { type PrivateKey, publicPart } from "../../lib/signing/keys.ts";
import { isSigningDigest, signerWith } from "../../lib/signing/private-key.ts";
import { isSignatureOf } from "../../lib/signing/signature.ts";
import { type Certificate, parseCertificate } from "../../lib/signing/x509.ts";
import type { Call } from "../base/call.ts";
import {
  type Arguments,
  blocksOf,
  chargeKey,
  encoded,
  OpensslError,
  parseArguments,
  passwordOf,
  readInput,
  readPrivateKeyFile,
  writeOutput,
} from "./arguments.ts";
import { keyInfo, modulusText, parseRequest, type Request, requestText } from "./certificate-text.ts";
import { type Config, lookUp, readConfig } from "./config.ts";
import { addedExtension, type ExtensionContext, extensionId, extensionsOfSection } from "./extension-values.ts";
import { makeEc, makeRsa, privateKeyOutput } from "./keys.ts";
import { nameText } from "./names.ts";
import { digestOf, isKeyOf, randomSerial, serialFrom, signCertificate, validityOf } from "./signing.ts";
import { configuredSubject, subjectOf } from "./subjects.ts";

const RULES = {
  flags:
    "new x509 nodes noenc noout text verify subject pubkey modulus batch newhdr utf8 verbose asn1-kludge multivalue-rdn " +
    "reqopt precert",
  values:
    "in out inform outform key keyform keyout newkey pkeyopt subj days set_serial addext config extensions reqexts section " +
    "passin passout nameopt copy_extensions CA CAkey sigopt rand",
  others: { known: isSigningDigest, what: "option or message digest" },
};

const REQUEST_TYPES = new Set(["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"]);
const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

export function req(call: Call, args: readonly string[]): number {
  const options = parseArguments("req", args, RULES);
  const isNew = options.has("new", "newkey") || (options.has("x509") && !options.has("in"));
  if (!isNew && !options.has("x509")) return show(call, readRequest(call, options), options);
  const config = readConfig(call, options.value("config"));
  const given = isNew ? undefined : readRequest(call, options);
  const prompts = options.value("subj") === undefined && !given && lookUp(config, "req", "prompt") !== "no";
  // The command runs again from its start when its answers have come, so it waits for them before it writes a key.
  if (prompts) call.input();
  const key = signingKey(call, options, config);
  const subjectText = options.value("subj");
  const subject =
    subjectText !== undefined
      ? subjectOf(call, "req", subjectText)
      : (given?.subject.whole ?? configuredSubject(call, config, { isRequest: !options.has("x509") }));
  if (!options.has("x509")) return show(call, newRequest(call, options, { config, key, subject }), options);
  const text = selfSigned(call, options, { config, key, subject, given });
  writeOutput(call, options.value("out"), text);
  return 0;
}

function readRequest(call: Call, options: Arguments): Request {
  const text = readInput(call, options.value("in"), "X509 request");
  const block = blocksOf(text, "CERTIFICATE REQUEST").find(({ type }) => REQUEST_TYPES.has(type));
  if (!block) {
    const from = options.value("in") ?? "<stdin>";
    throw new OpensslError(`Could not read X509 request from ${from}\nUnable to load X509 request\n`);
  }
  return parseRequest(block.bytes);
}

/** The key of the option, or a new one that is written to its file. */
function signingKey(call: Call, options: Arguments, config: Config): PrivateKey {
  const file = options.value("key");
  const newKey = options.value("newkey");
  if (file !== undefined && newKey === undefined) {
    return readPrivateKeyFile(call, file, { password: passwordOf(call, options.value("passin")) });
  }
  const bits = lookUp(config, "req", "default_bits") ?? "2048";
  const key = keyFrom(call, newKey ?? `rsa:${bits}`, options);
  const isPlain = options.has("nodes", "noenc") || lookUp(config, "req", "encrypt_key") === "no";
  const password = passwordOf(call, options.value("passout")) ?? lookUp(config, "req", "output_password");
  if (!isPlain && password === undefined) throw new OpensslError("Enter PEM pass phrase:\n");
  const text = privateKeyOutput(call, key, isPlain ? {} : { cipher: "aes-256-cbc", password });
  const target = options.value("keyout") ?? lookUp(config, "req", "default_keyfile") ?? "privkey.pem";
  writeOutput(call, target, text, { isPrivate: true });
  call.warn("-----\n");
  return key;
}

/** `rsa:2048`, `ec:params.pem`, or an algorithm with its `-pkeyopt`. */
function keyFrom(call: Call, text: string, options: Arguments): PrivateKey {
  const [algorithm = "", argument] = text.split(":");
  const settings = Object.fromEntries(options.values("pkeyopt").map((each) => each.split(":")));
  if (algorithm === "rsa" || /^\d+$/.test(algorithm)) {
    return makeRsa(
      call,
      "req",
      Number(argument ?? settings["rsa_keygen_bits"] ?? (/^\d+$/.test(algorithm) ? algorithm : 2048)),
    );
  }
  if (algorithm === "ec" || algorithm === "EC")
    return makeEc(call, settings["ec_paramgen_curve"] ?? curveOfFile(call, argument));
  throw new OpensslError(`Unknown algorithm ${algorithm}\n`);
}

/** The curve of a file that `ecparam -name` has written. */
function curveOfFile(call: Call, file: string | undefined): string {
  if (file === undefined) throw new OpensslError("Error generating EC key\n");
  const block = blocksOf(readInput(call, file, "EC parameters"), "EC PARAMETERS").find(
    ({ type }) => type === "EC PARAMETERS",
  );
  if (!block) throw new OpensslError(`Could not read EC parameters from ${file}\n`);
  return oidOf(readDer(block.bytes));
}

interface Made {
  config: Config;
  key: PrivateKey;
  subject: Uint8Array;
}

function newRequest(call: Call, options: Arguments, { config, key, subject }: Made): Request {
  const info = keyInfo(publicPart(key));
  const section = options.value("reqexts", "extensions") ?? lookUp(config, "req", "req_extensions");
  const extensions = wantedExtensions(options, { config, key: info }, section);
  const attribute = sequence(oid(EXTENSION_REQUEST), der(TAG.set, sequence(...extensions)));
  const attributes = tagged(0, ...(extensions.length > 0 ? [attribute] : []));
  const body = sequence(unsigned(Uint8Array.of(0)), subject, info.whole, attributes);
  const signer = signerWith(key, digestFor(options, config));
  chargeKey(call);
  return parseRequest(sequence(body, signer.algorithm, bitString(signer.sign(body))));
}

/** Extensions of the section and of `-addext`, which replaces one of the same type. */
function wantedExtensions(options: Arguments, context: ExtensionContext, section: string | undefined): Uint8Array[] {
  const added = options.values("addext").flatMap((text) => addedExtension(text, context) ?? []);
  const replaced = new Set(added.map(extensionId));
  const base = section === undefined ? [] : extensionsOfSection(section, context);
  return [...base.filter((each) => !replaced.has(extensionId(each))), ...added];
}

function digestFor(options: Arguments, config: Config) {
  const configured = lookUp(config, "req", "default_md") ?? "";
  return options.others.length === 0 && isSigningDigest(configured) ? configured : digestOf(options);
}

function selfSigned(
  call: Call,
  options: Arguments,
  { config, key, subject, given }: Made & { given: Request | undefined },
): string {
  const ca = options.value("CA");
  const issuer = ca === undefined ? undefined : readCertificate(call, ca);
  const signer = ca === undefined ? key : readPrivateKeyFile(call, options.value("CAkey") ?? ca);
  if (issuer && !isKeyOf(issuer.key, signer))
    throw new OpensslError("CA certificate and CA private key do not match\n");
  const info = given?.key ?? keyInfo(publicPart(key));
  const context = { config, key: info, issuer };
  const section = options.value("extensions") ?? lookUp(config, "req", "x509_extensions");
  const serial = options.value("set_serial");
  const pemText = signCertificate(call, {
    ...{ subject, key: info, signingKey: signer, digest: digestFor(options, config), issuer, context },
    serial: serial === undefined ? randomSerial(call) : serialFrom(serial),
    validity: validityOf(call, options),
    extensions: wantedExtensions(options, context, section),
  });
  return pemText;
}

export function readCertificate(call: Call, file: string | undefined, what = "CA certificate"): Certificate {
  const block = blocksOf(readInput(call, file, what), "CERTIFICATE").find(({ type }) => /CERTIFICATE$/.test(type));
  if (!block) throw new OpensslError(`Could not read ${what} from ${file ?? "<stdin>"}\nUnable to load ${what}\n`);
  return parseCertificate(block.bytes);
}

/** Prints what the options ask for, then the request itself. */
function show(call: Call, request: Request, options: Arguments): number {
  const { subject, key, whole } = request;
  const style = /rfc2253/i.test(options.value("nameopt") ?? "") ? "rfc2253" : "default";
  if (options.has("verify")) {
    const { algorithm: id, body: message, signature } = request;
    const isRight = isSignatureOf({ id, message, signature, publicKey: key });
    call.warn(`Certificate request self-signature verify ${isRight ? "OK" : "failure"}\n`);
    if (!isRight) return 1;
  }
  let text = options.has("text") ? requestText(request) : "";
  if (options.has("subject")) text += `subject=${nameText(subject, style)}\n`;
  if (options.has("pubkey")) text += encoded("PUBLIC KEY", key.whole, undefined);
  if (options.has("modulus")) text += modulusText(key);
  if (!options.has("noout")) text += encoded("CERTIFICATE REQUEST", whole, options.value("outform"));
  writeOutput(call, options.value("out"), text);
  return 0;
}
