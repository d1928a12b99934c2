/** Sessions in containers over WebSockets. */
import { ApiError } from "../lib/api-error.ts";
import { MAX_MESSAGE_BYTES, MAX_PENDING_INPUT_BYTES } from "../lib/container-limits.ts";
import { decodeBase64Url } from "../lib/encoding.ts";
import type { RequestScope, Session, SessionConnection, SessionResult } from "../runtime/runtime.ts";
import {
  type ChannelProtocol,
  chosenProtocol,
  RESIZE,
  readMessage,
  resultMessage,
  STDERR,
  STDIN,
  STDOUT,
  writeMessage,
} from "./channels.ts";

const CHANNELS = { stdout: STDOUT, stderr: STDERR } as const;

/** A credential as a subprotocol: browsers cannot send headers with a WebSocket. */
const BEARER_PROTOCOL = "base64url.bearer.authorization.k8s.io.";

const SPDY_REFUSAL =
  "this server offers exec and attach over WebSocket only, and this client asked for SPDY: use kubectl 1.30 or newer, " +
  "or kubectl 1.29 with KUBECTL_REMOTE_COMMAND_WEBSOCKETS=true in its environment";

/**
 * The token that a client sent as a subprotocol; null if there is none. Another protocol must stand beside it.
 *
 * Kubernetes: k8s.io/apiserver/pkg/authentication/request/websocket/protocol.go
 */
export function tokenOfProtocol(headers: Headers): string | null {
  if (headers.get("upgrade")?.toLowerCase() !== "websocket") return null;
  const tokens = protocolsIn(headers).filter((name) => name.startsWith(BEARER_PROTOCOL));
  if (tokens.length !== 1 || offeredProtocols(headers).length === 0) return null;
  const bytes = decodeBase64Url(tokens[0]!.slice(BEARER_PROTOCOL.length));
  return bytes && new TextDecoder().decode(bytes);
}

/** The subprotocols that a client offers, in its order, without its credential. */
export function offeredProtocols(headers: Headers): string[] {
  return protocolsIn(headers).filter((name) => !name.startsWith(BEARER_PROTOCOL));
}

function protocolsIn(headers: Headers): string[] {
  const names = (headers.get("sec-websocket-protocol") ?? "").split(",").map((name) => name.trim());
  return names.filter((name) => name !== "");
}

/** Opens the client's WebSocket and runs the session over it. Throws BadRequest for a request without an upgrade. */
export function acceptSession(raw: Request, session: Session, { waitUntil }: RequestScope): Response {
  const upgrade = (raw.headers.get("upgrade") ?? "").toLowerCase();
  if (upgrade.startsWith("spdy/")) throw new ApiError("BadRequest", SPDY_REFUSAL);
  if (upgrade !== "websocket") throw new ApiError("BadRequest", "Upgrade request required");
  const offered = offeredProtocols(raw.headers);
  const protocol = chosenProtocol(offered);
  if (!protocol) {
    throw new ApiError("BadRequest", `none of the WebSocket subprotocols is supported: ${offered.join(", ")}`);
  }
  const { 0: client, 1: server } = new WebSocketPair();
  const connection = new WebSocketConnection(server, protocol, session);
  // By default, messages of bytes are Blobs, which are read with a delay.
  server.binaryType = "arraybuffer";
  server.accept();
  waitUntil(session.run(connection));
  const headers = new Headers(protocol.name === "" ? [] : [["sec-websocket-protocol", protocol.name]]);
  return new Response(null, { status: 101, webSocket: client, headers });
}

