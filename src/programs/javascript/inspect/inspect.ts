/** `util.inspect`: values as `console.log` shows them. */
import { toText } from "../conversions.ts";
import {
  Boxed,
  EMPTY,
  isCallable,
  JsArray,
  JsBytes,
  JsDate,
  JsError,
  JsIterator,
  JsMap,
  JsObject,
  JsPromise,
  JsProxy,
  JsRegExp,
  JsSet,
  JsSymbol,
  type Key,
  Property,
  SYMBOLS,
  type Value,
} from "../objects.ts";
import { arrayIndex, get, isEnumerable, ownKeys, ownProperty } from "../properties.ts";
import type { Vm } from "../vm.ts";
import { type Context, classNameOf, colored, DEFAULTS, type InspectOptions } from "./context.ts";
import { formatError } from "./errors.ts";
import { formatFunction } from "./functions.ts";
import { arrange } from "./layout.ts";
import { formatText, keyText, symbolText } from "./texts.ts";

export function inspect(vm: Vm, value: Value, options: Partial<InspectOptions> = {}): string {
  const all = { ...DEFAULTS, ...options };
  const { breakLength, compact } = all;
  const context: Context = {
    vm,
    options: all,
    indentation: 0,
    breakLength,
    compact,
    currentDepth: 0,
    open: [],
    circular: new Map(),
    property: (object, key, depth) => formatProperty(context, object, key, depth),
  };
  return formatValue(context, value, 0);
}

function formatValue(context: Context, value: Value, depth: number): string {
  context.vm.countStep();
  if (value instanceof JsObject) return formatObject(context, value, depth);
  if (typeof value === "string") return colored(context, formatText(context, value), "string");
  if (value instanceof JsSymbol) return colored(context, symbolText(value), "symbol");
  if (typeof value === "bigint") return colored(context, `${value}n`, "bigint");
  if (typeof value === "number") return colored(context, Object.is(value, -0) ? "-0" : String(value), "number");
  return colored(context, String(value), value === null ? "null" : typeof value);
}

function formatObject(context: Context, value: JsObject, depth: number): string {
  const { vm, open, circular } = context;
  const target = value instanceof JsProxy ? value.target : value;
  const custom = customOf(context, target, depth);
  if (custom !== undefined) return custom;
  if (open.includes(target)) {
    if (!circular.has(target)) circular.set(target, circular.size + 1);
    return colored(context, `[Circular *${circular.get(target)}]`, "special");
  }
  if (open.length > 200) vm.fail("RangeError", "Maximum call stack size exceeded");
  return formatRaw(context, target, depth);
}

/** The text of the object's own function `[nodejs.util.inspect.custom]`. */
function customOf(context: Context, value: JsObject, depth: number): string | undefined {
  const { vm } = context;
  const own = context.options.custom?.(value);
  if (own !== undefined) return own;
  const symbol = vm.symbols.get("nodejs.util.inspect.custom");
  const custom = symbol && get(vm, value, symbol);
  if (!isCallable(custom)) return undefined;
  const options = vm.construct(vm.intrinsic("Object"), []) as JsObject;
  options.properties.set("depth", context.options.depth - depth);
  const made = vm.call(custom, value, [context.options.depth - depth, options, vm.intrinsic("node:util.inspect")]);
  if (made === value) return undefined;
  if (typeof made !== "string") return formatValue(context, made, depth);
  return made.replaceAll("\n", `\n${" ".repeat(context.indentation)}`);
}

/** The tag that a class gives; an own property shows among the others. */
function tagOf(vm: Vm, value: JsObject): string {
  const key = SYMBOLS["toStringTag"]!;
  const isOwn = value.properties.has(key) && isEnumerable(vm, value, key);
  const tag = isOwn ? undefined : get(vm, value, key);
  return typeof tag === "string" ? tag : "";
}

