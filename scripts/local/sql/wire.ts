/**
 * The part of PostgreSQL's wire protocol (version 3) that running statements needs: writes messages to the server and
 * reads its answers. Source: PostgreSQL documentation, "Frontend/Backend Protocol", "Message Formats".
 */
import { ERROR_FIELDS, type ErrorFieldName, type SqlField, type SqlResult } from "./backend.ts";

/** Collects frontend messages into one buffer, which grows as needed. */
export class FrontendMessages {
  #buffer = Buffer.allocUnsafe(16 * 1024);
  #length = 0;

  /** Parses `sql` into a prepared statement; the empty name is the unnamed one. */
  parse(statement: string, sql: string): this {
    return this.#message("P", () => {
      this.#string(statement);
      this.#string(sql);
      this.#int16(0);
    });
  }

  /** Binds text parameters to a statement in the unnamed portal; results come as text. */
  bind(statement: string, parameters: readonly (string | null)[]): this {
    return this.#message("B", () => {
      this.#string("");
      this.#string(statement);
      this.#int16(0);
      this.#int16(parameters.length);
      for (const parameter of parameters) this.#value(parameter);
      this.#int16(0);
    });
  }

  describePortal(): this {
    return this.#message("D", () => {
      this.#raw("P");
      this.#string("");
    });
  }

  execute(): this {
    return this.#message("E", () => {
      this.#string("");
      this.#int32(0);
    });
  }

  closeStatement(statement: string): this {
    return this.#message("C", () => {
      this.#raw("S");
      this.#string(statement);
    });
  }

  /** A simple query: any number of statements, no parameters. */
  query(sql: string): this {
    return this.#message("Q", () => this.#string(sql));
  }

  sync(): this {
    return this.#message("S", () => {});
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #message(type: string, writeBody: () => void): this {
    this.#raw(type);
    const lengthAt = this.#length;
    this.#int32(0);
    writeBody();
    this.#buffer.writeInt32BE(this.#length - lengthAt, lengthAt);
    return this;
  }

  #reserve(byteCount: number): void {
    if (this.#length + byteCount <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + byteCount));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }

  #raw(text: string): void {
    const byteCount = Buffer.byteLength(text);
    this.#reserve(byteCount);
    this.#length += this.#buffer.write(text, this.#length);
  }

  #string(text: string): void {
    this.#raw(text);
    this.#reserve(1);
    this.#buffer[this.#length++] = 0;
  }

  #int16(value: number): void {
    this.#reserve(2);
    this.#length = this.#buffer.writeUInt16BE(value, this.#length);
  }

  #int32(value: number): void {
    this.#reserve(4);
    this.#length = this.#buffer.writeInt32BE(value, this.#length);
  }

  #value(value: string | null): void {
    if (value === null) {
      this.#int32(-1);
      return;
    }
    this.#int32(Buffer.byteLength(value));
    this.#raw(value);
  }
}

/** The server's answer to one pipeline of messages. */
export interface BackendAnswer {
  results: SqlResult[];
  error: Partial<Record<ErrorFieldName, string>> | null;
  /** Idle, in a transaction, or in one that failed. */
  transactionStatus: "I" | "T" | "E";
}

/**
 * Reads the answer to a pipeline. `knownFields[i]` are the i-th statement's columns if they are known, so that the
 * pipeline did not ask for a description.
 */
export function readAnswer(bytes: Uint8Array, knownFields: readonly (SqlField[] | undefined)[] = []): BackendAnswer {
  const reader = new Reader(bytes);
  const answer: BackendAnswer = { results: [], error: null, transactionStatus: "I" };
  let fields: SqlField[] | undefined;
  let rows: (string | null)[][] = [];
  const finish = (tag: string) => {
    const columns = fields ?? knownFields[answer.results.length] ?? [];
    answer.results.push({ ...parseTag(tag), fields: columns, rows, rowAsArray: true });
    fields = undefined;
    rows = [];
  };

  while (reader.nextMessage()) {
    switch (reader.type) {
      case "T":
        fields = reader.rowDescription();
        break;
      case "D":
        rows.push(reader.dataRow());
        break;
      case "C":
        finish(reader.string());
        break;
      case "I":
        finish("");
        break;
      case "E":
        answer.error ??= reader.errorFields();
        break;
      case "Z":
        answer.transactionStatus = reader.character() as BackendAnswer["transactionStatus"];
        break;
      default:
        // ParseComplete, BindComplete, CloseComplete, NoData, notices and settings are not part of a result.
        break;
    }
  }
  return answer;
}

/** "INSERT 0 3" → INSERT, 3; "CREATE TABLE" → CREATE, null. */
function parseTag(tag: string): { command: string; rowCount: number | null } {
  const words = tag.split(" ");
  const last = words.at(-1) ?? "";
  return { command: words[0] ?? "", rowCount: /^\d+$/.test(last) ? Number(last) : null };
}

class Reader {
  type = "";
  readonly #buffer: Buffer;
  #position = 0;
  #messageEnd = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Moves to the next message; false at the end. */
  nextMessage(): boolean {
    const start = this.#messageEnd;
    if (start + 5 > this.#buffer.length) return false;
    this.type = String.fromCharCode(this.#buffer[start] ?? 0);
    this.#position = start + 5;
    this.#messageEnd = start + 1 + this.#buffer.readInt32BE(start + 1);
    return true;
  }

  character(): string {
    return String.fromCharCode(this.#buffer[this.#position++] ?? 0);
  }

  string(): string {
    const end = this.#buffer.indexOf(0, this.#position);
    const text = this.#buffer.toString("utf8", this.#position, end);
    this.#position = end + 1;
    return text;
  }

  rowDescription(): SqlField[] {
    return Array.from({ length: this.#int16() }, () => {
      const name = this.string();
      const tableID = this.#int32();
      const columnID = this.#int16();
      const dataTypeID = this.#int32();
      const dataTypeSize = this.#int16();
      const dataTypeModifier = this.#int32();
      this.#int16(); // the format code; text is what was asked for
      return { name, tableID, columnID, dataTypeID, dataTypeSize, dataTypeModifier, format: "text" as const };
    });
  }

  dataRow(): (string | null)[] {
    const row = new Array<string | null>(this.#int16());
    for (let column = 0; column < row.length; column++) {
      const length = this.#int32();
      row[column] = length < 0 ? null : this.#buffer.toString("utf8", this.#position, this.#position + length);
      this.#position += Math.max(length, 0);
    }
    return row;
  }

  errorFields(): Partial<Record<ErrorFieldName, string>> {
    const fields: Partial<Record<ErrorFieldName, string>> = {};
    for (let letter = this.character(); letter !== "\0"; letter = this.character()) {
      const value = this.string();
      if (letter in ERROR_FIELDS) fields[ERROR_FIELDS[letter as keyof typeof ERROR_FIELDS]] = value;
    }
    return fields;
  }

  #int16(): number {
    const value = this.#buffer.readInt16BE(this.#position);
    this.#position += 2;
    return value;
  }

  #int32(): number {
    const value = this.#buffer.readInt32BE(this.#position);
    this.#position += 4;
    return value;
  }
}
