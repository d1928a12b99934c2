import type { Socket } from "../../src/http/sessions.ts";
import { byteString, textOfBytes } from "../../src/lib/bytes.ts";

type Listener = (event: { data: string | ArrayBuffer }) => void;

/** A WebSocket in memory that keeps what the server sends, as strings of bytes. */
export class FakeSocket implements Socket {
  readonly sent: string[] = [];
  isClosed = false;
  closedWith: number | undefined;
  #receive: Listener = () => {};
  #lose = () => {};

  addEventListener(type: string, listener: Listener | (() => void)): void {
    if (type === "message") this.#receive = listener as Listener;
    if (type === "close") this.#lose = listener as () => void;
  }

  send(message: string | Uint8Array): void {
    this.sent.push(typeof message === "string" ? message : byteString(message));
  }

  close(code?: number): void {
    this.isClosed = true;
    this.closedWith = code;
  }

  /** A message of the client. */
  receive(message: Uint8Array<ArrayBuffer> | ArrayBuffer): void {
    this.#receive({ data: message instanceof ArrayBuffer ? message : message.slice().buffer });
  }

  /** The client is gone. */
  lose(): void {
    this.#lose();
  }

  /** All data of one channel, as text. */
  channel(number: number): string {
    const data = this.sent.filter((message) => message.charCodeAt(0) === number).map((message) => message.slice(1));
    return textOfBytes(data.join(""));
  }
}
