/** JSON paths of printer columns. */
import { describe, expect, it } from "vitest";
import { JsonPathError, parseJsonPath } from "../../src/lib/json-path.ts";

const DOCUMENT = {
  metadata: { annotations: { "example.com/a.b": "escaped" } },
  spec: { replicas: 0, list: [{ name: "x", n: 1 }, { name: "y", n: 2 }, { n: 3 }], deep: { name: "z" } },
};

describe("a path", () => {
  it.each<[string, unknown[]]>([
    [".spec.replicas", [0]],
    ["$.spec.replicas", [0]],
    ["spec.replicas", [0]],
    [".spec.none", []],
    [".spec.replicas.deeper", []],
    [".metadata.annotations.example\\.com/a\\.b", ["escaped"]],
    [".metadata.annotations['example.com/a.b']", ["escaped"]],
    [".spec.list[0].name", ["x"]],
    [".spec.list[-1].n", [3]],
    [".spec.list[0:2].n", [1, 2]],
    [".spec.list[*].name", ["x", "y"]],
    [".spec.list[0,2].n", [1, 3]],
    ['.spec.list[?(@.name=="y")].n', [2]],
    [".spec.list[?(@.n>1)].n", [2, 3]],
    [".spec.list[?(@.name)].n", [1, 2]],
    [".spec..name", ["x", "y", "z"]],
    [".constructor", []],
  ])("%s", (path, expected) => {
    expect(parseJsonPath(path)(DOCUMENT)).toEqual(expected);
  });

  it.each([".spec[", ".spec..", ".spec[?(@.a", ".spec[a]", ".spec.list[?(@.n>x)]"])("%s cannot be parsed", (path) => {
    expect(() => parseJsonPath(path)).toThrow(JsonPathError);
  });
});
