/**
 * Answers over a WebSocket that go in one direction: a log as bytes, a watch as one text for each event.
 *
 * Kubernetes: k8s.io/streaming/pkg/httpstream/wsstream/stream.go, k8s.io/apiserver/pkg/endpoints/handlers/watch.go
 */
import { ApiError } from "../lib/api-error.ts";
import { encodeBytes } from "../lib/encoding.ts";
import type { RequestScope } from "../runtime/runtime.ts";
import { NORMAL, offeredProtocols, type Socket } from "./sessions.ts";

/** Messages are bytes, or texts of base64. */
const PROTOCOLS: Readonly<Record<string, "bytes" | "base64">> = {
  "": "bytes",
  "binary.k8s.io": "bytes",
  "base64.binary.k8s.io": "base64",
};

export function isWebSocketUpgrade({ headers }: Request): boolean {
  return headers.get("upgrade")?.toLowerCase() === "websocket";
}

/** Opens the client's WebSocket and sends the body. Throws BadRequest. */
export function acceptBytes(
  raw: Request,
  { body, contentType }: { body: ReadableStream<Uint8Array>; contentType: string },
  { waitUntil }: RequestScope,
): Response {
  const isWatch = contentType.startsWith("application/json");
  const offered = offeredProtocols(raw.headers);
  const name = isWatch || offered.length === 0 ? "" : offered.find((each) => Object.hasOwn(PROTOCOLS, each));
  if (name === undefined) {
    throw new ApiError("BadRequest", `none of the WebSocket subprotocols is supported: ${offered.join(", ")}`);
  }
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  waitUntil(sendStream(server, body, isWatch ? "lines" : (PROTOCOLS[name] ?? "bytes")));
  const headers = new Headers(name === "" ? [] : [["sec-websocket-protocol", name]]);
  return new Response(null, { status: 101, webSocket: client, headers });
}

/** Sends all of the stream and closes the socket. Ends early when the client goes. Never throws. */
export async function sendStream(
  socket: Socket,
  body: ReadableStream<Uint8Array>,
  form: "bytes" | "base64" | "lines",
): Promise<void> {
  const reader = body.getReader();
  for (const type of ["close", "error"] as const) {
    socket.addEventListener(type, () => void reader.cancel().catch(() => {}));
  }
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (form === "bytes") socket.send(new Uint8Array(value));
      else if (form === "base64") socket.send(encodeBytes(value));
      else {
        const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line.trim() !== "") socket.send(line);
      }
    }
    socket.close(NORMAL, "");
  } catch {
    // The client has gone, or the stream broke off: the other side is closed either way.
    await reader.cancel().catch(() => {});
  }
}
