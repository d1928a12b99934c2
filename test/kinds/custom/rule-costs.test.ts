/** Estimated costs of rules, function by function, as in Kubernetes (apiserver/pkg/cel/library/cost.go, cel-go). */
import { describe, expect, it } from "vitest";
import { type DeclaredType, DeclaredTypes } from "../../../src/cel/declared.ts";
import { celEnvironment } from "../../../src/cel/environment.ts";
import { OVERRIDDEN } from "../../../src/cel/functions/overrides.ts";
import { compile } from "../../../src/cel/program.ts";
import { estimateCost } from "../../../src/kinds/custom/rules/cost.ts";

const sized = (maxElements: number) => ({ maxElements, minBytes: 2 });
const text = (max: number): DeclaredType => ({ kind: "scalar", scalar: "string", ...sized(max) });
const number: DeclaredType = { kind: "scalar", scalar: "int", ...sized(1) };
const list = (max: number, items: DeclaredType): DeclaredType => ({ kind: "list", items, ...sized(max) });

const SELF: DeclaredType = {
  kind: "object",
  ...sized(5),
  fields: new Map(
    Object.entries({ text: text(100), texts: list(10, text(20)), numbers: list(10, number), count: number }).map(
      ([name, type]) => [name, { name, type }] as const,
    ),
  ),
};

const base = celEnvironment({});
const types = new DeclaredTypes(base);
const typeName = types.nameOf(SELF);
const environment = base.clone().registerVariable("self", typeName);

/** `T`: a text of at most 100 characters. `L`: a list of at most 10 texts of 20. `N`: a list of at most 10 numbers. */
function costOf(short: string): number {
  const source = short.replace(/\bT\b/g, "self.text").replace(/\bL\b/g, "self.texts").replace(/\bN\b/g, "self.numbers");
  return estimateCost(compile(environment, source).root, SELF);
}

