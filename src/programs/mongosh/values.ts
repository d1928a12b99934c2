/** Values of BSON in the shell: classes of their own, and their conversion to JSON and back. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import { prototypeFor } from "../javascript/builtins/objects.ts";
import { arrayOf, objectOf, toText } from "../javascript/conversions.ts";
import { defineClass, natives, scripts } from "../javascript/intrinsics.ts";
import { hidden, isCallable, JsArray, JsDate, JsObject, JsRegExp, type Value } from "../javascript/objects.ts";
import { enumerableKeys, get } from "../javascript/properties.ts";
import type { Vm } from "../javascript/vm.ts";

/** Classes of BSON values, and the key of their JSON. */
const CLASSES = {
  ObjectId: "$oid",
  Long: "$numberLong",
  Decimal128: "$numberDecimal",
  Timestamp: "$timestamp",
} as const;
type BsonClass = keyof typeof CLASSES;
const MAX_DEPTH = 200;

const isBsonClass = (name: string): name is BsonClass => Object.hasOwn(CLASSES, name);

/** The class of a BSON value; undefined for other objects. */
function classOf(value: JsObject): BsonClass | undefined {
  const name = value.proto?.intrinsic?.replace(/\.prototype$/, "");
  return name !== undefined && isBsonClass(name) ? name : undefined;
}

/** The content of a BSON value, as JSON text. */
const contentOf = (vm: Vm, value: JsObject): JsonValue => JSON.parse(String(get(vm, value, "_content"))) as JsonValue;

function make(vm: Vm, name: BsonClass, content: JsonValue, newTarget?: JsObject): JsObject {
  const made = new JsObject(prototypeFor(vm, newTarget, `${name}.prototype`));
  made.properties.set("_content", hidden(JSON.stringify(content)));
  return made;
}

function newObjectId(vm: Vm): string {
  const time = Math.floor(vm.nowMs / 1000)
    .toString(16)
    .padStart(8, "0");
  return time + [vm.process.random(), vm.process.random()].map((each) => each.toString(16).padStart(8, "0")).join("");
}

defineClass("ObjectId", (vm, _self, [given], { newTarget }) => {
  const text = given === undefined ? newObjectId(vm) : toText(vm, given);
  if (!/^[0-9a-fA-F]{24}$/.test(text))
    vm.fail("Error", "input must be a 24 character hex string, 12 byte Uint8Array, or an integer");
  return make(vm, "ObjectId", text.toLowerCase(), newTarget);
});
const text = (vm: Vm, self: Value): string => String(self instanceof JsObject ? contentOf(vm, self) : self);
natives("ObjectId.prototype", {
  toString: (vm: Vm, self: Value) => text(vm, self),
  toHexString: (vm, self) => text(vm, self),
  valueOf: (vm: Vm, self: Value) => text(vm, self),
  equals: (vm, self, [other]) => text(vm, self) === text(vm, other),
  getTimestamp(vm, self) {
    const made = new JsDate(vm.intrinsic("Date.prototype"), Number.parseInt(text(vm, self).slice(0, 8), 16) * 1000);
    return made;
  },
});
defineClass("Long", (vm, _self, [given], { newTarget }) =>
  make(vm, "Long", given === undefined ? "0" : toText(vm, given), newTarget),
);
const numeric = {
  toString: (vm: Vm, self: Value) => text(vm, self),
  valueOf: (vm: Vm, self: Value) => Number(text(vm, self)),
  toNumber: (vm: Vm, self: Value) => Number(text(vm, self)),
  toInt: (vm: Vm, self: Value) => Number(text(vm, self)),
};
natives("Long.prototype", numeric);
defineClass("Decimal128", (vm, _self, [given], { newTarget }) =>
  make(vm, "Decimal128", given === undefined ? "0" : toText(vm, given), newTarget),
);
natives("Decimal128.prototype", numeric);
defineClass("Timestamp", (vm, _self, [given], { newTarget }) => {
  const part = (name: string) => (given instanceof JsObject ? Number(get(vm, given, name) ?? 0) : 0);
  return make(vm, "Timestamp", { t: part("t"), i: part("i") }, newTarget);
});
scripts("node:bson", {
  isoDate: "function ISODate(text) { return text === undefined ? new Date() : new Date(text); }",
  int: "function Int32(value) { return Math.trunc(Number(value ?? 0)); }",
  double: "function Double(value) { return Number(value ?? 0); }",
});

/** A value as JSON; undefined: it has none. */
export function toJson(vm: Vm, value: Value, depth = 0): JsonValue | undefined {
  vm.countStep();
  if (depth > MAX_DEPTH) vm.fail("RangeError", "Maximum call stack size exceeded");
  if (typeof value === "bigint") return { $numberLong: String(value) };
  if (!(value instanceof JsObject))
    return typeof value === "object" && value !== null ? undefined : (value as JsonValue | undefined);
  if (isCallable(value)) return undefined;
  if (value instanceof JsArray) return value.items.map((each) => toJson(vm, each, depth + 1) ?? null);
  if (value instanceof JsDate) {
    if (Number.isNaN(value.timeMs)) vm.fail("RangeError", "Invalid time value");
    return { $date: new Date(value.timeMs).toISOString() };
  }
  if (value instanceof JsRegExp) return { $regex: value.source, $options: value.flags };
  const name = classOf(value);
  if (name) return { [CLASSES[name]]: contentOf(vm, value) };
  const made: JsonObject = {};
  for (const key of enumerableKeys(vm, value)) {
    const each = toJson(vm, get(vm, value, key), depth + 1);
    if (each !== undefined && key !== "__proto__") made[key] = each;
  }
  return made;
}

export function fromJson(vm: Vm, value: JsonValue | undefined): Value {
  vm.countStep();
  if (Array.isArray(value))
    return arrayOf(
      vm,
      value.map((each) => fromJson(vm, each)),
    );
  if (!isJsonObject(value)) return value;
  const [key = ""] = Object.keys(value);
  const content = value[key];
  if (key === "$date") return new JsDate(vm.intrinsic("Date.prototype"), Date.parse(String(content)));
  if (key === "$regex")
    return new JsRegExp(vm.intrinsic("RegExp.prototype"), String(content), String(value["$options"] ?? ""));
  const name = Object.entries(CLASSES).find(([, each]) => each === key)?.[0];
  if (name !== undefined && isBsonClass(name)) return make(vm, name, content ?? null);
  const fields: Record<string, Value> = {};
  for (const [field, each] of Object.entries(value)) fields[field] = fromJson(vm, each);
  return objectOf(vm, fields);
}

/** How the shell shows a value of BSON; undefined for others. */
export function bsonText(vm: Vm, value: JsObject): string | undefined {
  if (value instanceof JsDate)
    return Number.isNaN(value.timeMs) ? undefined : `ISODate('${new Date(value.timeMs).toISOString()}')`;
  const name = classOf(value);
  if (!name) return undefined;
  const content = contentOf(vm, value);
  if (!isJsonObject(content)) return `${name}('${String(content)}')`;
  return `Timestamp({ t: ${String(content["t"])}, i: ${String(content["i"])} })`;
}
