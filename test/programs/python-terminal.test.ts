/** Python at a terminal: statements run as soon as they are whole. */
import { expect, it } from "vitest";
import { runProgram } from "../support/fake-process.ts";

/** The screen after these lines, without the banner; the terminal's echo is not part of it. */
function screenOf(...lines: string[]) {
  const terminal = { columns: 80, rows: 24 };
  const run = runProgram({ argv: ["python3"], stdin: lines.map((line) => `${line}\n`).join(""), terminal });
  const [, banner = "", errors = ""] = /^(Python 3\.[\s\S]*?>>> )([\s\S]*)$/.exec(run.stderr) ?? [];
  return { banner, errors, stdout: run.stdout, status: run.status };
}

it("greets, shows values and keeps names", () => {
  const { banner, stdout, status } = screenOf("x = 3", "x * 2", "_ + 1", "None", "'a' 'b'", "exit(4)");
  expect(banner).toMatch(/^Python 3\.\d+\.\d+ \(main, .*\) \[GCC .*\] on linux\nType "help", /);
  expect(stdout).toBe(">>> 6\n>>> 7\n>>> >>> 'ab'\n>>> ");
  expect(status).toBe(4);
});

it("a block ends with an empty line, brackets and long texts with their end", () => {
  const block = screenOf("for i in range(2):", "    i", "", "def f(n):", "  return [n,", "    n]", "", "f(1)");
  expect(block.stdout).toBe("... ... 0\n1\n>>> ... ... ... >>> [1, 1]\n>>> \n");
  expect(screenOf('s = """a', 'b"""', "len(s)", "(1 +", "1)").stdout).toBe("... >>> 3\n>>> ... 2\n>>> \n");
});

it("an exception ends its statement only", () => {
  const { errors, stdout, status } = screenOf("1/0", "x = (", ")", "x", "import nope", "1 +");
  expect(errors).toContain("ZeroDivisionError: division by zero\n");
  expect(errors).toContain("ModuleNotFoundError: No module named 'nope'\n");
  expect(errors).toContain("SyntaxError: invalid syntax\n");
  expect(stdout).toBe(">>> ... >>> ()\n>>> >>> >>> \n");
  expect(status).toBe(0);
});

it("waits within a statement", () => {
  expect(screenOf("import time; time.sleep(5); 'awake'").stdout).toBe("'awake'\n>>> \n");
});
