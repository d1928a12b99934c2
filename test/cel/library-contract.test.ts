/** Undocumented behaviour of the CEL library on which our code relies. An update of the library must keep it. */
import { describe, expect, test } from "vitest";
import { celEnvironment } from "../../src/cel/environment.ts";
import { CelError } from "../../src/cel/error.ts";
import { Meter } from "../../src/cel/metering.ts";
import { compile } from "../../src/cel/program.ts";

const environment = celEnvironment({ items: "list<dyn>", value: "dyn" });

function problemOf(source: string, value: unknown = {}) {
  try {
    compile(environment, source).run({ items: [], value }, new Meter());
  } catch (error) {
    if (error instanceof CelError) return { ...error.problem!, message: error.message };
    throw error;
  }
  throw new Error("it has a value");
}

describe("errors carry a code and a place", () => {
  test.each<[string, string, string, object?]>([
    ["1 + nope.size()", "unknown_variable", "nope"],
    ["value.a", "no_such_key", "a"],
    ["value.b.c", "no_such_key", "c", { b: {} }],
    ["items[3]", "index_out_of_bounds", "3"],
    ["value.b > 1", "no_such_overload", "value.b > 1", { b: "x" }],
  ])("%s: %s", (source, code, place, value = {}) => {
    const problem = problemOf(source, value);
    expect(problem.code).toBe(code);
    // The position of a field error is the field's name, or the whole access.
    expect(source.slice(problem.start, problem.end)).toContain(place);
  });

  test("the name of an unknown variable is exactly its place", () => {
    const source = "[1].all(i, i == widgets.size())";
    const { start, end } = problemOf(source);
    expect(source.slice(start, end)).toBe("widgets");
  });

  test("an index out of bounds is the first number of the message", () => {
    expect(problemOf("items[3]").message).toMatch(/^there is no item 3 in the list/);
  });
});

test("variables may be passed in a map, and are read when they are used", () => {
  const read: string[] = [];
  class Variables extends Map<string, unknown> {
    override get(name: string): unknown {
      read.push(name);
      return [1n];
    }
  }
  expect(compile(environment, "items.size()").run(new Variables(), new Meter())).toBe(1n);
  expect([...new Set(read)]).toEqual(["items"]);
});

test("values of type Map are CEL maps with keys of any type", () => {
  const value = new Map<string, unknown>([["constructor", "a"]]);
  const source = "value.constructor == 'a' && 'constructor' in value && size(value) == 1 && value.all(k, k.size() > 1)";
  expect(compile(environment, source).run({ items: [], value }, new Meter())).toBe(true);
});
