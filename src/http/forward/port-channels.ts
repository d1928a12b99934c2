/**
 * Forwarded ports in the channels of a WebSocket: two for each port of the request, for data and for errors. The first
 * message of each is the port, in two bytes. There is one connection for each port.
 *
 * Kubernetes: staging/src/k8s.io/kubelet/pkg/cri/streaming/portforward/websocket.go
 */
import { bytesOf, bytesOfText } from "../../lib/bytes.ts";
import { MAX_MESSAGE_BYTES } from "../../lib/container-limits.ts";
import type { ForwardClient } from "../../runtime/runtime.ts";
import { type ChannelProtocol, readMessage, writeMessage } from "../channels.ts";
import { NORMAL, type Socket } from "../sessions.ts";
import { TunneledConnection } from "./connection.ts";

type Events = Parameters<ForwardClient["begin"]>[0];

export class PortChannels implements ForwardClient {
  readonly #socket: Socket;
  readonly #protocol: ChannelProtocol;
  readonly #ports: readonly number[];
  #connections: TunneledConnection[] = [];
  #events: Events | null = null;
  #isClosed = false;

  constructor(socket: Socket, protocol: ChannelProtocol, ports: readonly number[]) {
    this.#socket = socket;
    this.#protocol = protocol;
    this.#ports = ports;
  }

  begin(events: Events): void {
    this.#events = events;
    this.#socket.addEventListener("message", ({ data }) => this.#receive(data));
    for (const type of ["close", "error"] as const) this.#socket.addEventListener(type, () => this.#lose());
    this.#connections = this.#ports.map((port, i) => this.#connection(port, 2 * i));
    this.#ports.forEach((port, i) => {
      const bytes = String.fromCharCode(port & 255, port >> 8);
      for (const channel of [2 * i, 2 * i + 1]) this.#send(channel, bytes);
    });
    for (const connection of this.#connections) events.open(connection);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.#socket.close(NORMAL, "");
    } catch {
      // The client was faster.
    }
  }

  #connection(port: number, channel: number): TunneledConnection {
    return new TunneledConnection(port, {
      send: (data) => this.#send(channel, data),
      end: (problem) => {
        if (problem !== undefined) this.#send(channel + 1, bytesOfText(problem));
        // The tunnel ends with its last connection.
        if (this.#connections.every(({ isClosed }) => isClosed)) this.#events?.lost();
      },
    });
  }

  #receive(data: string | ArrayBuffer): void {
    const message = readMessage(this.#protocol, data);
    if (message?.type !== "data" || message.channel % 2 === 1) return;
    this.#connections[message.channel / 2]?.receive(bytesOf(message.data));
  }

  #send(channel: number, data: string): void {
    for (let at = 0; at < data.length && !this.#isClosed; at += MAX_MESSAGE_BYTES) {
      try {
        this.#socket.send(writeMessage(this.#protocol, channel, data.slice(at, at + MAX_MESSAGE_BYTES)));
      } catch {
        this.#lose();
      }
    }
  }

  #lose(): void {
    this.#isClosed = true;
    for (const connection of this.#connections) connection.lose();
    this.#events?.lost();
  }
}
