/**
 * Messages of PostgreSQL's protocol, version 3. Texts are byte strings.
 * Source: https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
import type { Bytes } from "../../../files/entry.ts";

/** Reads the fields of a message in order. */
export class MessageReader {
  readonly #body: Bytes;
  #at = 0;

  constructor(body: Bytes) {
    this.#body = body;
  }

  int16(): number {
    this.#at += 2;
    return (this.#body.charCodeAt(this.#at - 2) << 8) | this.#body.charCodeAt(this.#at - 1);
  }

  int32(): number {
    const [high, low] = [this.int16(), this.int16()];
    return (high << 16) | low;
  }

  bytes(length: number): Bytes {
    this.#at += length;
    return this.#body.slice(this.#at - length, this.#at);
  }

  /** A text that ends with a zero byte. */
  text(): Bytes {
    const found = this.#body.indexOf("\0", this.#at);
    const end = found < 0 ? this.#body.length : found;
    const text = this.#body.slice(this.#at, end);
    this.#at = end + 1;
    return text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#body.length;
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.int16() }, read);
  }
}

export function int16(value: number): Bytes {
  return String.fromCharCode((value >> 8) & 255, value & 255);
}

export function int32(value: number): Bytes {
  return int16(value >>> 16) + int16(value & 0xffff);
}

export function message(type: string, body: Bytes): Bytes {
  return type + int32(body.length + 4) + body;
}

export function parameterStatus(name: string, value: string): Bytes {
  return message("S", `${name}\0${value}\0`);
}

export function readyForQuery(transaction: unknown): Bytes {
  return message("Z", transaction === "failed" ? "E" : transaction === "none" || transaction === undefined ? "I" : "T");
}

export interface ServerError {
  severity?: "ERROR" | "FATAL";
  code: string;
  message: string;
  detail?: string;
  hint?: string;
}

export function errorResponse({ severity = "ERROR", code, message: text, detail, hint }: ServerError): Bytes {
  const fields = [
    `S${severity}\0V${severity}\0C${code}\0M${text}\0`,
    detail === undefined ? "" : `D${detail}\0`,
    hint === undefined ? "" : `H${hint}\0`,
  ];
  return message("E", `${fields.join("")}\0`);
}

/** `NOTICE:  text` and `WARNING: text`, as the server's program words them. */
export function noticeResponse(notice: string): Bytes {
  const [, severity = "NOTICE", text = notice] = /^(WARNING|NOTICE):\s*([\s\S]*)$/.exec(notice) ?? [];
  return message("N", `S${severity}\0V${severity}\0C00000\0M${text}\0\0`);
}
