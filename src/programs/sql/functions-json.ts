/** Functions on JSON. */
import { jsonOf } from "./aggregates.ts";
import type { SqlFunction } from "./function.ts";
import { applyOperator, parsedJson } from "./operators.ts";
import { jsonText } from "./types.ts";
import { Json, textOf, type Value } from "./values.ts";

const buildObject: SqlFunction = (args) => {
  const parts: string[] = [];
  for (let i = 0; i < args.length; i += 2)
    parts.push(`${JSON.stringify(textOf(args[i] ?? null))}: ${jsonOf(args[i + 1] ?? null)}`);
  return new Json(`{${parts.join(", ")}}`);
};

const buildArray: SqlFunction = (args) => new Json(`[${args.map(jsonOf).join(", ")}]`);

const toJson: SqlFunction = ([value = null]) => new Json(jsonOf(value));

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

export const JSON_FUNCTIONS: Readonly<Record<string, SqlFunction>> = {
  json_build_object: buildObject,
  jsonb_build_object: buildObject,
  json_object: buildObject,
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
