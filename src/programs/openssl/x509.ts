/** openssl x509: certificates are shown, converted, and signed from requests. */
import { FileError } from "../../files/errors.ts";
import type { DerValue } from "../../lib/signing/der.ts";
import { type PrivateKey, publicPart } from "../../lib/signing/keys.ts";
import { isSigningDigest } from "../../lib/signing/private-key.ts";
import { isSignatureOf } from "../../lib/signing/signature.ts";
import { parseCertificate } from "../../lib/signing/x509.ts";
import type { Call } from "../base/call.ts";
import {
  type Arguments,
  blocksOf,
  encoded,
  OpensslError,
  parseArguments,
  passwordOf,
  readInput,
  readPrivateKeyFile,
  writeOutput,
} from "./arguments.ts";
import { certificatePart, keyInfo, parseRequest, type Request } from "./certificate-text.ts";
import { type Config, lookUp, parseConfig } from "./config.ts";
import { extensionsOfSection } from "./extension-values.ts";
import { extensionLines } from "./extensions.ts";
import { nameText } from "./names.ts";
import { readCertificate } from "./req.ts";
import {
  digestOf,
  isKeyOf,
  randomSerial,
  requestedExtensions,
  serialFrom,
  signCertificate,
  validityOf,
} from "./signing.ts";
import { subjectOf } from "./subjects.ts";

const RULES = {
  flags:
    "req new text noout subject issuer dates startdate enddate serial fingerprint pubkey modulus hash subject_hash " +
    "issuer_hash CAcreateserial x509toreq purpose ocspid email alias clrext trustout C ocsp_uri nocert",
  values:
    "in out inform outform CA CAkey CAserial CAform CAkeyform signkey key keyform days set_serial extfile extensions ext " +
    "checkend checkhost checkip nameopt certopt passin subj copy_extensions force_pubkey sigopt preserve_dates",
  others: { known: isSigningDigest, what: "option or message digest" },
};

export function x509(call: Call, args: readonly string[]): number {
  const options = parseArguments("x509", args, RULES);
  const bytes =
    options.has("req", "new") || options.has("CA") || options.has("signkey", "key")
      ? issue(call, options)
      : certificateIn(call, options);
  return show(call, bytes, options);
}

function certificateIn(call: Call, options: Arguments): Uint8Array {
  const file = options.value("in");
  const block = blocksOf(readInput(call, file, "certificate"), "CERTIFICATE").find(({ type }) =>
    ["CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE"].includes(type),
  );
  if (block) return block.bytes;
  throw new OpensslError(`Could not read certificate from ${file ?? "<stdin>"}\nUnable to load certificate\n`);
}

function show(call: Call, bytes: Uint8Array, options: Arguments): number {
  const certificate = parseCertificate(bytes);
  const style = /rfc2253/i.test(options.value("nameopt") ?? "") ? "rfc2253" : "default";
  const digest = options.others[0] ?? "sha1";
  let text = "";
  let status = 0;
  for (const option of options.order) {
    text += certificatePart(certificate, option, style, digest) ?? "";
    if (option === "ext") {
      const lines = certificate.extensions
        ? extensionLines(certificate.extensions, options.value("ext")!.split(","))
        : [];
      if (lines.length === 0) call.warn("No extensions matching the given names\n");
      text += lines.map((each) => `${each}\n`).join("");
    }
    if (option === "checkend") {
      const isOver = certificate.notAfterMs - call.process.nowMs <= Number(options.value("checkend")) * 1000;
      text += isOver ? "Certificate will expire\n" : "Certificate will not expire\n";
      status = isOver ? 1 : 0;
    }
  }
  if (!options.has("noout")) text += encoded("CERTIFICATE", bytes, options.value("outform"));
  writeOutput(call, options.value("out"), text);
  return status;
}

