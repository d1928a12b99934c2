/**
 * Writes an OpenAPI v2 document in the protobuf form that clients before kubectl 1.29 request (gnostic's
 * `openapi.v2.Document`).
 * Source of the field numbers: github.com/google/gnostic-models, openapiv2/OpenAPIv2.proto
 */
import { isJsonObject, type JsonValue as Json, type JsonObject } from "../../lib/json.ts";
import { array, object } from "./v2.ts";

/** Writes a field's value into a message. */
type WriteField = (message: Message, value: Json) => void;

/** The document as a message of gnostic's `openapi.v2.Document`. */
export function encodeOpenApiV2(document: JsonObject): Uint8Array {
  return writeMessage(document, {
    swagger: text(1),
    info: nested(2, { title: text(1), version: text(2) }),
    paths: writePaths(8),
    definitions: namedSchemas(9),
  }).bytes();
}

/** Messages with named entries have a list of pairs: 1 name, 2 value. */
function writePaths(number: number): WriteField {
  return (message, paths) => {
    const inner = new Message();
    for (const [path, item] of Object.entries(object(paths))) {
      inner.message(2, new Message().text(1, path).message(2, writeMessage(object(item), PATH_ITEM)));
    }
    message.message(number, inner);
  };
}

function namedSchemas(number: number): WriteField {
  return (message, schemas) => {
    const inner = new Message();
    for (const [name, schema] of Object.entries(object(schemas))) {
      if (schema !== undefined) inner.message(1, new Message().text(1, name).message(2, writeSchema(schema)));
    }
    message.message(number, inner);
  };
}

const RESPONSE: Record<string, WriteField> = {
  description: text(1),
  // schema item → schema
  schema: (message, schema) => message.message(2, new Message().message(1, writeSchema(schema))),
};

/** Each status → response value → response. */
const writeResponses: WriteField = (message, responses) => {
  const inner = new Message();
  for (const [status, response] of Object.entries(object(responses))) {
    const value = new Message().message(1, writeMessage(object(response), RESPONSE));
    inner.message(1, new Message().text(1, status).message(2, value));
  }
  message.message(9, inner);
};

const BODY_PARAMETER: Record<string, WriteField> = {
  description: text(1),
  name: text(2),
  in: text(3),
  required: flag(4),
  schema: (message, schema) => message.message(5, writeSchema(schema)),
};
const QUERY_PARAMETER: Record<string, WriteField> = {
  required: flag(1),
  in: text(2),
  description: text(3),
  name: text(4),
  type: text(6),
  format: text(7),
  uniqueItems: flag(20),
};
const PATH_PARAMETER: Record<string, WriteField> = {
  required: flag(1),
  in: text(2),
  description: text(3),
  name: text(4),
  type: text(5),
  format: text(6),
  uniqueItems: flag(19),
};

/** Parameters item → parameter → of the body, or → not of the body → of the query or the path. */
function writeParameters(number: number): WriteField {
  return (message, parameters) => {
    for (const parameter of array(parameters).map(object)) {
      message.message(number, new Message().message(1, writeParameter(parameter)));
    }
  };
}

function writeParameter(parameter: JsonObject): Message {
  if (parameter["in"] === "body") return new Message().message(1, writeMessage(parameter, BODY_PARAMETER));
  const other = new Message();
  if (parameter["in"] === "path") other.message(4, writeMessage(parameter, PATH_PARAMETER));
  else other.message(3, writeMessage(parameter, QUERY_PARAMETER));
  return new Message().message(2, other);
}

const OPERATION: Record<string, WriteField> = {
  tags: texts(1),
  description: text(3),
  operationId: text(5),
  produces: texts(6),
  consumes: texts(7),
  parameters: writeParameters(8),
  responses: writeResponses,
  "x-": extension(13),
};

const PATH_ITEM: Record<string, WriteField> = {
  get: nested(2, OPERATION),
  put: nested(3, OPERATION),
  post: nested(4, OPERATION),
  delete: nested(5, OPERATION),
  options: nested(6, OPERATION),
  head: nested(7, OPERATION),
  patch: nested(8, OPERATION),
  parameters: writeParameters(9),
};

