/** TLS of nginx' servers: their certificates and keys, which are read at the start and at each reload. */
import { FileError } from "../../../files/errors.ts";
import type { FileSystem } from "../../../files/file-system.ts";
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { DerError } from "../../../lib/signing/der.ts";
import { decodePublicKey, isSameKey, publicPart } from "../../../lib/signing/keys.ts";
import { pemBlocks } from "../../../lib/signing/pem.ts";
import { readPrivateKey } from "../../../lib/signing/private-key.ts";
import { parseCertificate } from "../../../lib/signing/x509.ts";
import type { ProcessView } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { httpTime } from "../log.ts";
import type { HttpRequest, TlsRequest } from "../server.ts";
import { all, type Directive, last } from "./config.ts";
import { findServer, inherited, listenPort, type Scope } from "./select.ts";

/** The first problem with a certificate or a key of the configuration, in nginx' words. */
export function tlsProblem(files: FileSystem, config: readonly Directive[]): string | undefined {
  const http = last(config, "http")?.block ?? [];
  for (const { block = [] } of all(http, "server")) {
    const scopes = [http, block];
    const [certificate, key] = [inherited(scopes, "ssl_certificate"), inherited(scopes, "ssl_certificate_key")].map(
      (directive) => directive?.args[0],
    );
    if (certificate === undefined) continue;
    const problem = pairProblem(files, resolved(certificate), key === undefined ? undefined : resolved(key));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Paths are relative to the folder of the configuration. */
function resolved(path: string): string {
  return path.startsWith("/") ? path : `/etc/nginx/${path}`;
}

function pairProblem(files: FileSystem, certificatePath: string, keyPath: string | undefined): string | undefined {
  const certificate = contentOf(files, certificatePath);
  if (typeof certificate !== "string")
    return `cannot load certificate "${certificatePath}": ${openProblem(certificatePath, certificate)}`;
  const open = certificateKey(certificate);
  if (!open) {
    const why =
      "PEM_read_bio_X509_AUX() failed (SSL: error:0480006C:PEM routines::no start line:Expecting: TRUSTED CERTIFICATE)";
    return `cannot load certificate "${certificatePath}": ${why}`;
  }
  if (keyPath === undefined) return `no "ssl_certificate_key" is defined for certificate "${certificatePath}"`;
  const text = contentOf(files, keyPath);
  if (typeof text !== "string") return `cannot load certificate key "${keyPath}": ${openProblem(keyPath, text)}`;
  const key = readPrivateKey(text);
  if (!key)
    return `cannot load certificate key "${keyPath}": PEM_read_bio_PrivateKey() failed (SSL: error:1E08010C:DECODER routines::unsupported:No supported data to decode.)`;
  if (isSameKey(open, publicPart(key))) return undefined;
  return `SSL_CTX_use_PrivateKey("${keyPath}") failed (SSL: error:05800074:x509 certificate routines::key values mismatch)`;
}

function contentOf(files: FileSystem, path: string): string | FileError {
  try {
    return files.read(path);
  } catch (error) {
    if (error instanceof FileError) return error;
    throw error;
  }
}

function openProblem(path: string, { code, message }: FileError): string {
  const number = code === "EACCES" ? "8000000D" : "80000002";
  const rest =
    code === "ENOENT" ? " error:10000080:BIO routines::no such file" : " error:10080002:BIO routines::system lib";
  return `BIO_new_file() failed (SSL: error:${number}:system library::${message}:calling fopen(${path}, r)${rest})`;
}

/** The public key of the first certificate of a text; undefined if it cannot be read. */
function certificateKey(text: string): ReturnType<typeof decodePublicKey> {
  const block = pemBlocks(text).find(({ type }) => type === "CERTIFICATE");
  if (!block) return undefined;
  try {
    return decodePublicKey(parseCertificate(block.bytes).key);
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

/** Keeps the certificates of all servers by their paths (PEM): files that change have no effect before a reload. */
export function keepCertificates(process: ProcessView, config: readonly Directive[]): void {
  const http = last(config, "http")?.block ?? [];
  const loaded: Record<string, string> = {};
  for (const { block = [] } of all(http, "server")) {
    const path = inherited([http, block], "ssl_certificate")?.args[0];
    const content = path === undefined ? undefined : contentOf(process.files, resolved(path));
    if (path !== undefined && typeof content === "string") loaded[path] = content;
  }
  if (Object.keys(loaded).length > 0) process.state["certificates"] = loaded;
  else delete process.state["certificates"];
}

/** The certificate that a client of this port and name sees, PEM; undefined: the port does not speak TLS. */
export function presentedCertificate(process: ProcessView, http: Scope, request: TlsRequest): string | undefined {
  if (!isTlsPort(http, request.port)) return undefined;
  const found = findServer(http, request)?.block ?? [];
  const path = inherited([http, found], "ssl_certificate")?.args[0];
  const { certificates } = process.state;
  const content = path === undefined ? undefined : objectOf(certificates)[path];
  return typeof content === "string" ? content : undefined;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

function isTlsPort(http: Scope, port: number): boolean {
  return all(http, "server").some(({ block = [] }) =>
    all(block, "listen").some((listen) => listenPort(listen) === port && listen.args.includes("ssl")),
  );
}

/** The answer to a client that speaks HTTP where TLS is expected, or TLS where it is not. */
export function protocolMismatch(
  http: Scope,
  { port, scheme }: HttpRequest,
  version: string,
  nowMs: number,
): ServedAnswer | undefined {
  const isTls = isTlsPort(http, port);
  if (isTls === (scheme === "https")) return undefined;
  if (!isTls) return { type: "failed", why: "reset", afterMs: 1 };
  const why = "The plain HTTP request was sent to HTTPS port";
  const body = [
    `<html>\r\n<head><title>400 ${why}</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n`,
    `<center>${why}</center>\r\n<hr><center>nginx/${version}</center>\r\n</body>\r\n</html>\r\n`,
  ].join("");
  const headers = {
    server: `nginx/${version}`,
    date: httpTime(nowMs),
    "content-type": "text/html",
    connection: "close",
  };
  return { type: "http", status: 400, headers, body, afterMs: 1 };
}
