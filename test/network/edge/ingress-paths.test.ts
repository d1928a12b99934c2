/** The examples of the documentation's page "Ingress", for the types of paths and for hosts with wildcards. */
import { beforeAll, describe, expect, it } from "vitest";
import { ingressKind } from "../../../src/kinds/networking/ingress.ts";
import { bestMatch } from "../../../src/programs/servers/ingress/match.ts";
import type { TestCluster } from "../../support/cluster.ts";
import { createIngress, edgeCluster, type Rule, seen } from "./cluster.ts";

// https://kubernetes.io/docs/concepts/services-networking/ingress/#examples
const EXAMPLES: readonly [type: "Prefix" | "Exact" | "Mixed", paths: string, request: string, matches: string][] = [
  ["Prefix", "/", "/any", "/"],
  ["Exact", "/foo", "/foo", "/foo"],
  ["Exact", "/foo", "/bar", ""],
  ["Exact", "/foo", "/foo/", ""],
  ["Exact", "/foo/", "/foo", ""],
  ["Prefix", "/foo", "/foo", "/foo"],
  ["Prefix", "/foo", "/foo/", "/foo"],
  ["Prefix", "/foo/", "/foo", "/foo/"],
  ["Prefix", "/foo/", "/foo/", "/foo/"],
  ["Prefix", "/aaa/bb", "/aaa/bbb", ""],
  ["Prefix", "/aaa/bbb", "/aaa/bbb", "/aaa/bbb"],
  ["Prefix", "/aaa/bbb/", "/aaa/bbb", "/aaa/bbb/"],
  ["Prefix", "/aaa/bbb", "/aaa/bbb/", "/aaa/bbb"],
  ["Prefix", "/aaa/bbb", "/aaa/bbb/ccc", "/aaa/bbb"],
  ["Prefix", "/aaa/bbb", "/aaa/bbbxyz", ""],
  ["Prefix", "/ /aaa", "/aaa/ccc", "/aaa"],
  ["Prefix", "/ /aaa /aaa/bbb", "/aaa/bbb", "/aaa/bbb"],
  ["Prefix", "/ /aaa /aaa/bbb", "/ccc", "/"],
  ["Prefix", "/aaa", "/ccc", ""],
  ["Mixed", "/foo /foo", "/foo", "/foo"],
];

const rulesOf = (type: string, paths: string): { path: string; type: "Prefix" | "Exact" }[] =>
  paths
    .split(" ")
    .map((path, at) => ({ path, type: type === "Prefix" || (type === "Mixed" && at === 0) ? "Prefix" : "Exact" }));

describe("a path of an Ingress", () => {
  it.each(EXAMPLES)("%s %s: %s matches %s", (type, paths, request, matches) => {
    expect(bestMatch(rulesOf(type, paths), request)?.path ?? "").toBe(matches);
  });

  it("that is exact wins over an equal prefix", () => {
    expect(bestMatch(rulesOf("Mixed", "/foo /foo"), "/foo")?.type).toBe("Exact");
  });
});

describe("ingress-nginx", () => {
  let cluster: TestCluster;

  beforeAll(() => {
    cluster = edgeCluster();
  });

  function withRules(rules: readonly Rule[], annotations: Record<string, string> = {}): void {
    for (const ingress of cluster.list(ingressKind)) cluster.delete(ingressKind, ingress);
    createIngress(cluster, "web", rules, { annotations });
  }

  it.each(EXAMPLES)("follows the example: %s %s: %s matches %s", (type, paths, request, matches) => {
    withRules(rulesOf(type, paths).map((rule) => ({ ...rule, service: rule.path === matches ? "b" : "a" })));
    expect(seen(cluster, { path: request })).toBe(matches === "" ? "404" : `200 b ${request}`);
  });

  it.each([
    ["*.foo.com", "bar.foo.com", true],
    ["*.foo.com", "baz.bar.foo.com", false],
    ["*.foo.com", "foo.com", false],
  ])("serves the host %s: %s %s", (host, asked, isServed) => {
    withRules([{ host }]);
    expect(seen(cluster, { host: asked })).toBe(isServed ? "200 a /" : "404");
  });

  it("prefers the exact host, then the wildcard, then rules without a host", () => {
    withRules([{ service: "none" }, { host: "*.foo.com", service: "a" }, { host: "b.foo.com", service: "b" }]);
    expect(seen(cluster, { host: "b.foo.com" })).toBe("200 b /");
    expect(seen(cluster, { host: "B.foo.com:8080" })).toBe("200 b /");
    expect(seen(cluster, { host: "c.foo.com" })).toBe("200 a /");
    expect(seen(cluster, { host: "other.com" })).toBe("503");
  });

  it("compares paths of the type ImplementationSpecific by characters", () => {
    withRules([{ path: "/foo", type: "ImplementationSpecific" }]);
    expect(seen(cluster, { path: "/foobar" })).toBe("200 a /foobar");
    expect(seen(cluster, { path: "/fo" })).toBe("404");
  });

  it("makes patterns of all paths of a host with one pattern", () => {
    withRules([{ path: "/foo" }, { path: "/foo/bar/.+", type: "ImplementationSpecific", service: "b" }], {
      "use-regex": "true",
    });
    expect(seen(cluster, { path: "/foo/bar/x" })).toBe("200 b /foo/bar/x");
    expect(seen(cluster, { path: "/foobar" })).toBe("200 a /foobar");
    expect(seen(cluster, { path: "/FOO" })).toBe("200 a /FOO");
  });

  it("serves the older of two Ingresses with the same path", () => {
    withRules([{ host: "a.example", service: "a" }]);
    cluster.advance(2_000);
    createIngress(cluster, "younger", [{ host: "a.example", service: "b" }]);
    expect(seen(cluster, { host: "a.example" })).toBe("200 a /");
  });
});
