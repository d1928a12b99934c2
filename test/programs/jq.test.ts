/** jq's work is counted: programs without an end and values without a bound end with an error, and cost what they do. */
import { expect, it } from "vitest";
import { MAX_JQ_STEPS } from "../../src/lib/container-limits.ts";
import { FakeProcess } from "../support/fake-process.ts";
import { findProgram } from "../support/software.ts";
import { runHere } from "./table.ts";

const ENDLESS = [
  "[range(infinite)]|length",
  "def f: f; f",
  "def f: 1 + f; f",
  'reduce range(100) as $i ("xxxxxxxx"; . + .)|length',
  "reduce range(100) as $i ([1]; . + .)|length",
  "reduce range(64) as $i ([1]; [., .])|tojson|length",
  "reduce range(64) as $i ([1]; [., .])|flatten|length",
  '("x" * 1e9)|length',
  "[recurse([.])]|length",
  "last(range(1e12))",
  '("a" * 100000)|test("(a*)*b")',
  "until(false; .)",
  "[.]|walk(.)|until(false; [.])",
];

it.each(ENDLESS)("ends with an error: %s", (program) => {
  const { status, stderr, stdout } = runHere("gnu", { run: `jq -n '${program}'` });
  expect({ status, stdout }).toEqual({ status: 5, stdout: "" });
  expect(stderr).toMatch(/^jq: error: /);
});

it("charges the steps of a program", () => {
  const cost = (program: string) => {
    const process = new FakeProcess({ argv: ["jq", "-n", program] });
    findProgram("jq")?.run(process);
    return process.chargedSteps;
  };
  expect(cost("[range(100000)]|length")).toBeGreaterThan(50 * cost("[range(1000)]|length"));
  expect(cost("last(range(1e12))")).toBeGreaterThan(MAX_JQ_STEPS / 50);
});

it("runs deep recursion, deep values and long lists", () => {
  const answers = [
    ["def f: if . > 100000 then . else . + 1 | f end; 0 | f", "100001\n"],
    ["[range(50000)]|map(. * 2)|add", "2499950000\n"],
    ["def deep: if . == 0 then 0 else (. - 1 | deep) + 1 end; 20000 | deep", "20000\n"],
    ["reduce range(3000) as $i ({}; .[$i | tostring] = $i) | length", "3000\n"],
  ];
  for (const [program, stdout] of answers) {
    expect(runHere("gnu", { run: `jq -n '${program}'` })).toMatchObject({ stdout, status: 0 });
  }
});
