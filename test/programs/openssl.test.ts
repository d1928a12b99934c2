/** openssl shows certificates and requests as OpenSSL 3.0 of Debian does (`recorded-openssl.json`). */
import { describe, expect, it } from "vitest";
import { runProgram } from "../support/fake-process.ts";
import recorded from "./recorded-openssl.json" with { type: "json" };

const inputs: Readonly<Record<string, string>> = recorded.inputs;

describe("openssl", () => {
  it.each(recorded.cases)("$command of $input", ({ command, input, stdout, status }) => {
    const run = runProgram({ argv: ["openssl", ...command], stdin: inputs[input] });
    expect({ stdout: run.stdout, status: run.status }).toEqual({ stdout, status });
  });

  it("tells whether a certificate ends soon, by cluster time", () => {
    const check = (seconds: number, nowMs: number) =>
      runProgram({ argv: ["openssl", "x509", "-noout", "-checkend", String(seconds)], stdin: inputs["rsa"], nowMs });
    expect(check(60, Date.UTC(2027, 0, 1))).toMatchObject({ stdout: "Certificate will not expire\n", status: 0 });
    expect(check(60, Date.UTC(2028, 0, 1))).toMatchObject({ stdout: "Certificate will expire\n", status: 1 });
  });

  it("refuses texts that are no certificates, and commands that it does not have", () => {
    expect(runProgram({ argv: ["openssl", "x509", "-text"], stdin: "x\n" })).toMatchObject({
      stderr: "Could not read certificate from <stdin>\nUnable to load certificate\n",
      status: 1,
    });
    expect(runProgram({ argv: ["openssl", "dhparam", "2048"] }).status).toBe(69);
  });
});
