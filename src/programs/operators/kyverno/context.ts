/**
 * The data that policies read by variables: the request, the images of its object, entries of `context`, and the element
 * of a loop. Entries are computed when a variable first reads them.
 * Source: github.com/kyverno/kyverno pkg/engine/context
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { loadEntry } from "./context-entries.ts";
import { imagesOf } from "./images.ts";
import { search } from "./jmespath/evaluate.ts";
import type { Surroundings, VariableContext } from "./variable-context.ts";

export class PolicyContext implements VariableContext {
  readonly surroundings: Surroundings;
  readonly #data: JsonObject;
  /** Entries that no variable has read yet, by name. */
  readonly #pending: Map<string, JsonObject>;

  constructor(surroundings: Surroundings, data: JsonObject, pending: ReadonlyMap<string, JsonObject> = new Map()) {
    this.surroundings = surroundings;
    this.#data = data;
    this.#pending = new Map(pending);
  }

  get operation(): string {
    return String(objectIn(this.#data["request"])["operation"] ?? "");
  }

  /** The value of an expression. Throws QueryError. */
  query(expression: string): JsonValue {
    for (const [name, entry] of this.#pending) {
      if (!mentions(expression, name)) continue;
      this.#pending.delete(name);
      this.#data[name] = loadEntry(this, entry);
    }
    if (mentions(expression, "images")) this.#data["images"] ??= imagesOf(this.#resource());
    return search(expression, this.#data, this.surroundings.host);
  }

  #resource(): JsonObject {
    const { object, oldObject } = objectIn(this.#data["request"]);
    return objectIn(object ?? oldObject);
  }

  /** A context with further entries. Changes of it do not show here. */
  withEntries(entries: JsonValue | undefined): PolicyContext {
    const pending = new Map(this.#pending);
    const data = { ...this.#data };
    for (const entry of objectsIn(entries)) {
      const name = String(entry["name"]);
      pending.set(name, entry);
      delete data[name];
    }
    return new PolicyContext(this.surroundings, data, pending);
  }

  withData(more: JsonObject): PolicyContext {
    return new PolicyContext(this.surroundings, { ...this.#data, ...more }, this.#pending);
  }

  /** A context for another state of the resource, such as one that earlier rules changed. */
  withResource(object: JsonObject): PolicyContext {
    const { images: _images, ...data } = this.#data;
    const request = { ...objectIn(this.#data["request"]), object };
    return new PolicyContext(this.surroundings, { ...data, request }, this.#pending);
  }

  withElement(element: JsonValue, index: number, nesting: number): PolicyContext {
    return this.withData({
      ...{ element, elementIndex: index },
      ...{ [`element${nesting}`]: element, [`elementIndex${nesting}`]: index },
    });
  }
}

/** Whether the expression contains the name as a word. */
function mentions(expression: string, name: string): boolean {
  for (let at = expression.indexOf(name); at >= 0; at = expression.indexOf(name, at + 1)) {
    const [before = "", after = ""] = [expression[at - 1], expression[at + name.length]];
    if (!/[\w-]/.test(before) && !/[\w-]/.test(after)) return true;
  }
  return false;
}
