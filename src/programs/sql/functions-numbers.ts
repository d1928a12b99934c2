/** Functions on numbers, and the choice between values. */
import { Decimal } from "./decimal.ts";
import { SqlError } from "./errors.ts";
import type { SqlFunction } from "./function.ts";
import { compareValues, decimalOf, Float, isNumeric, numberOf, textOf, type Value } from "./values.ts";

/** A function that PostgreSQL computes in double precision. */
function onFloat(compute: (value: number) => number): SqlFunction {
  return ([value = null]) => {
    const result = compute(numberOf(value));
    if (Number.isNaN(result)) {
      const message = "input is out of range";
      throw new SqlError({ kind: "other", message, code: "22003", number: 1690 });
    }
    return new Float(result);
  };
}

function rounded(round: (value: Decimal, digits: number) => Decimal): SqlFunction {
  return ([value = null, digits = 0]) => {
    if (value instanceof Float) {
      const result = round(decimalOf(value), numberOf(digits));
      return new Float(result.toNumber());
    }
    if (typeof value === "number" && numberOf(digits) >= 0) return value;
    const result = round(decimalOf(value), numberOf(digits));
    return typeof value === "number" ? result.toNumber() : result;
  };
}

const ceiling: SqlFunction = ([value = null]) => {
  if (value instanceof Float) return new Float(Math.ceil(value.value));
  return typeof value === "number" ? value : decimalOf(value).negated().floor().negated();
};

function chosen(args: readonly Value[], sign: 1 | -1): Value {
  let found: Value = null;
  for (const arg of args) if (arg !== null && (found === null || compareValues(arg, found) * sign > 0)) found = arg;
  return found;
}

/** Uniform in [0, 1). */
const random: SqlFunction = (_args, { context }) => new Float(context.random() / 2 ** 32);

export const NUMBER_FUNCTIONS: Readonly<Record<string, SqlFunction>> = {
  div: ([left = null, right = null]) => {
    if (numberOf(right) === 0) throw new SqlError({ kind: "divisionByZero" });
    return decimalOf(left).over(decimalOf(right), 20).truncate(0);
  },
  gcd: ([left = 0, right = 0]) => {
    let [a, b] = [Math.abs(numberOf(left)), Math.abs(numberOf(right))];
    while (b !== 0) [a, b] = [b, a % b];
    return a;
  },
  lcm: ([left = 0, right = 0]) => {
    let [a, b] = [Math.abs(numberOf(left)), Math.abs(numberOf(right))];
    const product = a * b;
    while (b !== 0) [a, b] = [b, a % b];
    return a === 0 ? 0 : product / a;
  },
  factorial: ([value = 0]) => {
    const count = numberOf(value);
    if (count < 0 || count > 170) {
      const message = count < 0 ? "factorial of a negative number is undefined" : "value overflows numeric format";
      throw new SqlError({ kind: "other", message, code: "22003", number: 1690 });
    }
    let product = 1n;
    for (let i = 2n; i <= BigInt(count); i++) product *= i;
    return new Decimal(product, 0);
  },
  width_bucket: ([value = 0, low = 0, high = 1, count = 1]) => {
    const [x, a, b, n] = [value, low, high, count].map(numberOf);
    if (x === undefined || a === undefined || b === undefined || n === undefined) return undefined;
    if (x < a) return 0;
    return x >= b ? n + 1 : Math.floor(((x - a) / (b - a)) * n) + 1;
  },
  cbrt: onFloat(Math.cbrt),
  degrees: onFloat((value) => (value * 180) / Math.PI),
  radians: onFloat((value) => (value * Math.PI) / 180),
  abs: ([value = null]) => {
    if (value instanceof Float) return new Float(Math.abs(value.value));
    if (value instanceof Decimal) return value.units < 0n ? value.negated() : value;
    return isNumeric(value) ? Math.abs(numberOf(value)) : undefined;
  },
  round: rounded((value, digits) => value.round(digits)),
  trunc: rounded((value, digits) => value.truncate(digits)),
  truncate: rounded((value, digits) => value.truncate(digits)),
  ceil: ceiling,
  ceiling,
  floor: ([value = null]) => {
    if (value instanceof Float) return new Float(Math.floor(value.value));
    return typeof value === "number" ? value : decimalOf(value).floor();
  },
  sqrt: onFloat(Math.sqrt),
  exp: onFloat(Math.exp),
  ln: onFloat(Math.log),
  log: onFloat(Math.log10),
  log10: onFloat(Math.log10),
  log2: onFloat(Math.log2),
  sin: onFloat(Math.sin),
  cos: onFloat(Math.cos),
  tan: onFloat(Math.tan),
  pi: () => new Float(Math.PI),
  power: ([base = 0, exponent = 0]) => new Float(numberOf(base) ** numberOf(exponent)),
  pow: ([base = 0, exponent = 0]) => new Float(numberOf(base) ** numberOf(exponent)),
  mod: ([left = 0, right = 1], { context }) => {
    if (numberOf(right) === 0) {
      if (context.rules.isMySql) return null;
      throw new SqlError({ kind: "divisionByZero" });
    }
    if (typeof left === "number" && typeof right === "number") return left % right;
    return decimalOf(left).modulo(decimalOf(right));
  },
  sign: ([value = null]) => Math.sign(numberOf(value)),
  random,
  rand: random,
  greatest: (args) => chosen(args, 1),
  least: (args) => chosen(args, -1),
  nullif: ([left = null, right = null]) =>
    left !== null && right !== null && compareValues(left, right) === 0 ? null : left,
  isnull: ([value = null]) => (value === null ? 1 : 0),
  format: ([value = null, ...args], { context }) => {
    if (!context.rules.isMySql) return formatted(textOf(value), args);
    if (value === null) return null;
    const [whole = "", fraction] = decimalOf(value)
      .round(numberOf(args[0] ?? 0))
      .toString()
      .split(".");
    return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (fraction === undefined ? "" : `.${fraction}`);
  },
};

/** PostgreSQL's `format('%s has %s', a, b)`. */
function formatted(pattern: string, args: readonly Value[]): string {
  let next = 0;
  return pattern.replace(/%(?:(\d+)\$)?([sIL%])/g, (_all, position: string | undefined, how: string) => {
    if (how === "%") return "%";
    const value = args[position === undefined ? next++ : Number(position) - 1] ?? null;
    if (how === "I")
      return /^[a-z_][a-z0-9_$]*$/.test(textOf(value)) ? textOf(value) : `"${textOf(value).replace(/"/g, '""')}"`;
    if (how === "L") return value === null ? "NULL" : `'${textOf(value).replace(/'/g, "''")}'`;
    return textOf(value);
  });
}