/** A certificate from a request, or a certificate that is signed again. */
function issue(call: Call, options: Arguments): Uint8Array {
  const source = sourceOf(call, options);
  const ca = options.value("CA");
  const password = passwordOf(call, options.value("passin"));
  const issuer = ca === undefined ? undefined : readCertificate(call, ca);
  const keyFile = ca === undefined ? options.value("signkey", "key") : (options.value("CAkey") ?? ca);
  if (keyFile === undefined) throw new OpensslError("We need a private key to sign with\n");
  const what = ca === undefined ? "private key" : "CA private key";
  const signingKey = readPrivateKeyFile(call, keyFile, { password, what });
  if (issuer && !isKeyOf(issuer.key, signingKey)) {
    throw new OpensslError("CA certificate and CA private key do not match\n");
  }
  const config = configOf(call, options);
  const context = { config, key: source.key, issuer };
  const section = options.value("extensions") ?? lookUp(config, "default", "extensions") ?? "default";
  const own = options.has("extfile") ? extensionsOfSection(section, context) : [];
  const copied = /^copy/.test(options.value("copy_extensions") ?? "") ? source.extensions : [];
  const text = signCertificate(call, {
    ...{ subject: source.subject, key: source.key, signingKey, digest: digestOf(options), issuer, context },
    serial: serialOf(call, options, ca),
    validity: validityOf(call, options),
    extensions: [...copied, ...own],
  });
  return blocksOf(text, "CERTIFICATE")[0]!.bytes;
}

interface Source {
  subject: Uint8Array;
  key: DerValue;
  extensions: readonly Uint8Array[];
}

function sourceOf(call: Call, options: Arguments): Source {
  const subject = options.value("subj");
  if (options.has("new")) return newSource(call, options, subject);
  if (!options.has("req")) {
    const present = parseCertificate(certificateIn(call, options));
    const signer = options.value("signkey", "key");
    const key = options.has("CA") || signer === undefined ? present.key : publicOf(readPrivateKeyFile(call, signer));
    return { subject: present.subject.whole, key, extensions: requestedExtensions(present.extensions) };
  }
  const request = verifiedRequest(call, options);
  call.warn(`Certificate request self-signature ok\nsubject=${nameText(request.subject)}\n`);
  return {
    subject: subject === undefined ? request.subject.whole : subjectOf(call, "x509", subject),
    key: request.key,
    extensions: requestedExtensions(request.extensions),
  };
}

function newSource(call: Call, options: Arguments, subject: string | undefined): Source {
  const file = options.value("signkey", "key");
  if (subject === undefined) throw new OpensslError("The -new option requires a subject to be set using -subj\n");
  return { subject: subjectOf(call, "x509", subject), key: publicOf(readPrivateKeyFile(call, file)), extensions: [] };
}

function publicOf(key: PrivateKey): DerValue {
  return keyInfo(publicPart(key));
}

function verifiedRequest(call: Call, options: Arguments): Request {
  const file = options.value("in");
  const text = readInput(call, file, "certificate request input");
  const block = blocksOf(text, "CERTIFICATE REQUEST").find(({ type }) => type.endsWith("CERTIFICATE REQUEST"));
  const from = file ?? "<stdin>";
  if (!block)
    throw new OpensslError(
      `Could not read certificate request input from ${from}\nUnable to load certificate request input\n`,
    );
  const request = parseRequest(block.bytes);
  const { algorithm: id, body: message, signature, key: publicKey } = request;
  if (isSignatureOf({ id, message, signature, publicKey })) return request;
  throw new OpensslError("Certificate request self-signature did not match the contents\n");
}

function configOf(call: Call, options: Arguments): Config {
  const file = options.value("extfile");
  return file === undefined ? {} : parseConfig(readInput(call, file, "extensions"), call.process.env);
}

/** The number of the option, the next one of the authority's file, or a random one. */
function serialOf(call: Call, options: Arguments, ca: string | undefined): Uint8Array {
  const own = options.value("set_serial");
  if (own !== undefined) return serialFrom(own);
  if (ca === undefined) return randomSerial(call);
  const file = options.value("CAserial") ?? `${ca.replace(/\.[^./]*$/, "")}.srl`;
  const present = presentSerial(call, file);
  if (present === undefined && !options.has("CAcreateserial")) {
    if (options.has("CAserial"))
      throw new OpensslError(`Can't open "${file}" for reading, No such file or directory\n`);
    return randomSerial(call);
  }
  const serial = present === undefined ? randomSerial(call) : next(present);
  const hex = [...serial].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  call.process.files.write(call.path(file), `${hex.toUpperCase()}\n`);
  return serial;
}

function presentSerial(call: Call, file: string): string | undefined {
  try {
    return call.process.files.read(call.path(file)).trim();
  } catch (error) {
    if (error instanceof FileError && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function next(serial: string): Uint8Array {
  return serialFrom(`0x${(BigInt(`0x${serial}`) + 1n).toString(16)}`);
}
