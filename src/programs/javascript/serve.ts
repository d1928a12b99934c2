/** Answers requests at the ports on which a program listens. The program runs ahead in virtual time to its answer. */
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import type { ServedAnswer, ServedRequest } from "../../shell/question.ts";
import { handshakeFailure } from "../servers/handshake.ts";
import { fromHost } from "./builtins/json.ts";
import { objectOf, toText } from "./conversions.ts";
import type { Interpreter } from "./interpreter.ts";
import { natives } from "./intrinsics.ts";
import { advance, nextTask } from "./loop.ts";
import { bufferOf, byteStringOf } from "./node/buffer.ts";
import { Exit } from "./node/process.ts";
import { JsArray, type JsBytes, JsObject, Suspension, type Value } from "./objects.ts";
import { boundNative } from "./promises.ts";
import { enumerableKeys, get } from "./properties.ts";

/** A client gives up after this time, ms. */
const MAX_ANSWER_MS = 60_000;
/** Runs of instructions of one answer. */
const MAX_RUNS = 50;
/** A server's own time for a small answer, ms. */
const ANSWER_MS = 1;

type HttpRequest = Extract<ServedRequest, { type: "http" }>;

natives("node:served", {
  /** Remembers the response of the request that is answered now. */
  take(vm, _self, [response], { bound }) {
    (bound[0] as JsObject).properties.set("response", response);
    vm.facts.set("answering", response);
    return undefined;
  },
});

/** `status`: the program has ended with it. */
export function answerRequest(vm: Interpreter, request: ServedRequest): { answer: ServedAnswer; status?: number } {
  const found = vm.tasks.servers.get(request.port);
  if (!found) return { answer: { type: "failed", why: "refused", afterMs: 0 } };
  if (request.type === "connect") return { answer: { type: "connected", data: "", afterMs: ANSWER_MS } };
  if (request.type !== "http") return { answer: { type: "failed", why: "reset", afterMs: ANSWER_MS } };
  const certificate = get(vm, found.server, "_certificate");
  const shown = certificate === undefined ? undefined : toText(vm, certificate);
  const failure = handshakeFailure(request, shown, vm.process.nowMs);
  if (failure) return { answer: failure };
  const holder = objectOf(vm, {});
  // A main script that has not ended does not answer before it has.
  const paused = vm.frames.splice(0);
  const { task } = vm;
  try {
    vm.task = "event";
    vm.enter(vm.intrinsic("node:http.serve"), undefined, [found.server, factsOf(vm, request, holder)], "discard");
    const isReady = runToAnswer(vm, holder);
    const response = get(vm, holder, "response");
    const afterMs = ANSWER_MS + vm.aheadMs;
    if (!isReady || !(response instanceof JsObject))
      return { answer: { type: "failed", why: "timeout", afterMs: MAX_ANSWER_MS } };
    return { answer: responseOf(vm, request, response, afterMs) };
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    return { answer: { type: "failed", why: "reset", afterMs: ANSWER_MS }, status: error.status };
  } finally {
    vm.frames.push(...paused);
    vm.task = task;
    vm.facts.delete("answering");
    vm.aheadMs = 0;
  }
}

function factsOf(vm: Interpreter, request: HttpRequest, holder: JsObject): Value {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, textOfBytes(value)]),
  );
  return objectOf(vm, {
    method: request.method,
    url: textOfBytes(request.path),
    headers: fromHost(vm, headers),
    remoteAddress: request.from.includes(":") ? request.from : `::ffff:${request.from}`,
    remotePort: 40_000 + (vm.process.random() % 20_000),
    localPort: request.port,
    encrypted: request.scheme === "https",
    body: bufferOf(vm, request.body),
    expects: headers["expect"] === "100-continue",
    take: boundNative(vm, "node:served.take", [holder]),
  });
}

/** Runs the program until the response is complete. False: it is not within the time of a client. */
function runToAnswer(vm: Interpreter, holder: JsObject): boolean {
  for (let runs = 0; runs < MAX_RUNS; ) {
    vm.beginRun();
    try {
      if (!advance(vm)) {
        runs++;
        continue;
      }
    } catch (error) {
      // A handler waits for a child: it goes on later, without an answer.
      if (error instanceof Suspension) return false;
      throw error;
    }
    const response = get(vm, holder, "response");
    if (response instanceof JsObject && get(vm, response, "finished") === true) return true;
    if (nextTask(vm)) continue;
    const next = Math.min(...vm.tasks.timers.map(({ atMs }) => atMs));
    if (!Number.isFinite(next) || next - vm.process.nowMs > MAX_ANSWER_MS) return false;
    vm.aheadMs = Math.max(vm.aheadMs, next - vm.process.nowMs);
  }
  return false;
}

function responseOf(vm: Interpreter, request: HttpRequest, response: JsObject, afterMs: number): ServedAnswer {
  const parts = (get(vm, response, "_parts") as JsArray).items as JsBytes[];
  const status = Number(get(vm, response, "statusCode"));
  const hasBody = request.method !== "HEAD" && status !== 204 && status !== 304;
  const body = parts.map(byteStringOf).join("");
  const headers: Record<string, string> = {};
  const given = get(vm, response, "_headers") as JsObject;
  for (const name of enumerableKeys(vm, given)) {
    const value = get(vm, given, name);
    headers[name] = bytesOfText(
      value instanceof JsArray ? value.items.map((item) => toText(vm, item)).join(", ") : toText(vm, value),
    );
  }
  headers["date"] ??= new Date(Math.floor(vm.process.nowMs)).toUTCString();
  headers["connection"] ??= "keep-alive";
  headers["keep-alive"] ??= "timeout=5";
  const isChunked = get(vm, response, "_isChunked") === true;
  if (!("content-length" in headers) && !("transfer-encoding" in headers) && status !== 204 && status !== 304) {
    if (isChunked) headers["transfer-encoding"] = "chunked";
    else headers["content-length"] = String(body.length);
  }
  return { type: "http", status, headers, body: hasBody ? body : "", afterMs };
}