/** `Foo [tag] `, `[Object: null prototype] `, `Map(2) `; empty for plain objects and arrays. */
function prefixOf(context: Context, value: JsObject, fallback: string, size?: number): string {
  const { vm } = context;
  const name = classNameOf(vm, value);
  const tag = tagOf(vm, value);
  const count = size === undefined ? "" : `(${size})`;
  const shown = name === null ? `[${fallback}${count}: null prototype]` : `${name}${count}`;
  const hasTag = tag !== "" && tag !== name;
  return hasTag ? `${shown} [${tag}] ` : `${shown} `;
}

interface Parts {
  braces: [string, string];
  base: string;
  entries: (context: Context, depth: number) => string[];
  isArray?: boolean;
  /** Shown if there are no entries. */
  empty?: string;
  keys?: Key[];
}

const NONE = () => [];

/** How the classes of objects are shown; the first that knows the value decides. */
function partsOf(context: Context, value: JsObject): Parts {
  const { vm } = context;
  if (value instanceof JsArray && !value.isArguments) {
    const isPlain = classNameOf(vm, value) === "Array" && tagOf(vm, value) === "";
    const prefix = isPlain ? "" : prefixOf(context, value, "Array", value.items.length);
    return {
      braces: [`${prefix}[`, "]"],
      base: "",
      isArray: true,
      entries: (inner, depth) => arrayEntries(inner, value.items, depth),
    };
  }
  if (value instanceof JsArray) {
    const entries = (inner: Context, depth: number) =>
      value.items.map((item, i) => `'${i}': ${indented(inner, () => formatValue(inner, item, depth))}`);
    return { braces: ["[Arguments] {", "}"], base: "", entries };
  }
  if (value instanceof JsBytes) return bytesParts(context, value);
  if (value instanceof JsMap || value instanceof JsSet) return collectionParts(context, value);
  if (value instanceof JsIterator) {
    const items = value.source instanceof JsArray ? value.source.items.slice(value.index) : [];
    const tag = String(get(vm, value, SYMBOLS["toStringTag"]!));
    if (tag.startsWith("Array")) return { braces: [`Object [${tag}] {`, "}"], base: "", entries: NONE };
    const shown = value.isEntries ? tag.replace("Iterator", "Entries") : tag;
    return { braces: [`[${shown}] {`, "}"], base: "", entries: (inner, depth) => arrayEntries(inner, items, depth) };
  }
  if (isCallable(value)) return simple(formatFunction(context, value), "special", context);
  if (value instanceof JsError) return { braces: ["{", "}"], ...formatError(context, value) };
  if (value instanceof JsDate) {
    const text = Number.isNaN(value.timeMs) ? "Invalid Date" : new Date(value.timeMs).toISOString();
    return simple(text, "date", context);
  }
  if (value instanceof JsRegExp)
    return simple(`/${value.source}/${toText(vm, get(vm, value, "flags"))}`, "regexp", context, ["lastIndex"]);
  if (value instanceof JsPromise) return promiseParts(context, value);
  if (value instanceof Boxed) return boxedParts(context, value);
  const isPlain = classNameOf(vm, value) === "Object" && tagOf(vm, value) === "";
  return { braces: [`${isPlain ? "" : prefixOf(context, value, "Object")}{`, "}"], base: "", entries: NONE };
}

function simple(base: string, style: string, context: Context, without: readonly string[] = []): Parts {
  const hidden = without.length > 0 ? {} : {};
  return {
    braces: ["{", "}"],
    base: colored(context, base, style),
    entries: NONE,
    empty: colored(context, base, style),
    ...hidden,
  };
}

function boxedParts(context: Context, { primitive }: Boxed): Parts {
  const type =
    primitive instanceof JsSymbol
      ? "Symbol"
      : { string: "String", number: "Number", boolean: "Boolean", bigint: "BigInt" }[typeof primitive as string];
  return simple(
    `[${type}: ${formatValue({ ...context, options: { ...context.options, colors: false } }, primitive, 0)}]`,
    typeof primitive,
    context,
  );
}

