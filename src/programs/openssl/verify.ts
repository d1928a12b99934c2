/** openssl verify: chains of certificates up to a trusted authority. */
import { FileError } from "../../files/errors.ts";
import { DerError } from "../../lib/signing/der.ts";
import { isSignatureOf } from "../../lib/signing/signature.ts";
import { matchesName } from "../../lib/signing/verification.ts";
import { type Certificate, extensionOf, parseCertificate, serverNames } from "../../lib/signing/x509.ts";
import type { Call } from "../base/call.ts";
import { blocksOf, OpensslError, parseArguments, readInput } from "./arguments.ts";
import { EXTENSION_IDS } from "./extensions.ts";
import { nameText } from "./names.ts";

const RULES = {
  flags:
    "verbose show_chain partial_chain x509_strict crl_check crl_check_all ignore_critical allow_proxy_certs trusted_first",
  values: "CAfile CApath untrusted trusted purpose verify_hostname verify_ip verify_depth attime nameopt CAstore",
};
const BUNDLE = "/etc/ssl/certs/ca-certificates.crt";
const MAX_DEPTH = 10;

export interface Failure {
  code: number;
  depth: number;
  text: string;
  certificate: Certificate;
}

export function verify(call: Call, args: readonly string[]): number {
  const options = parseArguments("verify", args, RULES);
  const bundles = [...options.values("CAfile"), ...options.values("trusted")];
  const trusted = bundles.length > 0 ? bundles.flatMap((file) => certificatesOf(call, file)) : systemCertificates(call);
  const untrusted = options.values("untrusted").flatMap((file) => certificatesOf(call, file));
  const host = options.value("verify_hostname", "verify_ip");
  let status = 0;
  for (const name of options.operands.length > 0 ? options.operands : [undefined]) {
    const shown = name ?? "stdin";
    const [leaf] = certificatesOf(call, name, "certificate file");
    if (!leaf)
      throw new OpensslError(
        `Could not read certificate file from ${name ?? "<stdin>"}\nUnable to load certificate file\n`,
        2,
      );
    const isPartial = options.has("partial_chain");
    const { chain, failure } = checkChain(leaf, { trusted, untrusted, nowMs: call.process.nowMs, isPartial, host });
    if (failure) {
      const { code, depth, text, certificate } = failure;
      call.warn(`${nameText(certificate.subject)}\nerror ${code} at ${depth} depth lookup: ${text}\n`);
      call.warn(`error ${shown}: verification failed\n`);
      status = 2;
      continue;
    }
    call.print(`${shown}: OK\n`);
    if (!options.has("show_chain")) continue;
    call.print("Chain:\n");
    for (const [depth, { subject }] of chain.entries()) {
      const origin = untrusted.includes(chain[depth]!) || depth === 0 ? " (untrusted)" : "";
      call.print(`depth=${depth}: ${nameText(subject)}${origin}\n`);
    }
  }
  return status;
}

/** @throws OpensslError */
export function certificatesOf(call: Call, file: string | undefined, what = "file"): Certificate[] {
  try {
    return certificatesIn(readInput(call, file, what));
  } catch (error) {
    if (!(error instanceof OpensslError)) throw error;
    throw new OpensslError(
      what === "file" ? `Error loading file ${file}\n` : `${error.message}Unable to load ${what}\n`,
      what === "file" ? 1 : 2,
    );
  }
}

export function certificatesIn(text: string): Certificate[] {
  return blocksOf(text, "CERTIFICATE").flatMap(({ type, bytes }) => {
    if (!type.endsWith("CERTIFICATE")) return [];
    try {
      return [parseCertificate(bytes)];
    } catch (error) {
      if (error instanceof DerError) return [];
      throw error;
    }
  });
}

export function systemCertificates(call: Call): Certificate[] {
  const { files } = call.process;
  try {
    return certificatesIn(files.read(BUNDLE));
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

interface Pool {
  trusted: readonly Certificate[];
  untrusted: readonly Certificate[];
  nowMs: number;
  isPartial: boolean;
  host: string | undefined;
}

/** The chain from the certificate to its root as far as it is known, and the first reason against it. */
export function checkChain(leaf: Certificate, pool: Pool): { chain: Certificate[]; failure: Failure | undefined } {
  const chain = [leaf];
  return { chain, failure: chainFailure(chain, pool) };
}

/** Extends the chain up to its root. */
function chainFailure(chain: Certificate[], { trusted, untrusted, nowMs, isPartial, host }: Pool): Failure | undefined {
  const fail = (code: number, depth: number, text: string): Failure => ({
    code,
    depth,
    text,
    certificate: chain[depth]!,
  });
  const isTrusted = (certificate: Certificate) => trusted.some((each) => isSame(each, certificate));
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const certificate = chain[depth]!;
    if (isTrusted(certificate) && (isPartial || isSelfIssued(certificate))) break;
    if (isSelfIssued(certificate)) {
      return depth === 0
        ? fail(18, 0, "self-signed certificate")
        : fail(19, depth, "self-signed certificate in certificate chain");
    }
    const candidates = [...trusted, ...untrusted].filter((each) =>
      isSameName(each.subject.whole, certificate.issuer.whole),
    );
    const issuer = candidates.find((each) => isSignedBy(certificate, each)) ?? candidates[0];
    if (!issuer) return fail(20, depth, "unable to get local issuer certificate");
    chain.push(issuer);
  }
  for (const [depth, certificate] of chain.entries()) {
    if (depth > 0 && !isAuthority(certificate)) return fail(79, depth, "invalid CA certificate");
  }
  if (host !== undefined && !fits(chain[0]!, host)) return fail(62, 0, "hostname mismatch");
  for (let depth = chain.length - 1; depth >= 0; depth--) {
    const certificate = chain[depth]!;
    const issuer = chain[depth + 1];
    if (issuer && !isSignedBy(certificate, issuer)) return fail(7, depth, "certificate signature failure");
    if (nowMs < certificate.notBeforeMs) return fail(9, depth, "certificate is not yet valid");
    if (nowMs > certificate.notAfterMs) return fail(10, depth, "certificate has expired");
  }
  return undefined;
}

function isSame(a: Certificate, b: Certificate): boolean {
  return isSameName(a.whole, b.whole);
}

function isSameName(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function isSelfIssued({ subject, issuer }: Certificate): boolean {
  return isSameName(subject.whole, issuer.whole);
}

function isSignedBy({ algorithm, body, signature }: Certificate, issuer: Certificate): boolean {
  return isSignatureOf({ id: algorithm, message: body, signature, publicKey: issuer.key });
}

/** A certificate of version 1 that signs itself counts as an authority. */
function isAuthority(certificate: Certificate): boolean {
  const constraints = extensionOf(certificate, EXTENSION_IDS.basicConstraints);
  if (!constraints) return certificate.version === 1 && isSelfIssued(certificate);
  return constraints.content[0] === 0x01 && constraints.content[2] !== 0;
}

function fits(certificate: Certificate, host: string): boolean {
  const { dnsNames, addresses } = serverNames(certificate);
  return addresses.includes(host) || dnsNames.some((pattern) => matchesName(pattern, host));
}
