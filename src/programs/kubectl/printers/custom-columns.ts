/**
 * `-o custom-columns=NAME:.metadata.name,…`
 * Source: k8s.io/kubectl pkg/cmd/get/customcolumn.go
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import { type JsonPath, JsonPathError, parseJsonPath } from "../../../lib/json-path.ts";
import { Failure } from "../core/session.ts";
import { goText } from "../describe/fields.ts";
import { relaxedPath } from "./relaxed-path.ts";
import { printColumns } from "./table.ts";

interface Column {
  header: string;
  path: JsonPath;
}

interface ColumnOptions {
  hasHeaders: boolean;
}

type Printer = (object: JsonObject) => string;

/** Throws Failure. */
export function customColumnsPrinter(spec: string, options: ColumnOptions): Printer {
  if (spec === "") throw new Failure("error: custom-columns format specified but no custom columns given");
  const columns = spec.split(",").map((part): Column => {
    const [header = "", path] = part.split(/:(.*)/s);
    if (path === undefined) {
      throw new Failure(`error: unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    }
    return { header, path: pathOf(path) };
  });
  return printerOf(columns, options);
}

const LINES = "Expected format is one line of space separated headers, one line of space separated column specs.";

/** Columns of a file: a line of headers and a line of paths. Throws Failure. */
export function customColumnsFile(text: string): Printer {
  const [first, second] = text.replace(/\n$/, "").split("\n");
  if (!first && second === undefined) throw new Failure(`error: invalid template, missing header line. ${LINES}`);
  if (second === undefined) throw new Failure(`error: invalid template, missing spec line. ${LINES}`);
  const [headers = [], specs = []] = [first ?? "", second].map((line) => line.match(/\S+/g) ?? []);
  if (headers.length !== specs.length) {
    throw new Failure(
      `error: number of headers (${headers.length}) and field specifications (${specs.length}) don't match`,
    );
  }
  return printerOf(
    headers.map((header, i) => ({ header, path: pathOf(specs[i]!) })),
    { hasHeaders: true },
  );
}

function printerOf(columns: readonly Column[], { hasHeaders }: ColumnOptions): Printer {
  return (object) => {
    const items = Array.isArray(object["items"]) ? object["items"].filter(isJsonObject) : [object];
    const rows = items.map((item) => columns.map(({ path }) => cellOf(path(item))));
    return printColumns(hasHeaders ? [columns.map(({ header }) => header), ...rows] : rows);
  };
}

function pathOf(text: string): JsonPath {
  const path = relaxedPath(text);
  if (path === undefined) {
    throw new Failure(
      "error: unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'",
    );
  }
  try {
    return parseJsonPath(path);
  } catch (error) {
    if (error instanceof JsonPathError) throw new Failure(`error: ${error.message}`);
    throw error;
  }
}

function cellOf(values: readonly JsonValue[]): string {
  if (values.length === 0) return "<none>";
  return values.map((value) => goText(value).replaceAll("\u001b", "^[").replaceAll("\r", "\\r")).join(",");
}