/** The part of workerd's WebSocket that a session uses. */
export interface Socket {
  addEventListener(type: "message", listener: (event: { data: string | ArrayBuffer }) => void): void;
  addEventListener(type: "close" | "error", listener: () => void): void;
  send(message: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

/** Codes of RFC 6455. */
export const NORMAL = 1000;
const TOO_BIG = 1009;

export class WebSocketConnection implements SessionConnection {
  readonly #socket: Socket;
  readonly #protocol: ChannelProtocol;
  readonly #session: Pick<Session, "streams" | "command">;
  #wake = () => {};
  isClosed = false;
  /** Standard input that waits, in the pieces that came. */
  #stdin: string[] = [];
  #stdinBytes = 0;
  /** The client has closed its end of standard input. */
  #hasEnded = false;
  #hasHandedEnd = false;
  #resize: { columns: number; rows: number } | null = null;

  constructor(socket: Socket, protocol: ChannelProtocol, session: Pick<Session, "streams" | "command">) {
    this.#socket = socket;
    this.#protocol = protocol;
    this.#session = session;
  }

  begin(wake: () => void): void {
    this.#wake = wake;
    this.#socket.addEventListener("message", ({ data }) => this.#receive(data));
    for (const type of ["close", "error"] as const) this.#socket.addEventListener(type, () => this.#lose());
  }

  opened(): void {
    // An empty message, as Kubernetes sends it. Before the process runs, it is too early for kubectl 1.30.
    this.#sendOn(STDOUT, "");
  }

  waiting(maxBytes: number): ReturnType<SessionConnection["waiting"]> {
    const stdin = this.#firstBytes(maxBytes);
    const isLast = this.#hasEnded && !this.#hasHandedEnd && stdin.length === this.#stdinBytes;
    if (stdin === "" && !isLast && !this.#resize) return null;
    return {
      ...(stdin !== "" && { stdin }),
      ...(isLast && { endOfStdin: true }),
      ...(this.#resize && { resize: this.#resize }),
    };
  }

  taken(
    { stdin = "", endOfStdin, resize }: NonNullable<ReturnType<SessionConnection["waiting"]>>,
    bytes: number,
  ): void {
    this.#forget(bytes);
    if (endOfStdin && bytes === stdin.length) this.#hasHandedEnd = true;
    // Another size may have come meanwhile.
    if (resize === this.#resize) this.#resize = null;
  }

  send({ stdout, stderr, order = [] }: Parameters<SessionConnection["send"]>[0]): void {
    const rest = { stdout, stderr };
    for (const [stream, length] of order) {
      this.#sendInPieces(CHANNELS[stream], rest[stream].slice(0, length));
      rest[stream] = rest[stream].slice(length);
    }
    this.#sendInPieces(STDOUT, rest.stdout);
    this.#sendInPieces(STDERR, rest.stderr);
  }

  end(result: SessionResult): void {
    const message = resultMessage(this.#protocol, result, this.#session.command);
    if (message !== null) this.#send(message);
    this.#hangUp(NORMAL, "");
  }

  #receive(data: string | ArrayBuffer): void {
    const message = readMessage(this.#protocol, data);
    if (!message) return;
    if (message.type === "close") {
      if (message.channel === STDIN) this.#hasEnded = true;
    } else if (message.channel === STDIN) {
      this.#input(message.data);
    } else if (message.channel === RESIZE) {
      this.#resize = sizeOf(message.data) ?? this.#resize;
    }
    this.#wake();
  }

  #input(data: string): void {
    if (!this.#session.streams.stdin || this.#hasEnded || data === "") return;
    this.#stdin.push(data);
    this.#stdinBytes += data.length;
    if (this.#stdinBytes > MAX_PENDING_INPUT_BYTES) {
      this.#hangUp(TOO_BIG, "the process reads its input more slowly than it comes");
    }
  }

  #firstBytes(maxBytes: number): string {
    if (this.#stdin.length > 1 || this.#stdinBytes > maxBytes) {
      // Joins what is handed over, once, and leaves the rest as it came.
      let text = "";
      let count = 0;
      while (count < this.#stdin.length && text.length < maxBytes) text += this.#stdin[count++];
      this.#stdin.splice(0, count, text);
    }
    return (this.#stdin[0] ?? "").slice(0, maxBytes);
  }

  #forget(bytes: number): void {
    this.#stdinBytes -= bytes;
    for (let left = bytes; left > 0; ) {
      const first = this.#stdin[0]!;
      if (first.length > left) this.#stdin[0] = first.slice(left);
      else this.#stdin.shift();
      left -= Math.min(left, first.length);
    }
  }

  #sendInPieces(channel: number, data: string): void {
    for (let at = 0; at < data.length; at += MAX_MESSAGE_BYTES) {
      this.#sendOn(channel, data.slice(at, at + MAX_MESSAGE_BYTES));
    }
  }

  #sendOn(channel: number, data: string): void {
    this.#send(writeMessage(this.#protocol, channel, data));
  }

  #send(message: string | Uint8Array<ArrayBuffer>): void {
    if (this.isClosed) return;
    try {
      this.#socket.send(message);
    } catch {
      this.#lose();
    }
  }

  #hangUp(code: number, reason: string): void {
    if (this.isClosed) return;
    try {
      this.#socket.close(code, reason);
    } catch {
      // The client was faster.
    }
    this.#lose();
  }

  #lose(): void {
    this.isClosed = true;
    this.#wake();
  }
}

/** `{"Width":80,"Height":24}`; undefined for anything else. Clients begin with a size of 0 × 0, which has no meaning. */
function sizeOf(text: string): { columns: number; rows: number } | undefined {
  try {
    const { Width: columns, Height: rows } = JSON.parse(text) as { Width?: unknown; Height?: unknown };
    if (isSize(columns) && isSize(rows)) return { columns, rows };
  } catch {
    // Kubernetes also ignores messages that are not JSON.
  }
  return undefined;
}

function isSize(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= 0xffff;
}