function bytesParts(context: Context, value: JsBytes): Parts {
  const { vm } = context;
  const name = classNameOf(vm, value) ?? value.kind;
  const hex = () => {
    const shown = value.bytes.slice(0, 50).map((byte) => byte.toString(16).padStart(2, "0"));
    const more = value.bytes.length - 50;
    return `${shown.join(" ")}${more > 0 ? ` ... ${more} more byte${more > 1 ? "s" : ""}` : ""}`;
  };
  if (name === "Buffer") {
    const text = `<Buffer${value.bytes.length > 0 ? ` ${hex()}` : ""}>`;
    return { braces: ["{", "}"], base: text, entries: NONE, empty: text, keys: [] };
  }
  if (value.kind === "ArrayBuffer") {
    const entries = () => [
      `[Uint8Contents]: <${hex()}>`,
      `${vm.major >= 24 ? "[byteLength]" : "byteLength"}: ${value.bytes.length}`,
    ];
    return { braces: ["ArrayBuffer {", "}"], base: "", entries, keys: [] };
  }
  return {
    braces: [`${name}(${value.bytes.length}) [`, "]"],
    base: "",
    isArray: true,
    entries: (inner, depth) => arrayEntries(inner, value.bytes, depth),
  };
}

function collectionParts(context: Context, value: JsMap | JsSet): Parts {
  if (value.isWeak)
    return { braces: [`${prefixOf(context, value, "WeakMap")}{`, "}"], base: "", entries: () => ["<items unknown>"] };
  const { size } = value.entries;
  const isMap = value instanceof JsMap;
  return {
    braces: [`${prefixOf(context, value, isMap ? "Map" : "Set", size)}{`, "}"],
    base: "",
    entries(inner, depth) {
      const all = isMap
        ? [...value.entries].map(
            ([key, item]) =>
              () =>
                `${formatValue(inner, key, depth)} => ${formatValue(inner, item, depth)}`,
          )
        : [...value.entries.keys()].map((item) => () => formatValue(inner, item, depth));
      return indented(inner, () => limited(inner, all));
    },
  };
}

function promiseParts(context: Context, value: JsPromise): Parts {
  const entries = (inner: Context, depth: number) => {
    if (value.status === "pending") return [colored(inner, "<pending>", "special")];
    const shown = indented(inner, () => formatValue(inner, value.result, depth));
    return [value.status === "rejected" ? `${colored(inner, "<rejected>", "special")} ${shown}` : shown];
  };
  return { braces: [`${prefixOf(context, value, "Promise")}{`, "}"], base: "", entries };
}

function indented<T>(context: Context, body: () => T): T {
  context.indentation += 2;
  const made = body();
  context.indentation -= 2;
  return made;
}

/** The first entries, and how many are left out. */
function limited(context: Context, all: readonly (() => string)[]): string[] {
  const { maxArrayLength } = context.options;
  const shown = all.slice(0, maxArrayLength).map((entry) => entry());
  const more = all.length - shown.length;
  return more > 0 ? [...shown, `... ${more} more item${more > 1 ? "s" : ""}`] : shown;
}

function arrayEntries(context: Context, items: readonly Value[], depth: number): string[] {
  const all: (() => string)[] = [];
  for (let i = 0; i < items.length && all.length <= context.options.maxArrayLength + items.length; i++) {
    if (items[i] !== EMPTY) {
      const item = items[i];
      all.push(() => indented(context, () => formatValue(context, item, depth)));
      continue;
    }
    const from = i;
    while (items[i + 1] === EMPTY && i + 1 < items.length) i++;
    const count = i - from + 1;
    all.push(() => colored(context, `<${count} empty item${count > 1 ? "s" : ""}>`, "undefined"));
  }
  return limited(context, all);
}

