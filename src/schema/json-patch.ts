/**
 * JSON patch (RFC 6902) as the API server's library reads it: negative indexes count from the end, and `replace` may
 * add a field.
 */
import { cloneJson, defineField, equalJson, isJsonObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import { MAX_JSON_PATCH_COPIED_BYTES, MAX_JSON_PATCH_OPERATIONS } from "../lib/limits.ts";
import { catchingPatchFailure, type PatchError, PatchFailure } from "./patch-error.ts";
import { describeJson } from "./scalars.ts";

export interface JsonPatched {
  value: JsonValue;
  /** For strict decoding: unknown fields of operations, such as `json patch unknown field "[0].foo"`. */
  strictErrors: string[];
}

/** Applies operations in order; the result shares nothing with `current`. */
export function jsonPatch(current: JsonValue, operations: JsonValue): JsonPatched | PatchError {
  return catchingPatchFailure(() => {
    const { list, strictErrors } = readOperations(operations);
    const document = new PatchedDocument(cloneJson(current));
    for (const operation of list) document.apply(operation);
    return { value: document.value, strictErrors };
  });
}

const OPERATION_FIELDS = new Set(["op", "path", "from", "value"]);

function readOperations(operations: JsonValue): { list: JsonObject[]; strictErrors: string[] } {
  if (!Array.isArray(operations)) wrongType(operations, "[]handlers.jsonPatchOp");
  if (operations.length > MAX_JSON_PATCH_OPERATIONS) {
    const found = operations.length;
    const message = `The allowed maximum operations in a JSON patch is ${MAX_JSON_PATCH_OPERATIONS}, got ${found}`;
    throw new PatchFailure(message, 413);
  }
  const strictErrors: string[] = [];
  const list = operations.map((operation, index) => {
    if (!isJsonObject(operation)) wrongType(operation, "handlers.jsonPatchOp");
    for (const field of Object.keys(operation)) {
      if (OPERATION_FIELDS.has(field)) refuseNoText(operation, field);
      else strictErrors.push(`json patch unknown field "[${index}].${field}"`);
    }
    return operation;
  });
  return { list, strictErrors };
}

function refuseNoText(operation: JsonObject, field: string): void {
  const value = operation[field];
  if (field === "value" || typeof value === "string" || value === null || value === undefined) return;
  const where = `Go struct field jsonPatchOp.${field} of type string`;
  throw new PatchFailure(`error decoding patch: json: cannot unmarshal ${describeJson(value)} into ${where}`, 400);
}

function wrongType(value: JsonValue, wanted: string): never {
  const message = `error decoding patch: json: cannot unmarshal ${describeJson(value)} into Go value of type ${wanted}`;
  throw new PatchFailure(message, 400);
}

/** A place in a document: a field of an object or a position in a list. */
interface Place {
  container: JsonObject | JsonValue[];
  key: string;
}

class PatchedDocument {
  value: JsonValue;
  #copiedBytes = 0;

  constructor(value: JsonValue) {
    this.value = value;
  }

  apply(operation: JsonObject): void {
    const verb = operation["op"];
    if (verb === "add") add(this.#place(operation, "path", "add"), cloneJson(operation["value"] ?? null));
    else if (verb === "remove") remove(this.#place(operation, "path", "remove"));
    else if (verb === "replace") this.#replace(operation);
    else if (verb === "move") this.#move(operation);
    else if (verb === "copy") this.#copy(operation);
    else if (verb === "test") this.#test(operation);
    else refuse(`Unexpected kind: ${String(verb ?? "unknown")}`);
  }

  #replace(operation: JsonObject): void {
    const value = cloneJson(operation["value"] ?? null);
    if (operation["path"] === "") {
      if (typeof value !== "object" || value === null) refuse("replace operation value must be object or array");
      this.value = value;
      return;
    }
    const place = this.#place(operation, "path", "replace");
    if (Array.isArray(place.container)) place.container[position(place.container, place.key)] = value;
    else defineField(place.container, place.key, value);
  }

  #move(operation: JsonObject): void {
    const from = this.#place(operation, "from", "move");
    const value = read(from);
    remove(from);
    add(this.#place(operation, "path", "move"), value ?? null);
  }

  #copy(operation: JsonObject): void {
    const value = cloneJson(read(this.#place(operation, "from", "copy")) ?? null);
    this.#copiedBytes += JSON.stringify(value).length;
    if (this.#copiedBytes > MAX_JSON_PATCH_COPIED_BYTES) {
      const grown = this.#copiedBytes;
      const limit = MAX_JSON_PATCH_COPIED_BYTES;
      refuse(
        `Unable to complete the copy, the accumulated size increase of copy is ${grown}, exceeding the limit ${limit}`,
      );
    }
    add(this.#place(operation, "path", "copy"), value);
  }

  #test(operation: JsonObject): void {
    const path = operation["path"];
    const found = path === "" ? this.value : read(this.#place(operation, "path", "test"));
    // A missing field equals null.
    if (!equalJson(found ?? null, operation["value"] ?? null))
      refuse(`testing value ${String(path)} failed: test failed`);
  }

  #place(operation: JsonObject, field: "path" | "from", verb: string): Place {
    const pointer = operation[field];
    if (typeof pointer !== "string") refuse(`${verb} operation failed to decode ${field}: missing value`);
    const parts = pointer.split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    let container: JsonValue | undefined = parts.length < 2 ? undefined : this.value;
    for (const part of parts.slice(1, -1)) {
      container = isContainer(container) ? read({ container, key: part }) : undefined;
    }
    if (!isContainer(container))
      refuse(`${verb} operation does not apply: doc is missing path: "${pointer}": missing value`);
    return { container, key: parts.at(-1)! };
  }
}

function isContainer(value: JsonValue | undefined): value is JsonObject | JsonValue[] {
  return value !== undefined && (Array.isArray(value) || isJsonObject(value));
}

function refuse(message: string): never {
  throw new PatchFailure(message, 422);
}

function read({ container, key }: Place): JsonValue | undefined {
  if (Array.isArray(container)) return container[position(container, key)];
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

function add({ container, key }: Place, value: JsonValue): void {
  if (!Array.isArray(container)) defineField(container, key, value);
  else if (key === "-") container.push(value);
  else container.splice(indexOf(key, container.length + 1) ?? invalidIndex(key), 0, value);
}

function remove({ container, key }: Place): void {
  if (Array.isArray(container)) container.splice(position(container, key), 1);
  else if (!Object.hasOwn(container, key)) refuse(`Unable to remove nonexistent key: ${key}: missing value`);
  else delete container[key];
}

/** The position of an existing item. */
function position(list: JsonValue[], key: string): number {
  return indexOf(key, list.length) ?? invalidIndex(key);
}

function invalidIndex(key: string): never {
  return refuse(`Unable to access invalid index: ${key}: invalid index referenced`);
}

function indexOf(key: string, length: number): number | undefined {
  if (!/^[+-]?\d+$/.test(key)) return undefined;
  const number = Number(key);
  const index = number < 0 ? number + length : number;
  return index >= 0 && index < length ? index : undefined;
}
