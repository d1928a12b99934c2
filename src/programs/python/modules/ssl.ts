/** `ssl`: contexts of servers and of `urllib`, with certificates from files. */
import { FileError } from "../../../files/errors.ts";
import { optional, text } from "../builtins/arguments.ts";
import { register } from "../builtins/registry.ts";
import { builtinClass, defineClass } from "../classes.ts";
import { exceptionOf, raise, withFileErrors } from "../errors.ts";
import { absolutePath } from "../files.ts";
import { Instance, type Module, PyError, type Value } from "../objects.ts";
import type { Interpreter } from "../vm.ts";
import { define, functionsOf } from "./define.ts";

const Context = defineClass("SSLContext", "object", ["load_cert_chain", "load_verify_locations", "wrap_socket"]);
const SslError = defineClass("SSLError", "OSError", ["__str__"]);
const VerificationError = defineClass("SSLCertVerificationError", "SSLError");

const CERT_NONE = 0n;
const CERT_REQUIRED = 2n;
const SYSTEM_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

function newContext(verifyMode: bigint, authorities: string | null): Instance {
  const context = new Instance(builtinClass("SSLContext"));
  context.attributes.set("verify_mode", verifyMode);
  context.attributes.set("check_hostname", verifyMode === CERT_REQUIRED);
  context.attributes.set(".authorities", authorities);
  return context;
}

function contentOf(vm: Interpreter, path: string): string {
  return withFileErrors(path, () => vm.process.files.read(absolutePath(vm, path)));
}

/** The authorities of the system (PEM); empty without their file. */
function systemAuthorities({ process }: Interpreter): string {
  try {
    return process.files.read(process.env["SSL_CERT_FILE"] ?? SYSTEM_AUTHORITIES);
  } catch (error) {
    if (error instanceof FileError) return "";
    throw error;
  }
}

/** The authorities that a client with this context trusts (PEM); undefined: it does not verify. None: the default. */
export function trustedBy(vm: Interpreter, context: Value): string | undefined {
  if (!(context instanceof Instance)) return systemAuthorities(vm);
  if (context.attributes.get("verify_mode") === CERT_NONE) return undefined;
  const own = context.attributes.get(".authorities");
  return typeof own === "string" ? own : "";
}

function sslError(name: string, number: bigint, message: string): PyError {
  const exception = exceptionOf(name, number, message);
  exception.attributes.set("errno", number);
  exception.attributes.set("strerror", message);
  return new PyError(exception);
}

/** Raises the error of a client that does not accept the server's certificate. */
export function raiseUntrusted(isExpired: boolean): never {
  const why = isExpired ? "certificate has expired" : "self-signed certificate in certificate chain";
  const message = `[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: ${why} (_ssl.c:1010)`;
  throw sslError("SSLCertVerificationError", 1n, message);
}

/** The certificate that a server's socket shows (PEM); undefined: it does not speak TLS. */
export function certificateOf(socket: Value | undefined): string | undefined {
  const certificate = socket instanceof Instance ? socket.attributes.get(".certificate") : undefined;
  return typeof certificate === "string" ? certificate : undefined;
}

register({
  "SSLError.__str__": (_vm, [self]) => (self as Instance).attributes.get("strerror") ?? "",
  "new:SSLContext": (_vm, [protocol]) => newContext(protocol === PROTOCOL_TLS_CLIENT ? CERT_REQUIRED : CERT_NONE, null),
  "SSLContext.load_cert_chain"(vm, [self, certificate, key], keywords) {
    const own = contentOf(vm, text(certificate ?? keywords.get("certfile")));
    const keyPath = key ?? keywords.get("keyfile") ?? null;
    if (keyPath !== null) contentOf(vm, text(keyPath));
    if (!own.includes("-----BEGIN CERTIFICATE-----")) throw sslError("SSLError", 9n, "[SSL] PEM lib (_ssl.c:3916)");
    (self as Instance).attributes.set(".certificate", own);
    return null;
  },
  "SSLContext.load_verify_locations"(vm, args, keywords) {
    const file = optional(args, 1, keywords, "cafile") ?? null;
    const data = optional(args, 3, keywords, "cadata") ?? null;
    if (file === null && data === null) raise("TypeError", "cafile, capath and cadata cannot be all omitted");
    (args[0] as Instance).attributes.set(".authorities", data === null ? contentOf(vm, text(file)) : text(data));
    return null;
  },
  "SSLContext.wrap_socket"(_vm, args) {
    const [self, socket] = args as Instance[];
    socket!.attributes.set(".certificate", self!.attributes.get(".certificate") ?? "");
    return socket!;
  },
});

const PROTOCOL_TLS_CLIENT = 16n;

const fill = functionsOf("ssl", {
  create_default_context(vm, args, keywords) {
    const file = optional(args, 1, keywords, "cafile") ?? null;
    const isServer = optional(args, 0, keywords, "purpose") === PURPOSES.CLIENT_AUTH;
    const authorities = file === null ? systemAuthorities(vm) : contentOf(vm, text(file));
    return newContext(isServer ? CERT_NONE : CERT_REQUIRED, authorities);
  },
  _create_unverified_context: () => newContext(CERT_NONE, null),
});

const PURPOSES = { SERVER_AUTH: "1.3.6.1.5.5.7.3.1", CLIENT_AUTH: "1.3.6.1.5.5.7.3.2" };
const Purpose = defineClass("Purpose", "object");
for (const [name, value] of Object.entries(PURPOSES)) Purpose.attributes.set(name, value);

export function fillSsl(_vm: Interpreter, module: Module): void {
  fill(module);
  define(module, {
    SSLContext: Context,
    SSLError: SslError,
    SSLCertVerificationError: VerificationError,
    Purpose,
    CERT_NONE,
    CERT_OPTIONAL: 1n,
    CERT_REQUIRED,
    PROTOCOL_TLS: 2n,
    PROTOCOL_TLS_CLIENT,
    PROTOCOL_TLS_SERVER: 17n,
  });
}
