/**
 * Carries the pieces of a connection of the kubectl of containers over a WebSocket, as a browser would.
 * Kubernetes: k8s.io/apimachinery/pkg/util/remotecommand/constants.go (v5.channel.k8s.io)
 */
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { inject } from "vitest";
import { byteString, bytesOf, bytesOfText, textOfBytes } from "../../src/lib/bytes.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import type { OutputOrder } from "../../src/lib/session-pieces.ts";
import type { Answer, HttpQuestion } from "../../src/shell/question.ts";

const PROTOCOL = "v5.channel.k8s.io";
const CHANNELS = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 };
const POLL_MS = 20;

/** The part of Node's WebSocket that the types of a browser do not have. */
type NodeWebSocket = new (url: string, options: { protocols: string[]; headers: Record<string, string> }) => WebSocket;

class OpenSocket {
  readonly socket: WebSocket;
  stdout = "";
  stderr = "";
  order: OutputOrder = [];
  status: JsonObject | undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => this.#take(byteString(new Uint8Array(data as ArrayBuffer))));
  }

  #take(message: string): void {
    const data = message.slice(1);
    const channel = message.charCodeAt(0);
    if (channel === CHANNELS.error) this.status = JSON.parse(textOfBytes(data)) as JsonObject;
    const stream = channel === CHANNELS.stdout ? "stdout" : channel === CHANNELS.stderr ? "stderr" : undefined;
    if (!stream || data === "") return;
    this[stream] += data;
    this.order.push([stream, data.length]);
  }

  send(channel: number, data: string): void {
    this.socket.send(bytesOf(String.fromCharCode(channel) + data));
  }
}

export class Sockets {
  readonly #open = new Map<string, OpenSocket>();

  /** Sends a piece and returns what has arrived since the last one. */
  async exchange(question: HttpQuestion): Promise<Answer> {
    const { session, input } = question.piece!;
    const id = session ?? String(this.#open.size + 1);
    const open = session === undefined ? await connect(question) : this.#open.get(id)!;
    if (!(open instanceof OpenSocket)) return open;
    this.#open.set(id, open);
    if (input.resize) {
      const { columns, rows } = input.resize;
      open.send(CHANNELS.resize, bytesOfText(JSON.stringify({ Width: columns, Height: rows })));
    }
    if (input.stdin) open.send(CHANNELS.stdin, input.stdin);
    if (input.endOfStdin) open.send(CHANNELS.close, String.fromCharCode(CHANNELS.stdin));
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    return answerOf(id, open);
  }
}

function answerOf(id: string, open: OpenSocket): Answer {
  const { stdout, stderr, order, status } = open;
  Object.assign(open, { stdout: "", stderr: "", order: [] });
  const upgraded = { type: "http", address: "", status: 101, headers: {}, body: "", afterMs: 1 } as const;
  const isExit = status && (status["status"] === "Success" || status["reason"] === "NonZeroExitCode");
  if (status && !isExit) return { ...upgraded, piece: { type: "failed", status } };
  const code = /(\d+)$/.exec(String(status?.["message"] ?? ""))?.[1] ?? "0";
  const exitCode = status ? { exitCode: Number(code) } : { wakeAtMs: Date.now() };
  return {
    ...upgraded,
    piece: { type: "output", session: id, output: { stdout, stderr, order, ...exitCode }, awaits: "" },
  };
}

async function connect({ host, port, method, path, headers }: HttpQuestion): Promise<OpenSocket | Answer> {
  const { authorityPem } = inject("sandbar");
  setDefaultCACertificates([...getCACertificates("default"), authorityPem]);
  const { authorization = "" } = headers;
  const socket = new (WebSocket as unknown as NodeWebSocket)(`wss://${host}:${port}${path}`, {
    protocols: [PROTOCOL],
    headers: { authorization },
  });
  socket.binaryType = "arraybuffer";
  const open = new OpenSocket(socket);
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.addEventListener("open", () => resolve(true));
    socket.addEventListener("error", () => resolve(false));
  });
  if (isOpen) return open;
  // A browser does not learn why it was refused: the same request without an upgrade says it.
  const refusal = await fetch(`https://${host}:${port}${path}`, { method, headers: { authorization } });
  const body = byteString(new Uint8Array(await refusal.arrayBuffer()));
  return { type: "http", address: host, status: refusal.status, headers: {}, body, afterMs: 1 };
}
