/** One-liners of Perl. */
import { expect, it } from "vitest";
import { perl } from "../../src/programs/perl/index.ts";
import { piDigits } from "../../src/programs/perl/pi.ts";
import type { ProcessView } from "../../src/shell/program.ts";

function run(...args: string[]): { status: number; stdout: string; stderr: string } {
  const written = ["", "", ""];
  const view = {
    argv: ["perl", ...args],
    env: {},
    nowMs: 0,
    state: {},
    read: () => "",
    useCpu: () => {},
    write: (fd: number, data: string) => {
      written[fd] += data;
      return true;
    },
  };
  for (;;) {
    const step = perl.run(view as unknown as ProcessView);
    if (step.type === "exit") return { status: step.status, stdout: written[1]!, stderr: written[2]! };
  }
}

it("gives digits of pi, rounded", () => {
  expect(piDigits(50)).toBe("3.1415926535897932384626433832795028841971693993751");
  expect(piDigits(6)).toBe("3.14159");
});

it("runs the Job of the documentation", () => {
  const { stdout, status } = run("-Mbignum=bpi", "-wle", "print bpi(2000)");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^3\.14159265358979\d{1985}\n$/);
});

it("prints texts and sums, exits, and refuses the rest", () => {
  expect(run("-e", 'print "hi\\n"; exit 3')).toMatchObject({ stdout: "hi\n", status: 3 });
  expect(run("-le", "print 2+3*4").stdout).toBe("14\n");
  expect(run("-e", "my $x = <STDIN>")).toMatchObject({ status: 69, stdout: "" });
});
