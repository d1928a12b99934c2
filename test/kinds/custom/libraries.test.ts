/** Kubernetes' CEL libraries, by examples. */
import { expect, it } from "vitest";
import { celEnvironment } from "../../../src/cel/environment.ts";
import { Meter } from "../../../src/cel/metering.ts";
import { compile } from "../../../src/cel/program.ts";

const environment = celEnvironment({ m: "map<string, int>", l: "list<int>", s: "string" });
const variables = { m: { a: 1n, b: 2n }, l: [3n, 1n, 2n], s: "Hello World" };

it.each([
  "format.dns1123Label().validate('a-b') == optional.none()",
  "format.dns1123Label().validate('A_b').hasValue()",
  "format.named('qualifiedName').value().validate('example.com/name').hasValue() == false",
  "!format.named('nope').hasValue()",
  "format.dns1123LabelPrefix().validate('name-').hasValue() == false",
  "format.uuid().validate('x').value() == ['does not match the UUID format']",
  "semver('1.2.3').major() == 1 && semver('1.2.3').isLessThan(semver('1.10.0'))",
  "semver('1.0.0-rc.1').compareTo(semver('1.0.0')) == -1 && semver('v1.2', true) == semver('1.2.0')",
  "!isSemver('1.2') && isSemver('v1.2', true)",
  "ip('fe80::1').isLinkLocalUnicast() && ip('224.0.0.1').isLinkLocalMulticast() && ip('8.8.8.8').isGlobalUnicast()",
  "!ip.isCanonical('::0001') && string(ip('1:0:0:0:0:0:0:1')) == '1::1'",
  "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8')",
  "string(cidr('10.0.0.0/8')) == '10.0.0.0/8'",
  "url('https://user@a.b:80/p/q?x=1&x=2').getHost() == 'a.b:80' && isURL('/path') && !isURL('../x')",
  "url('https://a.b/p?x=1&x=2').getQuery()['x'] == ['1', '2'] && url('/only/path').getScheme() == ''",
  "url('https://a.b').getEscapedPath() == '' && url('http://[::1]:80/').getHostname() == '::1'",
  "m.?a.optMap(x, x + 1).orValue(0) == 2 && !m.?c.optMap(x, x + 1).hasValue()",
  "m.?a.optFlatMap(x, optional.none()).hasValue() == false",
  "optional.ofNonZeroValue('').hasValue() == false && optional.ofNonZeroValue('a').value() == 'a'",
  "optional.of(duration('1s')) != optional.of(duration('2s')) && optional.of(5u) == optional.of(5u)",
  "optional.of(quantity('1k')) == optional.of(quantity('1000')) && optional.of([1]) != optional.of([2])",
  "m.transformMapEntry(k, v, {k + 'x': v})['ax'] == 1 && m.exists(k, v, k == 'b' && v == 2)",
  "l.sortBy(x, -x) == [3, 2, 1] && [{'n': 'b'}, {'n': 'a'}].sortBy(e, e.n)[0].n == 'a'",
  "l.transformList(i, v, i > 0, v * 2) == [2, 4]",
  "int(timestamp('1970-01-01T00:00:10Z')) == 10 && string(duration('90s')) == '90s' && int(5u) == 5",
  "strings.quote('a\"b') == '\"a\\\\\"b\"' && lists.range(3) == [0, 1, 2]",
  "'%s %s'.format([[1, 2], {'a': true}]) == '[1, 2] {a: true}'",
])("%s", (source) => {
  expect(compile(environment, source).run(variables, new Meter())).toBe(true);
});

it.each([
  ["ip('x')", "ip:"],
  ["semver('1')", "is no version"],
  ["url('x y')", "URL parse error"],
  ["m.transformMapEntry(k, v, {'same': v})", "already exists"],
  ["lists.range(1000000)", "at most"],
])("%s fails", (source, message) => {
  expect(() => compile(environment, source).run(variables, new Meter())).toThrow(message);
});
