/** openssl passwd gives the hashes of the real openssl. */
import { expect, it } from "vitest";
import { runProgram } from "../support/fake-process.ts";

it.each([
  ["-1", "abcdefgh", "secret", "$1$abcdefgh$cHJi5PXp/ki/ktXzqlk6I1"],
  ["-apr1", "xy", "pass word", "$apr1$xy$Npqj6dgUIYc6zvv8ltqjc."],
  ["-5", "saltsalt", "secret", "$5$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA"],
  [
    "-6",
    "saltsaltsaltsalt",
    "secret",
    "$6$saltsaltsaltsalt$ph0yGsyjzqdeFaon7.gJZo8eAG5/rj9/JdzOu1Rl7dKzBYg3xgvl7T2VQ2Rt81bc5AXkdA54r0p8QvC1omD6R1",
  ],
])("%s", (method, salt, password, hash) => {
  const argv = ["openssl", "passwd", method, "-salt", salt, password];
  expect(runProgram({ argv }).stdout).toBe(`${hash}\n`);
});

it("draws a salt, and reads the password from its input", () => {
  const { stdout } = runProgram({ argv: ["openssl", "passwd", "-apr1", "-stdin"], stdin: "secret\n" });
  const [, salt = ""] = /^\$apr1\$([./0-9A-Za-z]{8})\$/.exec(stdout) ?? [];
  const again = runProgram({ argv: ["openssl", "passwd", "-apr1", "-salt", salt, "secret"] });
  expect(stdout).toBe(again.stdout);
});
