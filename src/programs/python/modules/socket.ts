/** `socket`, as far as scripts look up names and see whether a port answers. */

import type { Answer, Question } from "../../../shell/question.ts";
import { integer, none, text } from "../builtins/arguments.ts";
import { register } from "../builtins/registry.ts";
import { builtinClass, defineClass } from "../classes.ts";
import { exceptionOf, raiseOsError } from "../errors.ts";
import { Bytes, Instance, type Module, PyError, Tuple, type Value } from "../objects.ts";
import type { Interpreter } from "../vm.ts";
import { define, functionsOf } from "./define.ts";
import { raiseUntrusted } from "./ssl.ts";

const GetAddressError = defineClass("gaierror", "OSError");
const Socket = defineClass("socket.socket", "object", [
  "connect",
  "connect_ex",
  "close",
  "settimeout",
  "send",
  "sendall",
  "recv",
  "setsockopt",
  "__enter__",
  "__exit__",
]);

/** Asks the world and takes the time that the answer took. */
export function ask(vm: Interpreter, question: Question): Answer {
  const answer = vm.process.ask(question);
  if (answer === undefined) vm.wait({ type: "answer" }, { type: "signal" });
  return answer;
}

/** Raises the error of a connection that failed. */
export function raiseConnection(answer: Extract<Answer, { type: "failed" }>): never {
  switch (answer.why) {
    case "unknownName":
    case "noRecord":
    case "dnsTimeout":
    case "serverFailure": {
      const exception = exceptionOf("gaierror", -2n, "Name or service not known");
      exception.attributes.set("errno", -2n);
      exception.attributes.set("strerror", "Name or service not known");
      throw new PyError(exception);
    }
    case "untrusted":
      return raiseUntrusted(answer.flaw === "expired");
    case "refused":
      return raiseOsError("ConnectionRefusedError", 111, "Connection refused");
    case "reset":
      return raiseOsError("ConnectionResetError", 104, "Connection reset by peer");
    case "unreachable":
      return raiseOsError("OSError", 113, "No route to host");
    default:
      throw new PyError(exceptionOf("TimeoutError", "timed out"));
  }
}

function connect(vm: Interpreter, address: Value | undefined, timeout: Value): void {
  const [host, port] = vm.list(address ?? null);
  const timeoutMs =
    typeof timeout === "bigint" || typeof timeout === "number" ? { timeoutMs: Number(timeout) * 1000 } : {};
  const answer = ask(vm, { type: "connect", protocol: "tcp", host: text(host), port: integer(port), ...timeoutMs });
  if (answer.type === "failed") raiseConnection(answer);
}

function lookUp(vm: Interpreter, host: Value | undefined): string {
  const answer = ask(vm, { type: "resolve", name: text(host), record: "A" });
  if (answer.type === "addresses" && answer.records[0]) return answer.records[0].value;
  return raiseConnection(answer.type === "failed" ? answer : { type: "failed", why: "unknownName", afterMs: 0 });
}

const fill = functionsOf("socket", {
  gethostname: (vm) => vm.process.host.hostname,
  getfqdn: (vm) => vm.process.host.hostname,
  gethostbyname: (vm, [host]) => lookUp(vm, host),
  create_connection(vm, [address, timeout = null]) {
    connect(vm, address, timeout);
    return new Instance(Socket);
  },
  setdefaulttimeout: () => null,
});

register({
  "new:socket.socket": () => new Instance(builtinClass("socket.socket")),
  "socket.socket.settimeout": (_vm, [self, timeout = null]) =>
    none((self as Instance).attributes.set(".timeout", timeout)),
  "socket.socket.connect"(vm, [self, address]) {
    connect(vm, address, (self as Instance).attributes.get(".timeout") ?? null);
    (self as Instance).attributes.set(".address", address!);
    return null;
  },
  "socket.socket.connect_ex"(vm, [self, address]) {
    try {
      connect(vm, address, (self as Instance).attributes.get(".timeout") ?? null);
      return 0n;
    } catch (error) {
      if (vm.isRaised(error, "OSError")) return (error.exception.attributes.get("errno") as bigint | undefined) ?? 110n;
      throw error;
    }
  },
  "socket.socket.sendall"(_vm, [self, data]) {
    const { attributes } = self as Instance;
    attributes.set(".sent", String(attributes.get(".sent") ?? "") + (data as Bytes).data);
    return null;
  },
  "socket.socket.send"(vm, args) {
    vm.builtin("socket.socket.sendall", args);
    return BigInt((args[1] as Bytes).data.length);
  },
  "socket.socket.recv"(vm, [self]) {
    const { attributes } = self as Instance;
    if (attributes.get(".isRead") === true) return new Bytes("");
    const [host, port] = vm.list(attributes.get(".address") ?? new Tuple());
    const data = String(attributes.get(".sent") ?? "");
    const answer = ask(vm, { type: "connect", protocol: "tcp", host: text(host), port: integer(port), data });
    if (answer.type === "failed") raiseConnection(answer);
    attributes.set(".isRead", true);
    return new Bytes(answer.type === "connected" ? answer.data : "");
  },
  "socket.socket.setsockopt": () => null,
  "socket.socket.close": () => null,
  "socket.socket.__enter__": (_vm, [self]) => self!,
  "socket.socket.__exit__": () => null,
});

export function fillSocket(_vm: Interpreter, module: Module): void {
  fill(module);
  define(module, {
    socket: Socket,
    error: builtinClass("OSError"),
    gaierror: GetAddressError,
    timeout: builtinClass("TimeoutError"),
    AF_INET: 2n,
    SOCK_STREAM: 1n,
    SOCK_DGRAM: 2n,
    SOL_SOCKET: 1n,
    SO_REUSEADDR: 2n,
  });
}