const COSTS: readonly (readonly [expression: string, cost: number])[] = [
  ["isURL(T)", 3],
  ["url(T)", 12],
  ["url(T).getScheme()", 13],
  ["url(T).getHost()", 13],
  ["url(T).getHostname()", 13],
  ["url(T).getPort()", 13],
  ["url(T).getEscapedPath()", 13],
  ["url(T).getQuery()", 13],
  ["url(T) == url('http://a.b/c')", 16],
  ["isIP(T)", 12],
  ["ip(T)", 12],
  ["ip(T).family()", 13],
  ["ip(T).isLoopback()", 13],
  ["ip(T).isUnspecified()", 13],
  ["ip(T).isGlobalUnicast()", 13],
  ["ip(T).isLinkLocalUnicast()", 13],
  ["ip(T).isLinkLocalMulticast()", 13],
  ["ip(T) == ip(T)", 25],
  ["ip.isCanonical(T)", 22],
  ["isCIDR(T)", 12],
  ["cidr(T)", 12],
  ["cidr(T).ip()", 13],
  ["cidr(T).masked()", 13],
  ["cidr(T).prefixLength()", 13],
  ["cidr(T).containsIP(T)", 28],
  ["cidr(T).containsIP(ip(T))", 28],
  ["cidr(T).containsCIDR(T)", 31],
  ["cidr(T).containsCIDR(cidr(T))", 31],
  ["isQuantity(T)", 12],
  ["quantity(T)", 12],
  ["quantity(T) == quantity(T)", 25],
  ["quantity(T).add(quantity(T))", 25],
  ["quantity(T).sub(-5)", 13],
  ["quantity(T).sign()", 13],
  ["quantity(T).isInteger()", 13],
  ["quantity(T).asInteger()", 13],
  ["quantity(T).asApproximateFloat()", 13],
  ["quantity(T).isLessThan(quantity(T))", 25],
  ["quantity(T).isGreaterThan(quantity(T))", 25],
  ["quantity(T).compareTo(quantity(T))", 25],
  ["isSemver(T)", 12],
  ["semver(T)", 12],
  ["semver(T).major()", 13],
  ["semver(T).minor()", 13],
  ["semver(T).patch()", 13],
  ["format.named('uri').hasValue()", 2],
  ["format.dns1123Label().validate(T)", 323],
  ["format.named('uri').value() == format.named('uri').value()", 11],
  ["strings.quote(T)", 12],
  ["jsonpatch.escapeKey(T)", 12],
  ["T.lowerAscii()", 12],
  ["T.upperAscii()", 12],
  ["T.trim()", 12],
  ["T.substring(1)", 12],
  ["T.replace('a', 'bb')", 22],
  ["T.replace('', 'bb').trim()", 22 + 31],
  ["T.replace('aa', 'bbbb').trim()", 22 + 20],
  ["T.replace('aaaa', 'bb').trim()", 22 + 10],
  ["T.split(',')", 22],
  ["T.indexOf('a')", 12],
  ["T.lastIndexOf('a')", 12],
  ["T.contains('ab')", 12],
  ["T.startsWith('a')", 3],
  ["T.endsWith('a')", 3],
  ["T.matches('^a+$')", 13],
  ["T.find('a+')", 13],
  ["T.findAll('a+')", 13],
  ["T.charAt(0)", 3],
  ["'a %s'.format([T])", 13],
  ["T.size()", 3],
  ["size(T)", 3],
  ["T.reverse()", 3],
  ["L.join(',')", 23],
  ["L.join()", 22],
  ["L.isSorted()", 32],
  ["N.isSorted()", 12],
  ["N.sum()", 12],
  ["L.max()", 32],
  ["N.min()", 12],
  ["L.indexOf('a')", 32],
  ["N.lastIndexOf(1)", 12],
  ["L.slice(0, 3)", 16],
  ["L.slice(1, self.count)", 24],
  ["L.flatten()", 23],
  ["L.reverse()", 23],
  ["L.distinct()", 213],
  ["L.sort()", 223],
  ["N.sort()", 213],
  ["L.sortBy(x, x)", 376],
  ["lists.range(5)", 16],
  ["sets.contains(L, L)", 105],
  ["sets.intersects(L, L)", 105],
  ["sets.equivalent(L, L)", 205],
  ["L.all(x, x == 'a')", 53],
  ["L.exists(x, x == 'a')", 63],
  ["L.exists_one(x, x == 'a')", 44],
  ["L.existsOne(i, x, x == 'a')", 44],
  ["L.map(x, x)", 143],
  ["L.filter(x, x == 'a')", 163],
  ["L.transformList(i, v, v)", 143],
  ["L.transformMap(i, v, v)", 73],
  ["L.transformMapEntry(i, v, {v: v})", 373],
  ["optional.of(T)", 3],
  ["optional.none()", 1],
  ["optional.ofNonZeroValue(T)", 3],
  ["self.?text.hasValue()", 3],
  ["self.?text.value()", 3],
  ["self.?text.orValue('')", 3],
  ["self.?text.or(optional.none())", 4],
  ["self.?text.optMap(x, x)", 18],
  ["self.?text.optFlatMap(x, optional.of(x))", 18],
  ["cel.bind(x, T, x.size())", 14],
  ["has(self.text)", 1],
  ["!has(self.text)", 2],
  ["string(self.count)", 3],
  ["string(bytes(T))", 52],
  ["bytes(T)", 12],
  ["dyn(T)", 3],
  ["int(T)", 3],
  ["uint(T)", 3],
  ["double(T)", 3],
  ["bool(T)", 3],
  ["type(T) == string", 5],
  ["duration(T).getHours()", 4],
  ["timestamp(T).getFullYear()", 4],
  ["math.greatest(self.count, 1)", 3],
  ["T == T", 14],
  ["T < T", 14],
  ["T + T", 24],
  ["N + N", 5],
  ["T in L", 14],
  ["self.count > -5", 3],
  ["T == '' ? T : T", 4],
];

describe("the estimated cost of a rule", () => {
  it.each(COSTS)("%s: %d", (expression, cost) => {
    expect(costOf(expression)).toBe(cost);
  });

  it("is known for every function that rules can call", () => {
    const names = new Map(Object.entries(OVERRIDDEN).map(([name, own]) => [own, name]));
    const called = (name: string) => COSTS.some(([expression]) => new RegExp(`\\b${name}\\(`).test(expression));
    const missing = environment
      .getDefinitions()
      .functions.filter(({ receiverType }) => !ALIKE.test(receiverType ?? ""))
      .map(({ name }) => names.get(name) ?? name)
      .filter((name) => !called(name));
    expect([...new Set(missing)]).toEqual([]);
  });
});

/** Functions that cost one: getters of times and numbers, names of formats, functions that Kubernetes lacks. */
const ALIKE = /^(bytes|MathNamespace|FormatNamespace|google\.protobuf\.(Timestamp|Duration))$/;
