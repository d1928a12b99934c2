/**
 * The largest cost of functions and the largest size of their results. A function without an entry costs one.
 * Any change of these numbers changes which definitions are accepted.
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/cel/library/cost.go; cel-go: checker/cost.go, ext/sets.go, ext/lists.go
 */
import {
  type Estimate,
  LIST_COST,
  ONE,
  REGEX_FACTOR,
  type Shape,
  TEXT_FACTOR,
  traversal,
  UNKNOWN,
} from "./estimate.ts";

type FunctionCost = (...args: Shape[]) => Estimate;

/** Namespaces of functions: `sets.contains(a, b)` is a function of two arguments, not a method of a variable. */
export const NAMESPACES: ReadonlySet<string> = new Set([
  "cel",
  "format",
  "ip",
  "jsonpatch",
  "lists",
  "math",
  "optional",
  "sets",
  "strings",
]);

const UNKNOWN_TEXT: Shape = { ...UNKNOWN, kind: "text" };
/** Quantities, addresses and versions: their size is unknown, but comparing two of them costs one. */
const OPAQUE: Shape = { ...UNKNOWN, equality: 1 };
/** A format holds at most 64 names. */
const FORMAT: Shape = { ...UNKNOWN, equality: 7 };
const LONGEST_FORMAT_REGEX = 128;
/** Two addresses of 16 bytes. */
const ADDRESS_COMPARISON = 4;

function reading(shape: (text: Shape) => Shape, factor = TEXT_FACTOR): FunctionCost {
  return (text = UNKNOWN) => ({ cost: traversal(text, factor), shape: shape(text) });
}

function costsOne(shape: Shape): FunctionCost {
  return () => ({ cost: 1, shape });
}

const sameSize = reading((text) => text);
const parsed = reading(() => OPAQUE);
const tested = reading(() => ONE);

function product(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}

function sets(factor: number): FunctionCost {
  return (left = UNKNOWN, right = UNKNOWN) => ({
    cost: Math.ceil(product(left.max, right.max) * factor) + 1,
    shape: ONE,
  });
}

/** A function whose result is a list of up to `max` items. */
function listOf(max: number, items: Shape | undefined, factor = 1): Estimate {
  return { cost: Math.ceil(max * factor) + 1 + LIST_COST, shape: { max, items } };
}

/** Compares all pairs of items. The number of comparisons also estimates the size of the result. */
export function comparingAll(list: Shape, keys: Shape | undefined): Estimate {
  return listOf(product(list.max, list.max), list.items, keys?.kind ? 2 + TEXT_FACTOR : 2);
}

/** Global functions by name; functions of namespaces by their full name. */
export const FUNCTION_COSTS: ReadonlyMap<string, FunctionCost> = new Map<string, FunctionCost>([
  ["url", reading((text) => ({ max: text.max, equality: "size of the right one" }))],
  ["jsonpatch.escapeKey", sameSize],
  ["ip", parsed],
  ["cidr", parsed],
  ["quantity", parsed],
  ["semver", parsed],
  ["isIP", tested],
  ["isCIDR", tested],
  ["isQuantity", tested],
  ["isSemver", tested],
  ["ip.isCanonical", reading(() => ONE, 2 * TEXT_FACTOR)],
  ["format.named", costsOne(FORMAT)],
  ["bytes", reading(({ max }) => ({ max: max * 4, kind: "bytes" }))],
  ["dyn", (value = UNKNOWN) => ({ cost: 1, shape: value })],
  // Kubernetes has no size for the text of a number, so the same rules are accepted here.
  [
    "string",
    (value = ONE) => (value.kind === "bytes" ? sameSize(value) : { cost: 1, shape: { ...value, kind: "text" } }),
  ],
  ["strings.quote", reading(({ max }) => ({ max: max * 2 + 2, kind: "text" }))],
  ["optional.of", (value = UNKNOWN) => ({ cost: 1, shape: value })],
  ["optional.ofNonZeroValue", (value = UNKNOWN) => ({ cost: 1, shape: value })],
  ["lists.range", (count = UNKNOWN) => listOf(count.value ?? UNKNOWN.max, ONE)],
  ["sets.contains", sets(1)],
  ["sets.intersects", sets(1)],
  ["sets.equivalent", sets(2)],
]);

/** Searches a list, comparing each item, or a text. */
const searching: FunctionCost = (list = UNKNOWN) => {
  if (!list.items) return { cost: traversal(list), shape: ONE };
  const each = 1 + (list.items.kind ? traversal(list.items) : 0);
  return { cost: list.max * each, shape: ONE };
};

