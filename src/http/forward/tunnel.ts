/**
 * Forwarded ports in a tunnel of SPDY through a WebSocket. Each connection has two streams, for data and for errors,
 * with the same number of a request.
 *
 * Kubernetes: staging/src/k8s.io/kubelet/pkg/cri/streaming/portforward/httpstream.go,
 * k8s.io/apiserver/pkg/util/proxy/streamtunnel.go
 */
import { bytesOf, bytesOfText } from "../../lib/bytes.ts";
import { MAX_MESSAGE_BYTES } from "../../lib/container-limits.ts";
import type { ForwardClient } from "../../runtime/runtime.ts";
import { NORMAL, type Socket } from "../sessions.ts";
import { TunneledConnection } from "./connection.ts";
import { SpdyError } from "./spdy/error.ts";
import { CANCEL, type Frame, FrameReader, FrameWriter, INVALID_STREAM, PROTOCOL_ERROR } from "./spdy/frames.ts";

type Events = Parameters<ForwardClient["begin"]>[0];

interface Pair {
  port: number;
  error?: number;
  data?: number;
}

/** Streams that a client may leave without their partner. */
const MAX_LONE_STREAMS = 100;
/** Code of RFC 6455. */
const PROTOCOL_CLOSE = 1002;
const GOAWAY_OK = 0;
const GOAWAY_PROTOCOL_ERROR = 1;

export class SpdyTunnel implements ForwardClient {
  readonly #socket: Socket;
  readonly #reader = new FrameReader();
  readonly #writer = new FrameWriter();
  #events: Events | null = null;
  /** By number of the request: streams whose partner has not come. */
  readonly #pairs = new Map<string, Pair>();
  /** By stream of data. */
  readonly #connections = new Map<number, TunneledConnection>();
  #lastStreamId = 0;
  #isClosed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  begin(events: Events): void {
    this.#events = events;
    this.#socket.addEventListener("message", ({ data }) => this.#receive(data));
    for (const type of ["close", "error"] as const) this.#socket.addEventListener(type, () => this.#lose());
  }

  close(): void {
    this.#close(GOAWAY_OK, NORMAL);
  }

  #receive(data: string | ArrayBuffer): void {
    if (this.#isClosed || typeof data === "string") return;
    try {
      for (const frame of this.#reader.push(new Uint8Array(data))) this.#take(frame);
    } catch (error) {
      if (!(error instanceof SpdyError)) throw error;
      this.#close(GOAWAY_PROTOCOL_ERROR, PROTOCOL_CLOSE);
      this.#lose();
    }
  }

  #take(frame: Frame): void {
    switch (frame.type) {
      case "synStream":
        this.#open(frame);
        return;
      case "data": {
        const connection = this.#connections.get(frame.streamId);
        connection?.receive(frame.data);
        if (frame.isLast) connection?.finish();
        return;
      }
      case "reset":
        this.#connections.get(frame.streamId)?.lose();
        this.#connections.delete(frame.streamId);
        return;
      case "ping":
        // Odd numbers are the client's.
        if (frame.id % 2 === 1) this.#send(this.#writer.ping(frame.id));
        return;
      case "goAway":
        if (this.#connections.size === 0) this.#lose();
        return;
      case "other":
        return;
    }
  }

  #open({ streamId, headers }: Extract<Frame, { type: "synStream" }>): void {
    if (streamId % 2 === 0 || streamId <= this.#lastStreamId) {
      this.#reset(streamId, streamId === 0 ? INVALID_STREAM : PROTOCOL_ERROR);
      return;
    }
    this.#lastStreamId = streamId;
    const port = portOf(headers.get("port"));
    const type = headers.get("streamtype");
    if (port === undefined || (type !== "error" && type !== "data")) {
      this.#reset(streamId, CANCEL);
      return;
    }
    const first = type === "data" ? streamId - 2 : streamId;
    const request = headers.get("requestid") ?? `stream ${first}`;
    const pair = this.#pairs.get(request) ?? { port };
    if (pair[type] !== undefined || (!this.#pairs.has(request) && this.#pairs.size >= MAX_LONE_STREAMS)) {
      this.#reset(streamId, CANCEL);
      return;
    }
    pair[type] = streamId;
    this.#send(this.#writer.synReply(streamId));
    if (pair.data === undefined || pair.error === undefined) {
      this.#pairs.set(request, pair);
      return;
    }
    this.#pairs.delete(request);
    this.#connect(port, { data: pair.data, error: pair.error });
  }

  #connect(port: number, { data, error }: { data: number; error: number }): void {
    const connection = new TunneledConnection(port, {
      send: (bytes) => this.#sendData(data, bytes),
      end: (problem) => {
        if (problem !== undefined) this.#sendData(error, bytesOfText(problem));
        for (const streamId of [error, data]) {
          this.#send(this.#writer.data(streamId, new Uint8Array(0), { isLast: true }));
        }
        this.#connections.delete(data);
      },
    });
    this.#connections.set(data, connection);
    this.#events?.open(connection);
  }

  #sendData(streamId: number, data: string): void {
    for (let at = 0; at < data.length; at += MAX_MESSAGE_BYTES) {
      this.#send(this.#writer.data(streamId, bytesOf(data.slice(at, at + MAX_MESSAGE_BYTES))));
    }
  }

  #reset(streamId: number, status: number): void {
    this.#send(this.#writer.reset(streamId, status));
  }

  #send(frame: Uint8Array<ArrayBuffer>): void {
    if (this.#isClosed) return;
    try {
      this.#socket.send(frame);
    } catch {
      this.#lose();
    }
  }

  #close(status: number, code: number): void {
    if (this.#isClosed) return;
    this.#send(this.#writer.goAway(this.#lastStreamId, status));
    this.#isClosed = true;
    try {
      this.#socket.close(code, "");
    } catch {
      // The client was faster.
    }
    for (const connection of this.#connections.values()) connection.lose();
  }

  #lose(): void {
    this.#isClosed = true;
    for (const connection of this.#connections.values()) connection.lose();
    this.#events?.lost();
  }
}

function portOf(text = ""): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}