function formatRaw(context: Context, value: JsObject, depth: number): string {
  const { vm, options, open } = context;
  const parts = partsOf(context, value);
  const keys = parts.keys ?? keysOf(context, value);
  const isEmpty = keys.length === 0;
  if (isEmpty && parts.empty !== undefined) return parts.empty;
  if (isEmpty && parts.base === "" && isWithoutEntries(value)) return parts.braces.join("");
  if (depth > options.depth && !(value instanceof JsError))
    return colored(context, `[${nameAtDepth(vm, value)}]`, "special");
  open.push(value);
  context.currentDepth = depth;
  const output = parts.entries(context, depth + 1);
  const itemCount = output.length;
  for (const key of keys) output.push(formatProperty(context, value, key, depth + 1));
  open.pop();
  const number = context.circular.get(value);
  const reference = number === undefined ? "" : `${colored(context, `<ref *${number}>`, "special")} `;
  if (output.length === 0)
    return `${reference}${parts.base === "" ? `${parts.braces[0]}${parts.braces[1]}` : parts.base}`;
  if (options.sorted) output.splice(itemCount, output.length, ...output.slice(itemCount).sort());
  const items = value instanceof JsArray ? value.items : value instanceof JsBytes ? value.bytes : undefined;
  const base = parts.base === "" ? "" : reference + parts.base;
  const braces: [string, string] = parts.base === "" ? [reference + parts.braces[0], parts.braces[1]] : parts.braces;
  return arrange(context, {
    output,
    base,
    braces,
    isArray: parts.isArray === true,
    depth,
    isNumeric:
      items !== undefined && output.every((_, i) => typeof items[i] === "number" || typeof items[i] === "bigint"),
    hasMore: items !== undefined && items.length > options.maxArrayLength,
  });
}

/** Such values are shown at any depth. */
function isWithoutEntries(value: JsObject): boolean {
  if (value instanceof JsArray) return value.items.length === 0;
  if (value instanceof JsMap || value instanceof JsSet) return value.entries.size === 0 && !value.isWeak;
  return !(
    value instanceof JsBytes ||
    value instanceof JsPromise ||
    value instanceof JsIterator ||
    value instanceof JsError
  );
}

function nameAtDepth(vm: Vm, value: JsObject): string {
  if (value instanceof JsArray) return "Array";
  const name = classNameOf(vm, value);
  const tag = get(vm, value, SYMBOLS["toStringTag"]!);
  if (name === null) return "Object: null prototype";
  return typeof tag === "string" && tag !== name ? `${name} [${tag}]` : name;
}

function keysOf({ vm, options }: Context, value: JsObject): Key[] {
  const isList =
    value instanceof JsArray ||
    value instanceof JsBytes ||
    (value instanceof Boxed && typeof value.primitive === "string");
  return ownKeys(vm, value).filter((key) => {
    if (isList && arrayIndex(key) >= 0) return false;
    if (value instanceof JsError && isDuplicate(vm, value, key)) return false;
    if (value instanceof JsRegExp && key === "lastIndex") return false;
    if (value instanceof JsError && key === "cause") return true;
    return (
      (options.showHidden && !(value instanceof JsArray && key === "length" && false)) || isEnumerable(vm, value, key)
    );
  });
}

/** `name`, `message` and `stack` of an error are part of its trace. */
function isDuplicate(vm: Vm, value: JsError, key: Key): boolean {
  if (key !== "name" && key !== "message" && key !== "stack") return false;
  const stack = get(vm, value, "stack");
  const text = get(vm, value, key);
  return typeof stack === "string" && typeof text === "string" && stack.includes(text);
}

function formatProperty(context: Context, object: JsObject, key: Key, depth: number): string {
  const { vm } = context;
  const found = ownProperty(vm, object, key);
  let shown: string;
  if (found instanceof Property && found.isAccessor) {
    const kind = found.get ? (found.set ? "Getter/Setter" : "Getter") : "Setter";
    shown = colored(context, `[${kind}]`, "special");
    if (found.get && context.options.getters) {
      const value = vm.call(found.get, object, []);
      shown = `[${kind}: ${indented(context, () => formatValue(context, value, depth))}]`;
    }
  } else {
    const value = (found instanceof Property ? found.value : found) as Value;
    shown = indented(context, () => formatValue(context, value, depth));
  }
  if (object instanceof JsError && key === "cause" && !isEnumerable(vm, object, key)) return `[cause]: ${shown}`;
  if (object instanceof JsError && key === "errors" && !isEnumerable(vm, object, key)) return `[errors]: ${shown}`;
  const name = isEnumerable(vm, object, key)
    ? keyText(key, vm.major)
    : `[${typeof key === "string" ? key : symbolText(key)}]`;
  return `${name}: ${shown}`;
}
