/** Functions of the language that call a program's functions; in JavaScript, so that such a call may wait. */
import { scripts } from "../intrinsics.ts";

const CHECK = 'if (typeof callback !== "function") throw new TypeError($text.shown(callback) + " is not a function");';

/** A function that visits the elements that exist. */
const visiting = (name: string, parameters: string, before: string, body: string, after: string) => `
function ${name}(${parameters}) {
  ${CHECK}
  const length = this.length;
  ${before}
  for (let i = 0; i < length; i++) {
    if ($array.isHole(this, i)) continue;
    ${body}
  }
  ${after}
}`;

const finding = (name: string, isLast: boolean, found: string, otherwise: string) => `
function ${name}(callback, self) {
  ${CHECK}
  for (let i = ${isLast ? "this.length - 1; i >= 0; i--" : "0; i < this.length; i++"}) {
    const item = this[i];
    if (callback.call(self, item, i, this)) return ${found};
  }
  return ${otherwise};
}`;

const reducing = (name: string, isRight: boolean) => `
function ${name}(callback, initial) {
  ${CHECK}
  const length = this.length;
  let i = ${isRight ? "length - 1" : "0"};
  let value = initial;
  if (arguments.length < 2) {
    if (length === 0) throw new TypeError("Reduce of empty array with no initial value");
    value = this[i];
    i += ${isRight ? -1 : 1};
  }
  for (; ${isRight ? "i >= 0; i--" : "i < length; i++"}) {
    if (!$array.isHole(this, i)) value = callback(value, this[i], i, this);
  }
  return value;
}`;

/** A stable merge sort. */
const SORT = `
  const compareBoth = (a, b) => a === undefined ? (b === undefined ? 0 : 1) : b === undefined ? -1 : compare(a, b);
  let from = list;
  let to = new Array(list.length);
  for (let width = 1; width < list.length; width *= 2) {
    for (let start = 0; start < list.length; start += 2 * width) {
      const middle = Math.min(start + width, list.length);
      const end = Math.min(start + 2 * width, list.length);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at++) {
        if (left < middle && (right >= end || compareBoth(from[left], from[right]) <= 0)) to[at] = from[left++];
        else to[at] = from[right++];
      }
    }
    const swap = from;
    from = to;
    to = swap;
  }`;

const CHECK_COMPARE =
  'if (compare !== undefined && typeof compare !== "function") throw new TypeError("The comparison function must be either a function or undefined [" + $text.shown(compare) + "]");';

const METHODS = {
  forEach: visiting("forEach", "callback, self", "", "callback.call(self, this[i], i, this);", ""),
  map: visiting(
    "map",
    "callback, self",
    "const made = new Array(length);",
    "made[i] = callback.call(self, this[i], i, this);",
    "return made;",
  ),
  filter: visiting(
    "filter",
    "callback, self",
    "const made = [];",
    "const item = this[i]; if (callback.call(self, item, i, this)) made.push(item);",
    "return made;",
  ),
  some: visiting(
    "some",
    "callback, self",
    "",
    "if (callback.call(self, this[i], i, this)) return true;",
    "return false;",
  ),
  every: visiting(
    "every",
    "callback, self",
    "",
    "if (!callback.call(self, this[i], i, this)) return false;",
    "return true;",
  ),
  flatMap: visiting(
    "flatMap",
    "callback, self",
    "const made = [];",
    "const item = callback.call(self, this[i], i, this); if (Array.isArray(item)) made.push(...item); else made.push(item);",
    "return made;",
  ),
  find: finding("find", false, "item", "undefined"),
  findIndex: finding("findIndex", false, "i", "-1"),
  findLast: finding("findLast", true, "item", "undefined"),
  findLastIndex: finding("findLastIndex", true, "i", "-1"),
  reduce: reducing("reduce", false),
  reduceRight: reducing("reduceRight", true),
  sort: `
function sort(compare) {
  ${CHECK_COMPARE}
  if (compare === undefined) return $array.assign(this, $array.sorted(this));
  const list = [...this];
  ${SORT}
  return $array.assign(this, from);
}`,
  toSorted: `
function toSorted(compare) {
  ${CHECK_COMPARE}
  if (compare === undefined) return $array.sorted(this);
  const list = [...this];
  ${SORT}
  return from;
}`,
};
scripts("Array.prototype", METHODS);

