/** Values of the API's types, mostly valid and sometimes hostile, and changes of valid objects. */
import { isJsonObject, type JsonObject, type JsonValue, stringifyJson } from "../../src/lib/json.ts";
import { fieldType, resolveType, type SchemaType } from "../../src/schema/index.ts";
import type { ScalarKind } from "../../src/schema/types.ts";
import type { Draw } from "./draw.ts";
import { HOSTILE_TEXTS, vocabulary } from "./vocabulary.ts";

const MAX_DEPTH = 7;
const NUMBERS = [
  0,
  1,
  2,
  3,
  5,
  80,
  8080,
  30_000,
  65_535,
  65_536,
  -1,
  1.5,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  1e300,
];
const TIMES = ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000001Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"];
const QUANTITIES = ["1", "500m", "1Gi", "0", "-1", "1e3", "1.5", "100k", "9223372036854775807", "1E18", "0.0000000001"];

/** A value of a type; a few values have another type. */
export function valueOfType(draw: Draw, type: SchemaType, name = "", depth = 0): JsonValue {
  if (draw.chance(draw.hostility)) return hostileValue(draw);
  switch (type.kind) {
    case "scalar":
      return scalar(draw, type.scalar, name);
    case "list":
      return Array.from({ length: depth > MAX_DEPTH ? 0 : draw.below(3) }, () =>
        valueOfType(draw, resolveType(type.items), name, depth + 1),
      );
    case "map": {
      const entries: JsonObject = {};
      for (let i = draw.below(3); i > 0; i--) {
        entries[text(draw, "key")] = valueOfType(draw, resolveType(type.values), name, depth + 1);
      }
      return entries;
    }
    case "struct": {
      const object: JsonObject = {};
      const percent = depth === 0 ? 60 : Math.max(8, 40 - 12 * depth);
      for (const field of type.fields.values()) {
        if (field.name === "status" && depth === 0 && !draw.chance(20)) continue;
        const isWanted = draw.chance(field.required ? 93 : percent);
        if (isWanted && depth <= MAX_DEPTH) {
          object[field.name] = valueOfType(draw, resolveType(field.type), field.name, depth + 1);
        }
      }
      return object;
    }
  }
}

/** Values that no field expects. */
export function hostileValue(draw: Draw): JsonValue {
  switch (draw.below(6)) {
    case 0:
      return draw.json() as JsonValue;
    case 1:
      return draw.pick(NUMBERS);
    case 2:
      return draw.text();
    case 3:
      return draw.pick([null, true, {}, [], [null], [[]], { "": null }, { $patch: "delete" }, { $patch: "replace" }]);
    case 4:
      return nested(draw.pick([2, 20, 900, 3_000]), draw.chance(50));
    default:
      return draw.pick(HOSTILE_TEXTS);
  }
}

function nested(depth: number, isList: boolean): JsonValue {
  let value: JsonValue = 1;
  for (let i = 0; i < depth; i++) value = isList ? [value] : { a: value };
  return value;
}

function scalar(draw: Draw, kind: ScalarKind, name: string): JsonValue {
  switch (kind) {
    case "string":
      return text(draw, name);
    case "boolean":
      return draw.chance(50);
    case "int32":
    case "int64":
    case "double":
      return draw.pick(NUMBERS);
    case "bytes":
      return draw.pick(["", "YQ==", "YQ", "!", "AAECAwQ="]);
    case "quantity":
      return draw.chance(80) ? draw.pick(QUANTITIES) : draw.pick(NUMBERS);
    case "intOrString":
      return draw.pick([1, 0, "25%", "100%", "-5%", "http", "1000%", -1, "", 2 ** 31]);
    case "time":
    case "microTime":
      return draw.pick(TIMES);
    case "json":
    case "object":
      return draw.json() as JsonValue;
  }
}

