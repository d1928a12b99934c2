/** Results of the server's program (`programs/servers/postgres`) as messages. */
import type { Bytes } from "../../../files/entry.ts";
import type { JsonObject } from "../../../lib/json.ts";
import { errorResponse, int16, int32, message, noticeResponse, type ServerError } from "./messages.ts";
import { typeId, typeSize, writtenValue } from "./values.ts";

export interface Column {
  name: string;
  type: string;
}

/** One statement's result. */
export interface Result {
  tag: string;
  columns?: Column[];
  rows?: (string | null)[][];
  notices: string[];
  copied?: string[];
}

/** Formats that a client asks for: none is text, one counts for all columns. 1: binary. */
export type Formats = readonly number[];

export function isBinaryAt(formats: Formats, column: number): boolean {
  return (formats.length === 1 ? formats[0] : formats[column]) === 1;
}

export function rowDescription(columns: readonly Column[], formats: Formats): Bytes {
  const fields = columns.map(({ name, type }, i) => {
    const id = typeId(type);
    const format = isBinaryAt(formats, i) ? 1 : 0;
    return `${name}\0${int32(0)}${int16(0)}${int32(id)}${int16(typeSize(id))}${int32(-1)}${int16(format)}`;
  });
  return message("T", int16(columns.length) + fields.join(""));
}

/** The rows and the tag. */
export function rowsOf({ tag, columns = [], rows = [], copied, notices }: Result, formats: Formats): Bytes {
  const told = notices.map(noticeResponse).join("");
  if (copied) {
    const head = message("H", `\0${int16(0)}`);
    return told + head + copied.map((line) => message("d", `${line}\n`)).join("") + message("c", "") + complete(tag);
  }
  const data: Bytes[] = [];
  for (const row of rows) {
    let body = int16(row.length);
    for (const [i, value] of row.entries()) {
      if (value === null) {
        body += int32(-1);
        continue;
      }
      const type = columns[i]?.type ?? "text";
      const written = writtenValue(value, typeId(type), isBinaryAt(formats, i));
      if (written === undefined) return told + errorResponse(noBinary(type));
      body += int32(written.length) + written;
    }
    data.push(message("D", body));
  }
  return told + data.join("") + complete(tag);
}

function complete(tag: string): Bytes {
  return tag === "" ? message("I", "") : message("C", `${tag}\0`);
}

function noBinary(type: string): ServerError {
  return { code: "42883", message: `no binary output function available for type ${type}` };
}

export function resultsIn(body: JsonObject): Result[] {
  return (body["results"] ?? []) as unknown as Result[];
}

export function errorIn(body: JsonObject): ServerError | undefined {
  return body["error"] as unknown as ServerError | undefined;
}
