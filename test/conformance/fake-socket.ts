import type { Socket } from "../../src/http/sessions.ts";
import { byteString, textOfBytes } from "../../src/lib/bytes.ts";

type Listener = (event: { data: string | ArrayBuffer }) => void;

/** A WebSocket in memory that keeps what the server sends. */
export class FakeSocket implements Socket {
  readonly messages: string[] = [];
  isClosed = false;
  #receive: Listener = () => {};

  addEventListener(type: string, listener: Listener | (() => void)): void {
    if (type === "message") this.#receive = listener as Listener;
  }

  send(message: string | Uint8Array): void {
    this.messages.push(typeof message === "string" ? message : byteString(message));
  }

  close(): void {
    this.isClosed = true;
  }

  /** A message of the client. */
  receive(data: ArrayBuffer): void {
    this.#receive({ data });
  }

  /** All data of one channel, as text. */
  channel(number: number): string {
    const data = this.messages.filter((message) => message.charCodeAt(0) === number).map((message) => message.slice(1));
    return textOfBytes(data.join(""));
  }
}
