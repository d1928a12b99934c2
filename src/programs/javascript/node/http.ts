/** `http`: natives under `library/http.ts`. */
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { STATUS_TEXTS as HTTP_STATUS_TEXTS } from "../../../lib/http-status.ts";
import type { Answer, HttpQuestion } from "../../../shell/question.ts";
import { fromHost } from "../builtins/json.ts";
import { arrayOf, objectOf, toInteger, toText } from "../conversions.ts";
import { define, natives } from "../intrinsics.ts";
import { JsObject, type Value } from "../objects.ts";
import { enumerableKeys, get } from "../properties.ts";
import type { Vm } from "../vm.ts";
import { bufferOf, dataOf } from "./buffer.ts";

define("node:http.natives", "Object.prototype");

/** Node spells one of them in its own way. */
export const STATUS_TEXTS: Readonly<Record<string, string>> = { ...HTTP_STATUS_TEXTS, 418: "I'm a Teapot" };

/** The first port that the kernel gives for port 0. */
const EPHEMERAL_PORT = 32_768;

function headersOf(vm: Vm, value: Value): Record<string, string> {
  const headers: Record<string, string> = {};
  if (!(value instanceof JsObject)) return headers;
  for (const name of enumerableKeys(vm, value))
    headers[name.toLowerCase()] = bytesOfText(toText(vm, get(vm, value, name)));
  return headers;
}

/** An answer as the library reads it. */
export function answerObject(vm: Vm, answer: Answer): JsObject {
  if (answer.type === "http") {
    const headers = fromHost(
      vm,
      Object.fromEntries(
        Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), textOfBytes(value)]),
      ),
    );
    return objectOf(vm, {
      type: "http",
      status: answer.status,
      statusText: STATUS_TEXTS[answer.status] ?? "",
      headers,
      body: bufferOf(vm, answer.body),
    });
  }
  if (answer.type === "failed") return objectOf(vm, { type: "failed", why: answer.why, address: answer.address });
  if (answer.type === "addresses") {
    return objectOf(vm, {
      type: "addresses",
      records: arrayOf(
        vm,
        answer.records.map(({ value, record }) => objectOf(vm, { value, record })),
      ),
    });
  }
  return objectOf(vm, { type: answer.type });
}

natives("node:http.natives", {
  /** The port, or undefined if it is in use. */
  listen(vm, _self, [server, given]) {
    let port = toInteger(vm, given);
    if (port === 0) port = EPHEMERAL_PORT + (vm.process.random() % 28_000);
    if (!vm.process.listen(port, "tcp")) return undefined;
    vm.tasks.servers.set(port, { server });
    return port;
  },
  stop(vm, _self, [port]) {
    vm.process.stopListening(toInteger(vm, port));
    vm.tasks.servers.delete(toInteger(vm, port));
    return undefined;
  },
  setReferenced(vm, _self, [port, isReferenced]) {
    const known = vm.tasks.servers.get(toInteger(vm, port));
    if (known)
      vm.tasks.servers.set(toInteger(vm, port), {
        server: known.server,
        ...(!isReferenced && { isUnreferenced: true as const }),
      });
    return undefined;
  },
  ask(vm, _self, [request, callback]) {
    const read = (name: string) => get(vm, request, name);
    const timeoutMs = read("timeoutMs");
    const question: HttpQuestion = {
      type: "http",
      scheme: read("scheme") === "https" ? "https" : "http",
      host: toText(vm, read("host")),
      port: toInteger(vm, read("port")),
      method: toText(vm, read("method")),
      path: bytesOfText(toText(vm, read("path"))),
      headers: headersOf(vm, read("headers")),
      body: dataOf(vm, read("body")),
      ...(typeof timeoutMs === "number" && timeoutMs > 0 && { timeoutMs }),
      ...(read("trusts") !== undefined && { trusts: toText(vm, read("trusts")) }),
    };
    vm.tasks.requests.push({ question, callback });
    return undefined;
  },
  resolve(vm, _self, [name, record, callback]) {
    vm.tasks.requests.push({
      question: {
        type: "resolve",
        name: toText(vm, name),
        record: record === "AAAA" ? "AAAA" : (toText(vm, record) as "A"),
      },
      callback,
    });
    return undefined;
  },
  statusText: (vm, _self, [status]) => STATUS_TEXTS[toText(vm, status)],
  statusTexts: (vm) => fromHost(vm, STATUS_TEXTS),
  dateText: (vm) => new Date(Math.floor(vm.nowMs)).toUTCString(),
  /** `Content-Type` for `content-type`. */
  titled: (vm, _self, [name]) =>
    toText(vm, name).replace(/(^|-)([a-z])/g, (_, mark: string, letter: string) => mark + letter.toUpperCase()),
});
