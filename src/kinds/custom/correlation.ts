/**
 * Pairs the parts of a new value with the parts of the old one, as far as the schema identifies them (KEP-4008).
 *
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/cel/common/equality.go (CorrelatedObject)
 */
import { equalJson, isJsonObject, type JsonValue } from "../../lib/json.ts";
import type { JSONSchemaProps } from "../../schema/types.ts";
import { fieldSchema, itemsSchema } from "./schema-parts.ts";

export class Correlated {
  readonly value: JsonValue;
  readonly old: JsonValue;
  readonly #schema: JSONSchemaProps;
  #isUnchanged: boolean | undefined;
  #oldItems: ItemsByKeys | undefined;

  constructor(value: JsonValue, old: JsonValue, schema: JSONSchemaProps) {
    this.value = value;
    this.old = old;
    this.#schema = schema;
  }

  /** The pair of a field; undefined if one side lacks it or the schema does not declare it. */
  field(name: string): Correlated | undefined {
    const { value, old } = this;
    if (!isJsonObject(value) || !isJsonObject(old)) return undefined;
    if (!Object.hasOwn(value, name) || !Object.hasOwn(old, name)) return undefined;
    const schema = fieldSchema(this.#schema, name);
    const [newField, oldField] = [value[name], old[name]];
    if (schema === undefined || newField === undefined || oldField === undefined) return undefined;
    return new Correlated(newField, oldField, schema);
  }

  /** The pair of an item; only items of lists with keys have one. */
  item(index: number): Correlated | undefined {
    const { value, old } = this;
    const items = itemsSchema(this.#schema);
    if (!Array.isArray(value) || !Array.isArray(old) || items === undefined) return undefined;
    this.#oldItems ??= new ItemsByKeys(this.#schema, old);
    const oldItem = this.#oldItems.matching(value[index]);
    return oldItem === undefined || oldItem === null ? undefined : new Correlated(value[index]!, oldItem, items);
  }

  /** True if the values are equal. A value without an old one counts as changed. */
  get isUnchanged(): boolean {
    this.#isUnchanged ??= this.#compare();
    return this.#isUnchanged;
  }

  #compare(): boolean {
    const { value, old } = this;
    if (Array.isArray(value) && Array.isArray(old)) {
      if (value.length !== old.length) return false;
      if (this.#schema["x-kubernetes-list-type"] !== "map") return equalJson(value, old);
      return value.every((_, i) => this.item(i)?.isUnchanged ?? false);
    }
    if (!isJsonObject(value) || !isJsonObject(old)) return equalJson(value, old);
    const names = Object.keys(value);
    if (names.length !== Object.keys(old).length) return false;
    return names.every((name) => this.field(name)?.isUnchanged ?? false);
  }
}

/** Finds items of a list by their map keys. Finds nothing in lists of other types. */
export class ItemsByKeys {
  readonly #keys: readonly string[];
  readonly #items = new Map<string, JsonValue>();

  constructor(schema: JSONSchemaProps, items: readonly JsonValue[]) {
    this.#keys = schema["x-kubernetes-list-map-keys"] ?? [];
    if (schema["x-kubernetes-list-type"] !== "map") return;
    for (const item of items) {
      const key = this.#keyOf(item);
      if (key !== undefined && !this.#items.has(key)) this.#items.set(key, item);
    }
  }

  matching(item: JsonValue | undefined): JsonValue | undefined {
    const key = item === undefined ? undefined : this.#keyOf(item);
    return key === undefined ? undefined : this.#items.get(key);
  }

  #keyOf(item: JsonValue): string | undefined {
    return isJsonObject(item) ? JSON.stringify(this.#keys.map((key) => item[key] ?? null)) : undefined;
  }
}
