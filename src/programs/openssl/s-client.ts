/** openssl s_client: the handshake with a server of the cluster, and the certificates that it shows. */
import { oidOf, partsOf } from "../../lib/signing/der.ts";
import { decodePublicKey } from "../../lib/signing/keys.ts";
import { pem } from "../../lib/signing/pem.ts";
import type { Certificate } from "../../lib/signing/x509.ts";
import type { Step } from "../../shell/program.ts";
import type { Answer } from "../../shell/question.ts";
import type { Call } from "../base/call.ts";
import { TLS_PROTOCOL } from "../servers/handshake.ts";
import { type Arguments, OpensslError, parseArguments, usage } from "./arguments.ts";
import { timeText } from "./certificate-text.ts";
import { keyBits } from "./key-text.ts";
import { algorithmName, nameText } from "./names.ts";
import { certificatesIn, certificatesOf, checkChain, type Failure, systemCertificates } from "./verify.ts";

const RULES = {
  flags:
    "showcerts noservername quiet brief ign_eof no_ign_eof msg debug state prexit crlf tls1_2 tls1_3 no_tls1_3 no_tls1_2 " +
    "verify_return_error verify_quiet status tlsextdebug reconnect 4 6 nocommands",
  values:
    "connect host port servername CAfile CApath verify verify_hostname cert key starttls alpn cipher ciphersuites proxy " +
    "verify_depth purpose timeout min_protocol max_protocol nameopt",
};
const DEFAULT_PORT = 4433;

export function sClient(call: Call, args: readonly string[]): number | Step {
  const options = parseArguments("s_client", args, RULES);
  const target =
    options.value("connect") ??
    options.operands[0] ??
    `${options.value("host") ?? "localhost"}:${options.value("port") ?? DEFAULT_PORT}`;
  const [, host = "", port = String(DEFAULT_PORT)] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(target) ?? [];
  if (options.has("starttls")) throw usage("s_client", `Option -starttls cannot run in this cluster`);
  const name = options.has("noservername")
    ? ""
    : (options.value("servername") ?? (/^[\d.]+$|:/.test(host) ? "" : host));
  const answer = call.process.ask({ type: "message", host, port: Number(port), protocol: TLS_PROTOCOL, body: name });
  if (!answer) return { type: "wait", for: [{ type: "answer" }] };
  const shown = answer.type === "message" && typeof answer.body === "string" ? certificatesIn(answer.body) : [];
  const [leaf] = shown;
  if (!leaf) throw new OpensslError(connectionProblem(answer));
  // Text for the server is dropped: the connection ends with the input.
  call.input();
  return report(call, options, { leaf, shown, name });
}

function connectionProblem(answer: Answer): string {
  const why = answer.type === "failed" ? answer.why : "reset";
  if (why === "refused") return "connect:errno=111\n";
  if (why === "timeout" || why === "dnsTimeout") return "connect:errno=110\n";
  if (why === "unreachable") return "connect:errno=113\n";
  return why === "reset" ? "no peer certificate available\n" : "connect:errno=0\n";
}

interface Peer {
  leaf: Certificate;
  shown: readonly Certificate[];
  name: string;
}

function report(call: Call, options: Arguments, { leaf, shown, name }: Peer): number {
  const file = options.value("CAfile");
  const trusted = file === undefined ? systemCertificates(call) : certificatesOf(call, file);
  const { chain, failure } = checkChain(leaf, {
    ...{ trusted, untrusted: shown.slice(1), nowMs: call.process.nowMs, isPartial: false },
    host: options.value("verify_hostname"),
  });
  const result = verificationOf(failure, shown);
  call.warn(progress(chain, failure));
  const bits = keyBits(decodePublicKey(leaf.key));
  if (options.has("brief")) {
    call.warn(
      `CONNECTION ESTABLISHED\nProtocol version: TLSv1.3\nCiphersuite: TLS_AES_256_GCM_SHA384\nPeer certificate: ${nameText(leaf.subject)}\n`,
    );
    return 0;
  }
  if (options.has("quiet")) return 0;
  call.print("CONNECTED(00000003)\n---\nCertificate chain\n");
  for (const [at, each] of shown.entries()) call.print(chainLines(each, at, options.has("showcerts")));
  call.print(`---\nServer certificate\n${options.has("showcerts") ? "" : pem("CERTIFICATE", leaf.whole)}`);
  call.print(
    `subject=${nameText(leaf.subject)}\nissuer=${nameText(leaf.issuer)}\n---\nNo client certificate CA names sent\n`,
  );
  call.print(
    `Peer signing digest: SHA256\nPeer signature type: ${signatureType(leaf)}\nServer Temp Key: X25519, 253 bits\n---\n`,
  );
  const readBytes = 500 + shown.reduce((sum, { whole }) => sum + whole.length, 0);
  call.print(`SSL handshake has read ${readBytes} bytes and written ${373 + name.length} bytes\n`);
  call.print(failure ? `Verification error: ${result.text}\n` : "Verification: OK\n");
  call.print(
    `---\nNew, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384\nServer public key is ${bits} bit\n` +
      "Secure Renegotiation IS NOT supported\nCompression: NONE\nExpansion: NONE\nNo ALPN negotiated\n" +
      `Early data was not sent\nVerify return code: ${result.code} (${result.text})\n---\n`,
  );
  call.warn("DONE\n");
  return failure && options.has("verify_return_error") ? 1 : 0;
}

/** A server that shows its certificate only, of an unknown authority, has a code of its own. */
function verificationOf(failure: Failure | undefined, shown: readonly Certificate[]): { code: number; text: string } {
  if (!failure) return { code: 0, text: "ok" };
  if (failure.code === 20 && shown.length === 1) return { code: 21, text: "unable to verify the first certificate" };
  return failure;
}

/** The lines about each certificate, from the root to the server. */
function progress(chain: readonly Certificate[], failure: Failure | undefined): string {
  const line = (depth: number) => `depth=${depth} ${nameText(chain[depth]!.subject)}\n`;
  let text = "";
  for (let depth = chain.length - 1; depth >= 0; depth--) {
    if (failure?.depth === depth)
      text += `${line(depth)}verify error:num=${failure.code}:${failure.text}\nverify return:1\n`;
    if (failure?.code === 20 && failure.depth === depth && depth === 0) {
      text += `${line(depth)}verify error:num=21:unable to verify the first certificate\nverify return:1\n`;
    }
    text += `${line(depth)}verify return:1\n`;
  }
  return text;
}

function chainLines(certificate: Certificate, at: number, withPem: boolean): string {
  const { subject, issuer, key, notBeforeMs, notAfterMs, algorithm, whole } = certificate;
  const type = algorithmName(oidOf(partsOf(partsOf(key)[0]!)[0]!));
  const signature = algorithmName(algorithm).replace(
    /^(sha\d+)With(RSA)Encryption$/,
    (_, digest, rsa) => `${rsa}-${digest.toUpperCase()}`,
  );
  const lines = [
    `${String(at).padStart(2)} s:${nameText(subject)}`,
    `   i:${nameText(issuer)}`,
    `   a:PKEY: ${type}, ${keyBits(decodePublicKey(key))} (bit); sigalg: ${signature}`,
    `   v:NotBefore: ${timeText(notBeforeMs)}; NotAfter: ${timeText(notAfterMs)}`,
  ];
  return `${lines.join("\n")}\n${withPem ? pem("CERTIFICATE", whole) : ""}`;
}

function signatureType({ key }: Certificate): string {
  const known = decodePublicKey(key)?.type;
  return known === "ec" ? "ECDSA" : known === "ed25519" ? "ed25519" : "RSA-PSS";
}