scripts("Array", {
  from: `
function from(source, callback, self) {
  if (source === undefined || source === null) throw new TypeError((source === undefined ? "undefined" : "object null") + " is not iterable (cannot read property Symbol(Symbol.iterator))");
  const made = $array.listOf(source);
  if (callback !== undefined) for (let i = 0; i < made.length; i++) made[i] = callback.call(self, made[i], i);
  if (typeof this !== "function" || this === Array) return made;
  const own = new this();
  own.push(...made);
  return own;
}`,
  fromAsync: `
async function fromAsync(source, callback) {
  const made = [];
  for await (const item of source) made.push(callback ? await callback(item, made.length) : item);
  return made;
}`,
});

const forEach = (value: string) => `
function forEach(callback, self) {
  ${CHECK}
  for (const ${value}) callback.call(self, ${value.startsWith("[") ? "value, key" : "value, value"}, this);
}`;
scripts("Map.prototype", { forEach: forEach("[key, value] of this.entries()") });
scripts("Set.prototype", {
  forEach: forEach("value of this.values()"),
  union: "function union(other) { return new Set([...this, ...other.keys()]); }",
  intersection: "function intersection(other) { return new Set([...this].filter((value) => other.has(value))); }",
  difference: "function difference(other) { return new Set([...this].filter((value) => !other.has(value))); }",
  symmetricDifference:
    "function symmetricDifference(other) { return new Set([...[...this].filter((value) => !other.has(value)), ...[...other.keys()].filter((value) => !this.has(value))]); }",
  isSubsetOf: "function isSubsetOf(other) { return [...this].every((value) => other.has(value)); }",
  isSupersetOf: "function isSupersetOf(other) { return [...other.keys()].every((value) => this.has(value)); }",
  isDisjointFrom: "function isDisjointFrom(other) { return ![...this].some((value) => other.has(value)); }",
});
scripts("Object", {
  groupBy: `
function groupBy(items, callback) {
  const groups = Object.create(null);
  let i = 0;
  for (const item of items) {
    const key = callback(item, i++);
    if (groups[key]) groups[key].push(item);
    else groups[key] = [item];
  }
  return groups;
}`,
});
scripts("Map", {
  groupBy: `
function groupBy(items, callback) {
  const groups = new Map();
  let i = 0;
  for (const item of items) {
    const key = callback(item, i++);
    if (groups.has(key)) groups.get(key).push(item);
    else groups.set(key, [item]);
  }
  return groups;
}`,
});

scripts("Iterator", { from: "function from(source) { return (function* () { yield* source; })(); }" });
scripts("Iterator.prototype", {
  map: "function map(callback) { const source = this; return (function* () { let i = 0; for (const item of source) yield callback(item, i++); })(); }",
  filter:
    "function filter(callback) { const source = this; return (function* () { let i = 0; for (const item of source) if (callback(item, i++)) yield item; })(); }",
  take: "function take(count) { const source = this; return (function* () { let left = count; if (left <= 0) return; for (const item of source) { yield item; if (--left <= 0) return; } })(); }",
  drop: "function drop(count) { const source = this; return (function* () { let left = count; for (const item of source) if (left > 0) left--; else yield item; })(); }",
  flatMap:
    "function flatMap(callback) { const source = this; return (function* () { let i = 0; for (const item of source) yield* callback(item, i++); })(); }",
  toArray: "function toArray() { return [...this]; }",
  forEach: "function forEach(callback) { let i = 0; for (const item of this) callback(item, i++); }",
  some: "function some(callback) { for (const item of this) if (callback(item)) return true; return false; }",
  every: "function every(callback) { for (const item of this) if (!callback(item)) return false; return true; }",
  find: "function find(callback) { for (const item of this) if (callback(item)) return item; }",
  reduce:
    "function reduce(callback, ...initial) { let value = initial[0]; let isEmpty = initial.length === 0; for (const item of this) { value = isEmpty ? item : callback(value, item); isEmpty = false; } return value; }",
});

/** Methods of typed arrays that do not depend on how they hold their elements. */
const typed = [
  "forEach",
  "some",
  "every",
  "find",
  "findIndex",
  "findLast",
  "findLastIndex",
  "reduce",
  "reduceRight",
] as const;
scripts("TypedArray.prototype", Object.fromEntries(typed.map((name) => [name, METHODS[name]])));
scripts("TypedArray.prototype", {
  map: "function map(callback, self) { const made = this.slice(); for (let i = 0; i < this.length; i++) made[i] = callback.call(self, this[i], i, this); return made; }",
  filter: "function filter(callback, self) { return this.constructor.from([...this].filter(callback, self)); }",
  sort: "function sort(compare) { const sorted = [...this].sort(compare ?? ((a, b) => a - b)); for (let i = 0; i < sorted.length; i++) this[i] = sorted[i]; return this; }",
});
