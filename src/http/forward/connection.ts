/** One forwarded connection of a client, for both forms of tunnels: bytes that wait, and its ends. */
import { byteString } from "../../lib/bytes.ts";
import { MAX_FORWARDED_INPUT_BYTES } from "../../lib/container-limits.ts";
import type { ForwardedClient } from "../../runtime/runtime.ts";

/** The tunnel's side of a connection. */
export interface ConnectionOutput {
  send(data: string): void;
  /** Ends both streams; the problem goes to the stream for errors first. */
  end(problem?: string): void;
}

export class TunneledConnection implements ForwardedClient {
  readonly port: number;
  readonly #output: ConnectionOutput;
  #wake = () => {};
  #waiting: string[] = [];
  #waitingBytes = 0;
  #hasEnded = false;
  #hasTakenEnd = false;
  isClosed = false;

  constructor(port: number, output: ConnectionOutput) {
    this.port = port;
    this.#output = output;
  }

  begin(wake: () => void): void {
    this.#wake = wake;
  }

  take(): { data: string; isEnd: boolean } | null {
    if (this.#waiting.length === 0 && (!this.#hasEnded || this.#hasTakenEnd)) return null;
    const data = this.#waiting.join("");
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#hasTakenEnd = this.#hasEnded;
    return { data, isEnd: this.#hasEnded };
  }

  send(data: string): void {
    if (!this.isClosed) this.#output.send(data);
  }

  end(problem?: string): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#output.end(problem);
  }

  /** Bytes of the client. */
  receive(data: Uint8Array): void {
    if (this.isClosed || this.#hasEnded || data.length === 0) return;
    this.#waiting.push(byteString(data));
    this.#waitingBytes += data.length;
    if (this.#waitingBytes > MAX_FORWARDED_INPUT_BYTES) {
      this.end(`error forwarding port ${this.port}: more data waits than the server takes`);
    }
    this.#wake();
  }

  /** The client sends no more. */
  finish(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  /** The client has given the connection up. */
  lose(): void {
    this.isClosed = true;
    this.#wake();
  }
}
