/** `repr`, `str`, `format` and the operator `%`. */
import { typeName } from "./classes.ts";
import { raise } from "./errors.ts";
import {
  Builtin,
  Bytes,
  Dict,
  Ellipsis,
  Generator,
  Instance,
  Iterator,
  List,
  Method,
  Module,
  PyClass,
  PyFunction,
  PySet,
  Range,
  Slice,
  Tuple,
  type Value,
} from "./objects.ts";
import type { Interpreter } from "./vm.ts";

export function str(vm: Interpreter, value: Value): string {
  if (typeof value === "string") return value;
  if (value instanceof Instance) {
    const method = vm.methodOf(value, "__str__") ?? vm.methodOf(value, "__repr__");
    if (method) return vm.text(vm.call(method, []));
  }
  return repr(vm, value);
}

export function repr(vm: Interpreter, value: Value): string {
  if (value === null) return "None";
  switch (typeof value) {
    case "boolean":
      return value ? "True" : "False";
    case "bigint":
      return value.toString();
    case "number":
      return floatText(value);
    case "string":
      return quote(value);
  }
  return reprObject(vm, value);
}

function reprObject(vm: Interpreter, value: Exclude<Value, null | boolean | bigint | number | string>): string {
  const all = (items: Iterable<Value>) => [...items].map((item) => repr(vm, item)).join(", ");
  if (value instanceof List) return `[${all(value.items)}]`;
  if (value instanceof Tuple) return value.items.length === 1 ? `(${all(value.items)},)` : `(${all(value.items)})`;
  if (value instanceof Dict) return reprDict(vm, value);
  if (value instanceof PySet) return reprSet(vm, value);
  if (value instanceof Bytes) return `b${quoteBytes(value.data)}`;
  if (value instanceof Range) return reprRange(value);
  if (value instanceof Ellipsis) return "Ellipsis";
  if (value instanceof Slice) return `slice(${all([value.start, value.stop, value.step])})`;
  if (value instanceof PyFunction) return `<function ${value.code.name} at ${vm.address(value)}>`;
  if (value instanceof Builtin) return `<built-in function ${value.name.split(".").at(-1)}>`;
  if (value instanceof Method) return `<bound method at ${vm.address(value)}>`;
  if (value instanceof PyClass) return `<class '${value.isBuiltin ? "" : "__main__."}${value.name}'>`;
  if (value instanceof Module) return `<module '${value.name}'>`;
  if (value instanceof Generator) return `<${value.kind} object ${value.name} at ${vm.address(value)}>`;
  if (value instanceof Iterator) return `<${value.kind} object at ${vm.address(value)}>`;
  if (value instanceof Instance) {
    const method = vm.methodOf(value, "__repr__");
    if (method) return vm.text(vm.call(method, []));
    return `<${value.type.isBuiltin ? "" : "__main__."}${value.type.name} object at ${vm.address(value)}>`;
  }
  return `<${typeName(value)} object>`;
}

function reprDict(vm: Interpreter, value: Dict): string {
  const entries = [...value.entries.values()].map(([key, each]) => `${repr(vm, key)}: ${repr(vm, each)}`).join(", ");
  if (value.kind === "dict") return `{${entries}}`;
  if (value.kind === "defaultdict") return `defaultdict(${repr(vm, value.missing)}, {${entries}})`;
  return entries === "" ? `${value.kind}()` : `${value.kind}({${entries}})`;
}

function reprSet(vm: Interpreter, value: PySet): string {
  const items = [...value.entries.values()].map((item) => repr(vm, item)).join(", ");
  if (value.isFrozen) return items === "" ? "frozenset()" : `frozenset({${items}})`;
  return items === "" ? "set()" : `{${items}}`;
}

function reprRange({ start, stop, step }: Range): string {
  return step === 1n ? `range(${start}, ${stop})` : `range(${start}, ${stop}, ${step})`;
}

export function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) return exponential(value);
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function exponential(value: number): string {
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}

function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = "";
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (character === mark || character === "\\") out += `\\${character}`;
    else if (character === "\n") out += "\\n";
    else if (character === "\t") out += "\\t";
    else if (character === "\r") out += "\\r";
    else if (code < 32 || code === 127) out += `\\x${code.toString(16).padStart(2, "0")}`;
    else out += character;
  }
  return mark + out + mark;
}

