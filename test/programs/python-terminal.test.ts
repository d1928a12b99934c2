/** Python at a terminal: statements run as soon as they are whole, and lines can be edited. */
import { expect, it } from "vitest";
import { runProgram } from "../support/fake-process.ts";

/** The screen while these lines are typed. The banner stands apart, with the first prompt. */
function screenOf(...lines: string[]) {
  const terminal = { columns: 80, rows: 24 };
  const run = runProgram({ argv: ["python3"], stdin: lines.map((line) => `${line}\n`).join(""), terminal });
  const [, banner = "", errors = ""] = /^(Python 3\.[\s\S]*?>>> )([\s\S]*)$/.exec(run.stderr) ?? [];
  return { banner, errors, screen: run.stdout.split("\n"), status: run.status };
}

it("greets, shows values and keeps names", () => {
  const { banner, screen, status } = screenOf("x = 3", "x * 2", "_ + 1", "None", "'a' 'b'", "exit(4)");
  expect(banner).toMatch(/^Python 3\.\d+\.\d+ \(main, .*\) \[GCC .*\] on linux\nType "help", /);
  expect(screen).toEqual([
    ...["x = 3", ">>> x * 2", "6", ">>> _ + 1", "7", ">>> None", ">>> 'a' 'b'", "'ab'", ">>> exit(4)", ""],
  ]);
  expect(status).toBe(4);
});

it("a block ends with an empty line, brackets and long texts with their end", () => {
  const block = screenOf("for i in range(2):", "    i", "", "def f(n):", "  return [n,", "    n]", "", "f(1)");
  expect(block.screen).toEqual([
    ...["for i in range(2):", "...     i", "... ", "0", "1"],
    ...[">>> def f(n):", "...   return [n,", "...     n]", "... ", ">>> f(1)", "[1, 1]", ">>> ", ""],
  ]);
  const { screen } = screenOf('s = """a', 'b"""', "len(s)", "(1 +", "1)");
  expect(screen).toEqual(['s = """a', '... b"""', ">>> len(s)", "3", ">>> (1 +", "... 1)", "2", ">>> ", ""]);
});

it("an exception ends its statement only", () => {
  const { errors, screen, status } = screenOf("1/0", "x = (", ")", "x", "import nope", "1 +");
  expect(errors).toContain("ZeroDivisionError: division by zero\n");
  expect(errors).toContain("ModuleNotFoundError: No module named 'nope'\n");
  expect(errors).toContain("SyntaxError: invalid syntax\n");
  expect(screen).toEqual(["1/0", ">>> x = (", "... )", ">>> x", "()", ">>> import nope", ">>> 1 +", ">>> ", ""]);
  expect(status).toBe(0);
});

it("waits within a statement", () => {
  const { screen } = screenOf("import time; time.sleep(5); 'awake'");
  expect(screen).toEqual(["import time; time.sleep(5); 'awake'", "'awake'", ">>> ", ""]);
});

it("arrows move in the line and in the history", () => {
  const { screen } = screenOf("1 + 1", "'b'\x1b[D\x1b[Da", "\x1b[A\x1b[A");
  expect(screen.filter((line) => !line.startsWith(">>>"))).toEqual(["1 + 1", "2", "'ab'", "2", ""]);
});
