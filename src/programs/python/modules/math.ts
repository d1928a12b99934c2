/** `math` and `random`. */
import { integer, real } from "../builtins/arguments.ts";
import type { Native } from "../builtins/registry.ts";
import { raise } from "../errors.ts";
import { List, type Module, type Value } from "../objects.ts";
import { binary } from "../operators.ts";
import type { Interpreter } from "../vm.ts";
import { define, functionsOf } from "./define.ts";

const unary =
  (f: (x: number) => number): Native =>
  (_vm, [x]) =>
    f(real(x));

const domain =
  (f: (x: number) => number): Native =>
  (_vm, [x]) => {
    const value = f(real(x));
    if (Number.isNaN(value)) raise("ValueError", "math domain error");
    return value;
  };

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
}

/** Ordered choices of `k` of `n`. */
function arrangements(n: number, k: number): bigint {
  let product = 1n;
  for (let i = 0; i < k; i++) product *= BigInt(n - i);
  return k > n ? 0n : product;
}

function choices(n: number, k: number): bigint {
  return arrangements(n, k) / (arrangements(k, k) || 1n);
}

const fillFunctions = functionsOf("math", {
  sqrt: domain(Math.sqrt),
  log: (_vm, [x, base]) => {
    if (real(x) <= 0) raise("ValueError", "math domain error");
    return base === undefined ? Math.log(real(x)) : Math.log(real(x)) / Math.log(real(base));
  },
  log2: domain(Math.log2),
  log10: domain(Math.log10),
  exp: unary(Math.exp),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tan: unary(Math.tan),
  atan: unary(Math.atan),
  asin: domain(Math.asin),
  acos: domain(Math.acos),
  fabs: unary(Math.abs),
  degrees: unary((x) => (x * 180) / Math.PI),
  radians: unary((x) => (x * Math.PI) / 180),
  atan2: (_vm, [y, x]) => Math.atan2(real(y), real(x)),
  hypot: (_vm, args) => Math.hypot(...args.map(real)),
  pow: (_vm, [x, y]) => real(x) ** real(y),
  floor: (_vm, [x]) => BigInt(Math.floor(real(x))),
  ceil: (_vm, [x]) => BigInt(Math.ceil(real(x))),
  trunc: (_vm, [x]) => BigInt(Math.trunc(real(x))),
  isnan: (_vm, [x]) => Number.isNaN(real(x)),
  isinf: (_vm, [x]) => Math.abs(real(x)) === Number.POSITIVE_INFINITY,
  isclose: (_vm, [a, b]) => Math.abs(real(a) - real(b)) <= 1e-9 * Math.max(Math.abs(real(a)), Math.abs(real(b))),
  isqrt(_vm, [x]) {
    const value = BigInt(integer(x));
    let root = BigInt(Math.floor(Math.sqrt(Number(value))));
    while (root * root > value) root--;
    while ((root + 1n) * (root + 1n) <= value) root++;
    return root;
  },
  gcd: (_vm, args) => args.map((each) => BigInt(integer(each))).reduce(gcd, 0n),
  factorial(_vm, [n]) {
    if (integer(n) > 5000) raise("OverflowError", "the argument is too large");
    let product = 1n;
    for (let i = 2n; i <= BigInt(integer(n)); i++) product *= i;
    return product;
  },
  comb: (_vm, [n, k]) => choices(integer(n), integer(k)),
  perm: (_vm, [n, k]) => arrangements(integer(n), k === undefined ? integer(n) : integer(k)),
  prod: (vm, [items = null]) => vm.list(items).reduce<Value>((product, item) => binary(vm, "*", product, item), 1n),
});

export function fillMath(_vm: Interpreter, module: Module): void {
  fillFunctions(module);
  define(module, { pi: Math.PI, e: Math.E, tau: 2 * Math.PI, inf: Number.POSITIVE_INFINITY, nan: Number.NaN });
}

/** Between 0 and 1, with 53 bits. */
function draw(vm: Interpreter): number {
  const high = vm.process.random() >>> 5;
  const low = vm.process.random() >>> 6;
  return (high * 67_108_864 + low) / 9_007_199_254_740_992;
}

const below = (vm: Interpreter, limit: number) => Math.floor(draw(vm) * limit);

const fillDraws = functionsOf("random", {
  random: (vm) => draw(vm),
  uniform: (vm, [a, b]) => real(a) + draw(vm) * (real(b) - real(a)),
  randint: (vm, [a, b]) => BigInt(integer(a) + below(vm, integer(b) - integer(a) + 1)),
  randrange(vm, [a, b, step = 1n]) {
    const [from, to] = b === undefined ? [0, integer(a)] : [integer(a), integer(b)];
    const count = Math.ceil((to - from) / integer(step));
    if (count <= 0) raise("ValueError", "empty range for randrange()");
    return BigInt(from + below(vm, count) * integer(step));
  },
  choice(vm, [items = null]) {
    const all = typeof items === "string" ? [...items] : vm.list(items);
    if (all.length === 0) raise("IndexError", "Cannot choose from an empty sequence");
    return all[below(vm, all.length)]!;
  },
  choices(vm, [items = null], keywords) {
    const all = vm.list(items);
    return new List(Array.from({ length: integer(keywords.get("k") ?? 1n) }, () => all[below(vm, all.length)]!));
  },
  sample(vm, [items = null, count]) {
    const rest = vm.list(items);
    return new List(Array.from({ length: integer(count) }, () => rest.splice(below(vm, rest.length), 1)[0]!));
  },
  shuffle(vm, [list]) {
    const { items } = list as List;
    for (let i = items.length - 1; i > 0; i--) {
      const other = below(vm, i + 1);
      [items[i], items[other]] = [items[other]!, items[i]!];
    }
    return null;
  },
  gauss(vm, [mean = 0, deviation = 1]) {
    const u = 1 - draw(vm);
    return real(mean) + real(deviation) * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * draw(vm));
  },
  seed: () => null,
});

export function fillRandom(_vm: Interpreter, module: Module): void {
  fillDraws(module);
}
