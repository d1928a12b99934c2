/** Passes when no object matches. */
import { MAX_NAMED_OBJECTS } from "../../../lib/limits.ts";
import { type CheckKind, nameOf } from "../check.ts";
import { differences } from "../expectation/compare.ts";
import { evidenceOf } from "../expectation/evidence.ts";
import { describeExpectation, expectationReader, type SelectedBy } from "../expectation/expectation.ts";
import { PartialObject } from "../expectation/request.ts";
import { candidates } from "../expectation/select.ts";

export const absentCheck: CheckKind = {
  field: "absent",
  description: "Passes when no object matches.",
  schema: PartialObject,
  describe: (value) => `no ${describeExpectation(value)}`,
  prepare(value) {
    const read = expectationReader(value);
    return (cluster) => {
      const expectation = read(cluster);
      const matching = candidates(expectation, cluster).filter(
        ({ object }) => differences(expectation, object).length === 0,
      );
      if (matching.length === 0) {
        return { passed: true, message: `There is no ${looks(expectation)}, as expected`, evidence: [] };
      }
      const shown = matching.slice(0, MAX_NAMED_OBJECTS);
      const names = shown.map(({ object }) => nameOf(expectation.kind, object));
      if (matching.length > shown.length) names.push(`${matching.length - shown.length} more`);
      const message = `There should be no ${looks(expectation)}, but there is: ${names.join("; ")}`;
      return { passed: false, message, evidence: shown.map((candidate) => evidenceOf(expectation, candidate, [])) };
    };
  },
};

function looks({ describedBy, fields }: SelectedBy): string {
  return Object.keys(fields).length > 0 ? `${describedBy} that looks like this` : describedBy;
}