const extreme: FunctionCost = (list = UNKNOWN) => ({ cost: searching(list).cost, shape: list.items ?? UNKNOWN });

function regexCost(text: Shape, pattern: Shape): number {
  return product(traversal({ max: text.max + 1 }), traversal(pattern, REGEX_FACTOR));
}

const finding =
  (isList: boolean): FunctionCost =>
  (text = UNKNOWN, pattern = UNKNOWN) => ({
    cost: regexCost(text, pattern),
    shape: isList ? { max: text.max, items: text } : { max: text.max, kind: "text" },
  });

/** An address is compared with a range; a text is read first. */
function containing(comparison: number): FunctionCost {
  return (_range, other = UNKNOWN) => ({
    cost: comparison + (other.equality === undefined ? traversal(other) : 0),
    shape: ONE,
  });
}

const replacing: FunctionCost = (text = UNKNOWN, old = UNKNOWN, next = UNKNOWN) => {
  const shortest = old.min ?? 0;
  let max = text.max;
  if (shortest === 0) max = product(text.max + 1, next.max) + text.max;
  else if (next.max > shortest) max = Math.ceil(text.max / shortest) * next.max;
  return { cost: traversal(text, 2 * TEXT_FACTOR), shape: { max, kind: "text" } };
};

const joining: FunctionCost = (list = UNKNOWN, separator) => {
  const separators = separator ? product(separator.max, Math.max(0, list.max - 1)) : 0;
  const max = product(list.max, list.items?.max ?? UNKNOWN.max) + separators;
  return { cost: traversal({ max }), shape: { max, kind: "text" } };
};

/** Methods by name; the first argument is the receiver. */
export const METHOD_COSTS: ReadonlyMap<string, FunctionCost> = new Map<string, FunctionCost>([
  ["isSorted", searching],
  ["sum", extreme],
  ["max", extreme],
  ["min", extreme],
  ["indexOf", searching],
  ["lastIndexOf", searching],
  ["lowerAscii", sameSize],
  ["upperAscii", sameSize],
  ["substring", sameSize],
  ["trim", sameSize],
  ["replace", replacing],
  ["split", reading((text) => ({ max: text.max, items: text }), 2 * TEXT_FACTOR)],
  ["join", joining],
  ["find", finding(false)],
  ["findAll", finding(true)],
  ["matches", (text = UNKNOWN, pattern = UNKNOWN) => ({ cost: regexCost(text, pattern), shape: ONE })],
  ["contains", (text = UNKNOWN, part = UNKNOWN) => ({ cost: product(traversal(text), traversal(part)), shape: ONE })],
  ["startsWith", (_text, part = UNKNOWN) => ({ cost: traversal(part), shape: ONE })],
  ["endsWith", (_text, part = UNKNOWN) => ({ cost: traversal(part), shape: ONE })],
  ["format", reading(() => UNKNOWN_TEXT)],
  ["charAt", costsOne(UNKNOWN_TEXT)],
  ["containsIP", containing(ADDRESS_COMPARISON)],
  ["containsCIDR", containing(ADDRESS_COMPARISON + 2 + 1)],
  ["ip", costsOne(OPAQUE)],
  ["masked", costsOne(OPAQUE)],
  ["add", costsOne(OPAQUE)],
  ["sub", costsOne(OPAQUE)],
  [
    "validate",
    (_format, text = UNKNOWN) => ({ cost: traversal(text) * LONGEST_FORMAT_REGEX * REGEX_FACTOR, shape: UNKNOWN }),
  ],
  ["getScheme", costsOne(UNKNOWN_TEXT)],
  ["getHost", costsOne(UNKNOWN_TEXT)],
  ["getHostname", costsOne(UNKNOWN_TEXT)],
  ["getPort", costsOne(UNKNOWN_TEXT)],
  ["getEscapedPath", costsOne(UNKNOWN_TEXT)],
  ["getQuery", costsOne(UNKNOWN)],
  ["value", (optional = UNKNOWN) => ({ cost: 1, shape: optional })],
  [
    "slice",
    (list = UNKNOWN, start = ONE, end = ONE) => listOf((end.value ?? list.max) - (start.value ?? 0), list.items),
  ],
  ["flatten", (list = UNKNOWN) => listOf(list.max, list.items?.items ?? list.items)],
  ["reverse", (list = UNKNOWN) => (list.kind ? { cost: 1, shape: list } : listOf(list.max, list.items))],
  ["distinct", (list = UNKNOWN) => comparingAll(list, undefined)],
  ["sort", (list = UNKNOWN) => comparingAll(list, list.items)],
]);
