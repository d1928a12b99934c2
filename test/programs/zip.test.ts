/** zip and unzip: an archive that zip wrote is listed, tested and taken out; bad ones are refused. */
import { expect, it } from "vitest";
import { runProgram } from "../support/fake-process.ts";
import { fixtureFiles } from "./table.ts";

const files = fixtureFiles();
const run = (...argv: string[]) => {
  const { stdout, stderr, status } = runProgram({ argv, files, cwd: "/work" });
  return { stdout, stderr, status };
};

it("packs files and folders, and takes them out again", () => {
  files.write("/work/long.txt", "hello hello hello hello hello hello\n".repeat(20));
  expect(run("zip", "-r", "all", "long.txt", "dir")).toEqual({
    stdout: expect.stringMatching(
      /^ {2}adding: long\.txt \(deflated 9\d%\)\n {2}adding: dir\/ \(stored 0%\)\n {2}adding: dir\/inner\.txt \(stored 0%\)/,
    ),
    stderr: "",
    status: 0,
  });
  expect(run("zip", "all.zip", "long.txt").stdout).toMatch(/^updating: long\.txt \(deflated/);
  expect(run("unzip", "-l", "all.zip").stdout).toMatch(/ {6}720 {2}\S+ \S+ {3}long\.txt\n[\s\S]* 5 files\n$/);
  expect(run("unzip", "all.zip", "-d", "out").stdout).toMatch(
    / {2}inflating: out\/long\.txt +\n {3}creating: out\/dir\/\n/,
  );
  expect(files.read("/work/out/long.txt")).toBe(files.read("/work/long.txt"));
  expect(files.read("/work/out/dir/sub/deep.txt")).toBe("deep\n");
  expect(run("unzip", "-p", "all.zip", "dir/inner.txt")).toEqual({ stdout: "inner\n", stderr: "", status: 0 });
  expect(run("unzip", "-t", "all").stdout).toMatch(/No errors detected in compressed data of all\.zip\.\n$/);
});

it("refuses what is no archive", () => {
  expect(run("unzip", "a.txt")).toMatchObject({ status: 9 });
  expect(run("zip", "x.zip", "nope")).toMatchObject({ status: 12 });
});
