/**
 * `--sort-by`
 * Source: k8s.io/kubectl pkg/cmd/get/sorter.go
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../../lib/json.ts";
import { type JsonPath, JsonPathError, parseJsonPath } from "../../../../lib/json-path.ts";
import { compareQuantities, isQuantity } from "../../../../lib/quantity.ts";
import { goSort } from "../../core/go-sort.ts";
import { Failure } from "../../core/session.ts";
import { relaxedPath } from "../../printers/relaxed-path.ts";

export interface SortKey {
  /** As errors show it. */
  shown: string;
  path: JsonPath;
}

/** The path of `--sort-by`. Throws Failure. */
export function sortKeyOf(text: string): SortKey {
  const plain = relaxedPath(text);
  if (plain === undefined) {
    throw new Failure(
      "error: unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    );
  }
  try {
    return { shown: `{${plain}}`, path: parseJsonPath(plain) };
  } catch (error) {
    if (error instanceof JsonPathError) throw new Failure(`error: ${error.message}`);
    throw error;
  }
}

/** The things in the order of their objects' values. Throws Failure if no object has the field. */
export function sortedBy<T>(list: readonly T[], objectOf: (one: T) => JsonObject, key: SortKey): T[] {
  const keyed = list.map((one) => ({ one, value: key.path(objectOf(one))[0] }));
  if (list.length > 0 && keyed.every(({ value }) => value === undefined)) throw missingField(key);
  return goSort(keyed, (a, b) => isLess(a.value, b.value)).map(({ one }) => one);
}

export function missingField({ shown }: SortKey): Failure {
  return new Failure(`error: couldn't find any field with path ${JSON.stringify(shown)} in the list of objects`);
}

/** A missing value comes before all others, even before another missing one. */
function isLess(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === undefined) return true;
  if (b === undefined) return false;
  if (a === null || b === null) return a === null && b !== null;
  if (typeof a === "string" && typeof b === "string") {
    return isQuantity(a) && isQuantity(b) ? compareQuantities(a, b) < 0 : a < b;
  }
  if (typeof a === "number" && typeof b === "number") return a < b;
  throw new Failure(`error: Field is an unsortable type: ${isJsonObject(a) ? "map" : typeof a}`);
}
