/** Functions on JSON. */
import { jsonOf } from "./aggregates.ts";
import type { SqlFunction } from "./function.ts";
import { parsedJson } from "./json-operators.ts";
import { applyOperator } from "./operators.ts";
import { castTo, jsonText } from "./types.ts";
import { Json, List, textOf, type Value } from "./values.ts";

/** json keeps the text as it was built, jsonb has a form of its own. */
function objectBuilder(form: "json" | "jsonb"): SqlFunction {
  return (args) => {
    const parts: string[] = [];
    for (let i = 0; i < args.length; i += 2) {
      const value = args[i + 1] ?? null;
      parts.push(`${JSON.stringify(textOf(args[i] ?? null))}${form === "json" ? " : " : ": "}${jsonOf(value)}`);
    }
    const text = `{${parts.join(", ")}}`;
    return new Json(form === "json" ? text : jsonText(JSON.parse(text)));
  };
}

const buildArray: SqlFunction = (args) => new Json(`[${args.map(jsonOf).join(", ")}]`);

const toJson: SqlFunction = ([value = null]) => new Json(value instanceof Json ? value.text : jsonOf(value));

const arrayLength: SqlFunction = ([value = null]) => {
  const parsed = parsedJson(value);
  return Array.isArray(parsed) ? parsed.length : undefined;
};

function path(op: "#>" | "#>>"): SqlFunction {
  return ([value = null, ...keys], { context }) => {
    const facts = { rules: context.rules, nowMs: context.nowMs, leftIsLiteral: false, rightIsLiteral: false };
    return applyOperator(op, value, `{${keys.map(textOf).join(",")}}`, facts);
  };
}

const typeOfJson: SqlFunction = ([value = null]) => {
  const parsed = parsedJson(value);
  return parsed === null ? "null" : Array.isArray(parsed) ? "array" : typeof parsed;
};

function withPath(value: unknown, [key, ...rest]: readonly string[], fresh: unknown, creates: boolean): unknown {
  if (key === undefined) return fresh;
  if (Array.isArray(value)) {
    const at = Number(key) < 0 ? value.length + Number(key) : Number(key);
    if (!Number.isInteger(at)) return value;
    if (at >= value.length) return creates && rest.length === 0 ? [...value, fresh] : value;
    return value.map((item, i) => (i === at ? withPath(item, rest, fresh, creates) : item));
  }
  if (typeof value !== "object" || value === null) return value;
  const object: Record<string, unknown> = { ...value };
  if (!Object.hasOwn(object, key)) return creates && rest.length === 0 ? { ...object, [key]: fresh } : value;
  return { ...object, [key]: withPath(object[key], rest, fresh, creates) };
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
}

export const JSON_FUNCTIONS: Readonly<Record<string, SqlFunction>> = {
  json_build_object: objectBuilder("json"),
  jsonb_build_object: objectBuilder("jsonb"),
  json_object: objectBuilder("jsonb"),
  row_to_json: toJson,
  jsonb_set: ([value = null, path = null, fresh = null, creates = true], { context }) => {
    const keys = castTo(path, { name: "text", isArray: true }, context);
    if (!(keys instanceof List)) return undefined;
    return new Json(
      jsonText(withPath(parsedJson(value), keys.items.map(textOf), parsedJson(fresh), creates !== false)),
    );
  },
  jsonb_strip_nulls: ([value = null]) => new Json(jsonText(withoutNulls(parsedJson(value)))),
  json_build_array: buildArray,
  jsonb_build_array: buildArray,
  json_array: buildArray,
  to_json: toJson,
  to_jsonb: toJson,
  json_array_length: arrayLength,
  jsonb_array_length: arrayLength,
  json_length: arrayLength,
  json_typeof: typeOfJson,
  jsonb_typeof: typeOfJson,
  jsonb_pretty: ([value = null]) => JSON.stringify(parsedJson(value), undefined, 4),
  json_extract_path: path("#>"),
  jsonb_extract_path: path("#>"),
  json_extract_path_text: path("#>>"),
  json_extract: ([value = null, pattern = null], { context }) =>
    applyOperator("->", value, pattern, { ...context, leftIsLiteral: false, rightIsLiteral: true }),
  json_unquote: ([value = null]): Value => {
    const text = textOf(value);
    if (!text.startsWith('"')) return text;
    const parsed = parsedJson(value);
    return typeof parsed === "string" ? parsed : jsonText(parsed);
  },
};