const SCHEMA: Record<string, WriteField> = {
  $ref: text(1),
  format: text(2),
  title: text(3),
  description: text(4),
  default: (message, value) => message.message(5, anyValue(value)),
  multipleOf: double(6),
  maximum: double(7),
  exclusiveMaximum: flag(8),
  minimum: double(9),
  exclusiveMinimum: flag(10),
  maxLength: integer(11),
  minLength: integer(12),
  pattern: text(13),
  maxItems: integer(14),
  minItems: integer(15),
  uniqueItems: flag(16),
  maxProperties: integer(17),
  minProperties: integer(18),
  required: texts(19),
  enum: (message, values) => {
    for (const value of array(values)) message.message(20, anyValue(value));
  },
  additionalProperties: (message, schema) => {
    const item = new Message();
    message.message(21, typeof schema === "boolean" ? item.flag(2, schema) : item.message(1, writeSchema(schema)));
  },
  type: (message, type) => message.message(22, new Message().text(1, String(type))),
  items: (message, schema) => message.message(23, new Message().message(1, writeSchema(schema))),
  properties: namedSchemas(25),
  "x-": extension(31),
};

function writeSchema(schema: Json): Message {
  return isJsonObject(schema) ? writeMessage(schema, SCHEMA) : new Message();
}

function writeMessage(value: JsonObject, fields: Record<string, WriteField>): Message {
  const message = new Message();
  for (const [name, item] of Object.entries(value)) {
    const write = name.startsWith("x-") ? fields["x-"] : fields[name];
    // Fields without a number in the format are dropped. Schemas of custom resources may have such fields.
    if (!write || item === undefined) continue;
    if (name.startsWith("x-")) message.name = name;
    write(message, item);
  }
  return message;
}

function nested(number: number, fields: Record<string, WriteField>): WriteField {
  return (message, value) => message.message(number, writeMessage(object(value), fields));
}

function text(number: number): WriteField {
  return (message, value) => message.text(number, String(value));
}

function texts(number: number): WriteField {
  return (message, values) => {
    for (const value of array(values)) message.text(number, String(value));
  };
}

function flag(number: number): WriteField {
  return (message, value) => message.flag(number, value === true);
}

function double(number: number): WriteField {
  return (message, value) => message.double(number, Number(value));
}

function integer(number: number): WriteField {
  return (message, value) => message.integer(number, Number(value));
}

/** A named value of any form, as YAML. JSON is YAML. */
function extension(number: number): WriteField {
  return (message, value) => message.message(number, new Message().text(1, message.name).message(2, anyValue(value)));
}

function anyValue(value: Json): Message {
  return new Message().text(2, JSON.stringify(value));
}

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;

/** A message during its encoding. */
class Message {
  /** Name of the present field, for messages that contain their name. */
  name = "";
  readonly #parts: Uint8Array[] = [];

  text(number: number, value: string): this {
    return this.#delimited(number, new TextEncoder().encode(value));
  }

  message(number: number, value: Message): this {
    return this.#delimited(number, value.bytes());
  }

  flag(number: number, value: boolean): this {
    this.#varint(number * 8 + VARINT);
    this.#varint(value ? 1 : 0);
    return this;
  }

  /** Non-negative integers only. */
  integer(number: number, value: number): this {
    this.#varint(number * 8 + VARINT);
    this.#varint(Math.max(0, Math.floor(value)));
    return this;
  }

  double(number: number, value: number): this {
    this.#varint(number * 8 + FIXED_64);
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    this.#parts.push(bytes);
    return this;
  }

  bytes(): Uint8Array {
    const all = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  #delimited(number: number, bytes: Uint8Array): this {
    this.#varint(number * 8 + LENGTH_DELIMITED);
    this.#varint(bytes.length);
    this.#parts.push(bytes);
    return this;
  }

  #varint(value: number): void {
    const bytes: number[] = [];
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    bytes.push(rest);
    this.#parts.push(Uint8Array.from(bytes));
  }
}