/** A text from the field's recorded examples, from another field, or a hostile one. */
export function text(draw: Draw, name: string): string {
  const known = vocabulary(name);
  const roll = draw.below(100);
  if (roll < 95 - 3 * draw.hostility && known.length > 0) return draw.pick(known);
  if (roll < 98 - 2 * draw.hostility) return draw.pick(vocabulary("name"));
  return roll < 99 - draw.hostility ? draw.pick(HOSTILE_TEXTS) : draw.text();
}

/** The object with a few changes at random places: an added or removed field, another value, a repeated item. */
export function changed(draw: Draw, object: JsonObject, type: SchemaType | undefined): JsonObject {
  const cached = JSON.parse(JSON.stringify(object)) as JsonObject;
  for (let i = 1 + draw.below(3); i > 0; i--) changeSomewhere(draw, cached, type);
  return cached;
}

function changeSomewhere(draw: Draw, root: JsonObject, rootType: SchemaType | undefined): void {
  let [value, type]: [JsonValue, SchemaType | undefined] = [root, rootType];
  for (let depth = 0; depth < 12; depth++) {
    const child: [JsonValue?, SchemaType?] = draw.chance(75) ? childOf(draw, value, type) : [];
    if (typeof child[0] !== "object" || child[0] === null) break;
    [value, type] = [child[0], child[1]];
  }
  if (Array.isArray(value)) changeList(draw, value, type);
  else if (isJsonObject(value)) changeObject(draw, value, type);
}

function childOf(draw: Draw, value: JsonValue, type: SchemaType | undefined): [JsonValue?, SchemaType?] {
  if (Array.isArray(value)) {
    return value.length === 0 ? [] : [draw.pick(value), type?.kind === "list" ? resolveType(type.items) : undefined];
  }
  if (!isJsonObject(value)) return [];
  const keys = Object.keys(value).filter((key) => typeof value[key] === "object");
  if (keys.length === 0) return [];
  const key = draw.pick(keys);
  const child = type && fieldType(type, key);
  return [value[key], child && resolveType(child)];
}

function changeList(draw: Draw, list: JsonValue[], type: SchemaType | undefined): void {
  const at = draw.below(list.length + 1);
  const item = () => (type?.kind === "list" ? valueOfType(draw, resolveType(type.items), "", 3) : hostileValue(draw));
  if (draw.chance(30)) list.splice(at, 1);
  else if (draw.chance(40) && list.length > 0) list.push(draw.pick(list));
  else list.splice(at, draw.below(2), item());
}

function changeObject(draw: Draw, object: JsonObject, type: SchemaType | undefined): void {
  const present = Object.keys(object);
  const declared = type?.kind === "struct" ? [...type.fields.keys()] : [];
  const roll = draw.below(100);
  if (roll < 15 && present.length > 0) {
    delete object[draw.pick(present)];
    return;
  }
  const names = roll < 50 && present.length > 0 ? present : declared.length > 0 ? declared : present;
  const name = roll < 95 && names.length > 0 ? draw.pick(names) : text(draw, "key");
  const field = type && fieldType(type, name);
  const value = field ? valueOfType(draw, resolveType(field), name, 3) : hostileValue(draw);
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

/** As text, sometimes broken: cut off, with a repeated field, numbers beyond doubles, bytes that are not UTF-8. */
export function written(draw: Draw, value: unknown): string {
  const json = stringifyJson(value);
  const roll = draw.below(100);
  if (roll < 90 || !draw.chance(10 * draw.hostility)) return json;
  if (roll < 92) return json.slice(0, draw.below(json.length + 1));
  if (roll < 94) return json.replace(/"(\w+)":/, (field) => `${field}1,${field}`);
  if (roll < 96) return json.replace(/:\d+/, ":9007199254740993");
  if (roll < 97) return json.replace(/"[^"\\]+"/, '"\\ud800\\u0000"');
  if (roll < 98) return `${json}${json}`;
  return draw.pick(["", " ", "null", "[]", "1", '"x"', "{", "\u0000", "NaN", "a: b: c", "&a [*a]", draw.text()]);
}
