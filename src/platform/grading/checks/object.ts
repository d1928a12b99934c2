/** Passes when an object matches. */
import { MAX_NAMED_DIFFERENCES } from "../../../lib/limits.ts";
import { type CheckKind, type GradedCluster, nameOf, type Verdict } from "../check.ts";
import { type Difference, differences } from "../expectation/compare.ts";
import { evidenceOf } from "../expectation/evidence.ts";
import { describeExpectation, type Expectation, expectationReader } from "../expectation/expectation.ts";
import { PartialObject } from "../expectation/request.ts";
import { candidates, whyNone } from "../expectation/select.ts";
import { show } from "../show.ts";

export const objectCheck: CheckKind = {
  field: "object",
  description: "Passes when an object matches.",
  schema: PartialObject,
  describe: describeExpectation,
  prepare(value) {
    const read = expectationReader(value);
    return (cluster) => judge(read(cluster), cluster);
  },
};

function judge(expectation: Expectation, cluster: GradedCluster): Verdict {
  const { kind } = expectation;
  const found = candidates(expectation, cluster);
  if (found.length === 0) return { passed: false, message: whyNone(expectation, cluster), evidence: [] };

  const compared = found.map((candidate) => ({ candidate, differing: differences(expectation, candidate.object) }));
  // An object that matches, or the nearest one.
  const best = compared.reduce((a, b) => (b.differing.length < a.differing.length ? b : a));
  const { candidate, differing } = best;
  const evidence = [evidenceOf(expectation, candidate, differing)];
  const name = nameOf(kind, candidate.object);
  if (differing.length === 0) return { passed: true, message: `${name} is as expected`, evidence };
  const others = found.length > 1 ? ` (none of ${found.length} matches; this one comes nearest)` : "";
  return { passed: false, message: `${name}: ${tell(differing)}${others}`, evidence };
}

function tell(differing: readonly Difference[]): string {
  const named = differing.slice(0, MAX_NAMED_DIFFERENCES).map(tellOne);
  if (differing.length > named.length) named.push(`and ${differing.length - named.length} more`);
  return named.join("; ");
}

function tellOne({ path, found, expected, words }: Difference): string {
  if (words !== undefined) return `${path} ${words}`;
  if (found === undefined) return `${path} is not set, expected ${show(expected)}`;
  if (expected === null) return `${path} is ${show(found)}, expected not to be set`;
  return `${path} is ${show(found)}, expected ${show(expected)}`;
}
