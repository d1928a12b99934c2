/**
 * Checks the messages of all commits after `BASE`: a subject `area: what changes` of at most 72 characters, an empty
 * line, and a body that says why. Prints each commit that fails, and exits with 1.
 */
import { execFileSync } from "node:child_process";

/** The last commit from before this rule. */
const BASE = "fb0f22b2";
const MAX_SUBJECT_LENGTH = 72;
const SUBJECT = /^[a-z0-9][a-z0-9 ,/.-]*: \S/;

const log = execFileSync("git", ["log", "--no-merges", "-z", "--format=%h%n%B", `${BASE}..HEAD`], { encoding: "utf8" });
const findings = log.split("\0").filter(Boolean).flatMap(problemsOf);
for (const finding of findings) console.error(finding);
process.exit(findings.length > 0 ? 1 : 0);

function problemsOf(commit: string): string[] {
  const [hash, subject = "", blank, ...body] = commit.trimEnd().split("\n");
  const problems: string[] = [];
  if (subject.length > MAX_SUBJECT_LENGTH) problems.push(`has a subject of ${subject.length} characters`);
  if (!SUBJECT.test(subject)) problems.push("has a subject that is not `area: what changes`");
  if (blank !== "" || body.join("").trim() === "") problems.push("has no body that says why");
  return problems.map((problem) => `${hash} ${problem}: ${subject}`);
}