function quoteBytes(data: string): string {
  return quote(data).replace(
    /[\x80-\xff]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

const SPEC = /^(?:(.)?([<>=^]))?([+\- ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/su;

/** `format(value, spec)`. */
export function format(vm: Interpreter, value: Value, spec: string): string {
  if (value instanceof Instance) {
    const method = vm.methodOf(value, "__format__");
    if (method) return vm.text(vm.call(method, [spec]));
  }
  if (spec === "") return str(vm, value);
  const match = SPEC.exec(spec);
  if (!match) raise("ValueError", `Invalid format specifier '${spec}' for object of type '${typeName(value)}'`);
  const [, fill, align, sign, alternate, zero, width, group, precision, type] = match;
  const isNumber = typeof value === "bigint" || typeof value === "number" || typeof value === "boolean";
  let body: string;
  if (isNumber && type !== "s") {
    body = formatNumber(typeof value === "boolean" ? BigInt(value) : value, { type, precision, group, alternate });
    if (sign && sign !== "-" && !body.startsWith("-")) body = sign + body;
  } else {
    if (type !== undefined && type !== "s") {
      raise("ValueError", `Unknown format code '${type}' for object of type '${typeName(value)}'`);
    }
    body = str(vm, value);
    if (precision !== undefined) body = [...body].slice(0, Number(precision)).join("");
  }
  const how = align ?? (zero ? "=" : isNumber ? ">" : "<");
  return pad(body, { width: Number(width ?? 0), fill: fill ?? (zero ? "0" : " "), align: how });
}

function pad(body: string, { width, fill, align }: { width: number; fill: string; align: string }): string {
  const missing = Math.max(0, Math.min(width, 100_000) - [...body].length);
  if (align === "<") return body + fill.repeat(missing);
  if (align === ">") return fill.repeat(missing) + body;
  if (align === "^") return fill.repeat(missing >> 1) + body + fill.repeat(missing - (missing >> 1));
  const sign = /^[+\- ]/.exec(body)?.[0] ?? "";
  return sign + fill.repeat(missing) + body.slice(sign.length);
}

interface NumberFormat {
  type: string | undefined;
  precision: string | undefined;
  group: string | undefined;
  alternate: string | undefined;
}

const RADIX: Record<string, [number, string]> = { b: [2, "0b"], o: [8, "0o"], x: [16, "0x"], X: [16, "0X"] };

function formatNumber(value: bigint | number, { type, precision, group, alternate }: NumberFormat): string {
  if (typeof value === "bigint" && (type === undefined || type === "d" || type === "n")) {
    return grouped(value.toString(), group);
  }
  if (type === "c") return String.fromCodePoint(Number(value));
  const radix = RADIX[type ?? ""];
  if (radix) {
    const text = (value as bigint).toString(radix[0]);
    const digits = type === "X" ? text.toUpperCase() : text;
    return alternate ? digits.replace(/^-?/, (sign) => sign + radix[1]) : digits;
  }
  return grouped(formatFloat(Number(value), type, precision), group);
}

function formatFloat(value: number, type: string | undefined, precision: string | undefined): string {
  if (!Number.isFinite(value)) return floatText(value);
  const digits = Math.min(Number(precision ?? 6), 100);
  switch (type) {
    case "f":
    case "F":
      return value.toFixed(digits);
    case "%":
      return `${(value * 100).toFixed(digits)}%`;
    case "e":
    case "E": {
      const text = value.toExponential(digits).replace(/e([+-])(\d)$/, "e$10$2");
      return type === "E" ? text.toUpperCase() : text;
    }
    case undefined:
      return precision === undefined ? floatText(value) : general(value, digits, true);
    default:
      return general(value, digits, false);
  }
}

function general(value: number, digits: number, keepsPoint: boolean): string {
  if (value === 0) return keepsPoint ? "0.0" : "0";
  const count = Math.max(1, digits);
  const exponent = Number(value.toExponential(count - 1).split("e")[1]);
  if (exponent < -4 || exponent >= count) {
    return value
      .toExponential(count - 1)
      .replace(/\.?0+e/, "e")
      .replace(/e([+-])(\d)$/, "e$10$2");
  }
  const text = value.toFixed(Math.max(0, count - 1 - exponent));
  const short = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return keepsPoint && !short.includes(".") ? `${short}.0` : short;
}

function grouped(text: string, group: string | undefined): string {
  if (!group) return text;
  const [whole = "", ...rest] = text.split(".");
  return [whole.replace(/\B(?=(\d{3})+(?!\d))/g, group), ...rest].join(".");
}

/** `text % values`. */
export function formatPercent(vm: Interpreter, text: string, values: Value): string {
  const list = values instanceof Tuple ? values.items : [values];
  let next = 0;
  const take = () => {
    if (next >= list.length) raise("TypeError", "not enough arguments for format string");
    return list[next++]!;
  };
  const directive = /%(?:\((\w+)\))?([-+ #0]*)(\*|\d+)?(?:\.(\d+))?([a-zA-Z%])/g;
  const out = text.replace(directive, (_, name: string | undefined, flags: string, width, precision, type: string) => {
    if (type === "%") return "%";
    const value = name === undefined ? take() : vm.subscript(values, name);
    const spec = { flags, width: width as string | undefined, precision: precision as string | undefined, type };
    return percentValue(vm, value, spec);
  });
  if (values instanceof Tuple && next < list.length) {
    raise("TypeError", "not all arguments converted during string formatting");
  }
  return out;
}

function percentValue(
  vm: Interpreter,
  value: Value,
  {
    flags,
    width,
    precision,
    type,
  }: { flags: string; width?: string | undefined; precision?: string | undefined; type: string },
): string {
  const align = flags.includes("-") ? "<" : ">";
  const zero = flags.includes("0") && !flags.includes("-") ? "0" : "";
  const sign = flags.includes("+") ? "+" : "";
  const size = `${zero}${width ?? ""}`;
  const digits = precision === undefined ? "" : `.${precision}`;
  if (type === "c" && typeof value === "string") return format(vm, value, `${align}${width ?? ""}`);
  if (type === "s" || type === "r") {
    const shown = type === "s" ? str(vm, value) : repr(vm, value);
    return format(vm, shown, `${align}${width ?? ""}${digits}`);
  }
  if (typeof value !== "bigint" && typeof value !== "number" && typeof value !== "boolean") {
    raise("TypeError", `%${type} format: a real number is required, not ${typeName(value)}`);
  }
  if (type === "d" || type === "i" || type === "u") {
    const whole = typeof value === "number" ? BigInt(Math.trunc(value)) : BigInt(value);
    return format(vm, whole, `${zero ? "" : align}${sign}${size}d`);
  }
  return format(vm, value, `${zero ? "" : align}${sign}${size}${digits}${type}`);
}
