/**
 * `-o custom-columns=NAME:.metadata.name,…`
 * Source: k8s.io/kubectl pkg/cmd/get/customcolumn.go
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { type JsonPath, JsonPathError, parseJsonPath } from "../../../lib/json-path.ts";
import { Failure } from "../core/session.ts";
import { printColumns } from "./table.ts";

interface Column {
  header: string;
  path: JsonPath;
}

export function customColumnsPrinter(
  spec: string,
  { hasHeaders }: { hasHeaders: boolean },
): (object: JsonObject) => string {
  if (spec === "") throw new Failure("error: custom-columns format specified but no custom columns given");
  const columns = spec.split(",").map((part): Column => {
    const [header = "", path] = part.split(/:(.*)/s);
    if (path === undefined || path === "") {
      throw new Failure(`error: unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    }
    return { header, path: pathOf(path) };
  });
  return (object) => {
    const items = Array.isArray(object["items"]) ? object["items"].filter(isJsonObject) : [object];
    const rows = items.map((item) => columns.map(({ path }) => cellOf(path(item))));
    return printColumns(hasHeaders ? [columns.map(({ header }) => header), ...rows] : rows);
  };
}

function pathOf(text: string): JsonPath {
  const plain = text.replace(/^\{(.*)\}$/s, "$1");
  try {
    return parseJsonPath(plain.startsWith(".") || plain.startsWith("[") ? plain : `.${plain}`);
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    throw new Failure(
      `error: unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
    );
  }
}

function cellOf(values: readonly JsonValue[]): string {
  const shown = values.filter((value) => value !== null);
  return shown.length === 0 ? "<none>" : shown.map(goText).join(",");
}

/** Go's `%v`. */
function goText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (!isJsonObject(value)) return value === null ? "<nil>" : String(value);
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${key}:${goText(value[key] ?? null)}`);
  return `map[${entries.join(" ")}]`;
}
