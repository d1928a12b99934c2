/**
 * Pins the internals of `@marcbachmann/cel-js` that `src/cel` uses beyond the documented interface. An update of the
 * library must keep them. Each use in `src/cel` refers to a section of this file.
 */
import { Environment, Optional } from "@marcbachmann/cel-js";
import { Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import { describe, expect, test } from "vitest";
import { celEnvironment } from "../../src/cel/environment.ts";
import { CelError } from "../../src/cel/error.ts";
import type { Checker, Evaluator, Scope } from "../../src/cel/functions/macro.ts";
import { allNodes, Meter, type SyntaxNode } from "../../src/cel/metering.ts";
import { compile } from "../../src/cel/program.ts";

const environment = celEnvironment({ items: "list<dyn>", value: "dyn" });

/** The library alone, with none of our functions. */
function bareLibrary(): Environment {
  return new Environment({ enableOptionalTypes: true })
    .registerVariable("items", "list<int>")
    .registerVariable("value", "dyn")
    .registerVariable("count", "int")
    .registerVariable("text", "string");
}

function parsed(source: string, library = bareLibrary()) {
  const program = library.parse(source);
  return { program, root: program.ast as unknown as SyntaxNode };
}

/** The library's own error: from the check, or from running the expression. */
function libraryError(source: string, variables: object = {}) {
  const located = (error: unknown) => {
    const { code, summary, range } = error as { code: string; summary: string; range?: { start: number; end: number } };
    return { code, summary, place: range && source.slice(range.start, range.end) };
  };
  try {
    const { program } = parsed(source);
    const { valid, error } = program.check();
    if (!valid) return located(error);
    program({ items: [], value: {}, count: 1n, text: "", ...variables });
  } catch (error) {
    return located(error);
  }
  throw new Error("it has a value");
}

describe("syntax trees (metering.ts, constants.ts, has.ts, admission/type-check.ts)", () => {
  test.each<[string, string, unknown[]]>([
    ["value", "id", []],
    ["value.name", ".", ["id", "name"]],
    ["value.?name", ".?", ["id", "name"]],
    ["value['name']", "[]", ["id", "value"]],
    ["value[?'name']", "[?]", ["id", "value"]],
    ["size(text)", "call", ["size", ["id"]]],
    ["text.matches('a')", "rcall", ["matches", "id", ["value"]]],
  ])("%s is a node %s, with its source and its place", (source, op, shape) => {
    const { root } = parsed(source);
    const shapeOf = (part: unknown): unknown =>
      Array.isArray(part) ? part.map(shapeOf) : typeof part === "string" ? part : (part as SyntaxNode).op;
    expect(root.op).toBe(op);
    expect(op === "id" ? root.args : shapeOf(root.args)).toEqual(op === "id" ? "value" : shape);
    expect(root).toMatchObject({ input: source, start: expect.any(Number), end: source.length });
  });

  test("a constant is a node `value` with the value in `args`", () => {
    expect(parsed("'a'").root).toMatchObject({ op: "value", args: "a", start: 0, end: 3 });
  });

  test("macros keep their arguments in the tree", () => {
    const ops = allNodes(parsed("items.all(i, i > 1)").root).map(({ op }) => op);
    expect(ops).toEqual(["rcall", "id", "id", ">", "id", "value"]);
  });
});

describe("evaluation (metering.ts)", () => {
  test("the library calls `evaluate` as a property of each node, and may replace it during the first evaluation", () => {
    const { program, root } = parsed("value + 1");
    const accesses: string[] = [];
    let evaluate = root.evaluate;
    Object.defineProperty(root, "evaluate", {
      get: () => {
        accesses.push("get");
        return evaluate;
      },
      set: (faster) => {
        accesses.push("set");
        evaluate = faster;
      },
    });
    program.check();
    const before = accesses.length;
    expect(program({ value: 1n })).toBe(2n);
    const first = accesses.slice(before);
    expect(program({ value: 1n })).toBe(2n);
    expect({ first, later: accesses.slice(before + first.length) }).toEqual({
      first: ["get", "set", "get"],
      later: ["get"],
    });
  });

  test("each run of an expression charges the same", () => {
    const program = compile(environment, "items.filter(i, i > 1).map(i, i + 1).size() == 2 || value.a == 'b'");
    const costs = [1, 2, 3].map(() => {
      const meter = new Meter();
      program.run({ items: [1n, 2n, 3n], value: { a: "b" } }, meter);
      return meter.spent;
    });
    expect(new Set(costs).size).toBe(1);
    expect(costs[0]).toBeGreaterThan(allNodes(program.root).length);
  });

  test("an error of a function passes through `||` and `exists` as a value, so the meter is asked after the run", () => {
    const library = bareLibrary().registerFunction("fail(): bool", () => {
      throw new Error("failed");
    });
    expect(parsed("fail() || true", library).program({})).toBe(true);
    expect(parsed("[1, 2].exists(i, i == 1 ? fail() : true)", library).program({})).toBe(true);
  });
});

describe("rewriting before the check (program.ts, has.ts)", () => {
  test("a call may be renamed in its node", () => {
    const library = bareLibrary().registerFunction("ours(string): int", () => 7n);
    const { program, root } = parsed("size(text)", library);
    (root.args as unknown[])[0] = "ours";
    expect(program.check()).toMatchObject({ valid: true, type: "int" });
    expect(program({ text: "a" })).toBe(7n);
  });

  test("`setMeta` replaces a macro with `typeCheck` and `evaluate`", () => {
    const { program, root } = parsed("has(value.name)");
    const field = (root.args as [string, [SyntaxNode]])[1][0];
    (root as SyntaxNode & { setMeta(name: string, value: unknown): void }).setMeta("macro", {
      typeCheck(checker: Checker, _: unknown, scope: Scope) {
        checker.check(field, scope);
        return checker.getType("int");
      },
      evaluate: (evaluator: Evaluator, _: unknown, scope: Scope) => evaluator.run(field, scope),
    });
    expect(program.check()).toMatchObject({ valid: true, type: "int" });
    expect(program({ value: { name: 3n } })).toBe(3n);
  });
});

describe("macros of our own (macro.ts, pair-macros.ts, optional-macros.ts, sort-by.ts)", () => {
  test.each<[string, unknown]>([
    ["[3, 1, 2].sortBy(i, i)", [1n, 2n, 3n]],
    ["['a', 'b'].transformList(i, v, v + string(i))", ["a0", "b1"]],
    ["[1].exists(i, v, items.exists(x, x == v))", true],
    ["optional.of(2).optMap(x, x * 2).value()", 4n],
    ["optional.none().optMap(x, x * 2).hasValue()", false],
    ["optional.of(2).optFlatMap(x, optional.of(x + 1)).value()", 3n],
  ])("%s", (source, expected) => {
    expect(compile(environment, source).run({ items: [1n], value: {} }, new Meter())).toEqual(expected);
  });

  test("the checker knows the type of a macro's variable", () => {
    const typed = celEnvironment({ texts: "list<string>" });
    expect(() => compile(typed, "texts.sortBy(t, t + 1)")).toThrow(/no such overload/);
    expect(compile(typed, "texts.sortBy(t, t)").type).toBe("list<string>");
    expect(compile(typed, "optional.of('a').optMap(x, x.size())").type).toBe("optional<int>");
  });
});

describe("values (values.ts, equality.ts, lists.ts, declared.ts)", () => {
  test("durations have bigint seconds and number nanos", () => {
    const sum = new Duration(1n, 500_000_000).addDuration(new Duration(2n, 600_000_000));
    expect([sum.seconds, sum.nanos]).toEqual([4n, 100_000_000]);
    expect(new Duration(2n).valueOf()).toBeGreaterThan(new Duration(1n).valueOf());
  });

  test("unsigned integers and optional values unwrap", () => {
    expect(new UnsignedInt(5n).valueOf()).toBe(5n);
    expect(Optional.of(1n).value()).toBe(1n);
    expect([Optional.none().hasValue(), Optional.of(1n).hasValue()]).toEqual([false, true]);
  });

  test("operators of registered types and of optional values are the registered ones", () => {
    class Box {}
    const library = bareLibrary()
      .registerType("Box", { ctor: Box, fields: { size: "int" } })
      .registerOperator("Box == Box", () => true)
      .registerOperator("Box == null", () => false)
      .registerVariable("a", "Box")
      .registerVariable("b", "Box");
    expect(parsed("a == b && a != null", library).program({ a: new Box(), b: new Box() })).toBe(true);
    expect(parsed("a.nope", library).program.check()).toMatchObject({ valid: false, error: { code: "no_such_key" } });
  });

  test("a clone takes variables without changing its original", () => {
    const original = bareLibrary();
    original.clone().registerVariable("more", "int");
    expect(original.parse("more").check().valid).toBe(false);
  });

  test("definitions name every function", () => {
    expect(
      bareLibrary()
        .getDefinitions()
        .functions.map(({ name }) => name),
    ).toContain("size");
  });
});

describe("messages of the library's errors (report.ts)", () => {
  test.each<[string, string, string | RegExp, object?]>([
    ["nope", "unknown_variable", "Unknown variable: nope"],
    ["value.a", "no_such_key", "No such key: a"],
    ["items[3]", "index_out_of_bounds", /^No such key: index out of bounds, index 3 /],
    ["count.a", "cannot_index_type", "Cannot index type 'int'"],
    [
      "count.all(i, true)",
      "invalid_comprehension_range",
      /^Expression of type 'int' cannot be range of a comprehension/,
    ],
    ["count + text", "no_such_overload", "no such overload: int + string"],
    ["-text", "no_such_overload", "no such overload: -string"],
    ["!count", "no_such_overload", "no such overload: !int"],
    ["count in text", "no_such_overload", "no such overload: int in string"],
    ["text.find(1)", "no_matching_overload", "found no matching overload for 'string.find(int)'"],
    ["size(count)", "no_matching_overload", "found no matching overload for 'size(int)'"],
    ["count +", "unexpected_token", "Unexpected token: EOF"],
    ["count # 1", "unexpected_character", "Unexpected character: #"],
    ["value.b > 1", "no_such_overload", "no such overload: dyn<string> > int", { value: { b: "x" } }],
  ])("%s: %s", (source, code, summary, variables = {}) => {
    const error = libraryError(source, variables);
    expect(error.code).toBe(code);
    if (typeof summary === "string") expect(error.summary).toBe(summary);
    else expect(error.summary).toMatch(summary);
  });
});

function problemOf(source: string, value: unknown = {}) {
  try {
    compile(environment, source).run({ items: [], value }, new Meter());
  } catch (error) {
    if (error instanceof CelError) return { ...error.problem!, message: error.message };
    throw error;
  }
  throw new Error("it has a value");
}

describe("errors as CelError (program.ts, grading/cel/program.ts, kinds/custom/rules/run.ts)", () => {
  test.each<[string, string, string, object?]>([
    ["1 + nope.size()", "unknown_variable", "nope"],
    ["value.a", "no_such_key", "a"],
    ["value.b.c", "no_such_key", "c", { b: {} }],
    ["items[3]", "index_out_of_bounds", "3"],
    ["value.b > 1", "no_such_overload", "value.b > 1", { b: "x" }],
  ])("%s: %s", (source, code, place, value = {}) => {
    const problem = problemOf(source, value);
    expect(problem.code).toBe(code);
    // The place of a field access is the field's name or the whole access.
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
