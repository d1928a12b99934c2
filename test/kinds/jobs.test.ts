/** Refused Jobs. The messages are from Kubernetes' pkg/apis/batch/validation. */
import { describe, expect, test } from "vitest";
import { cronJobKind } from "../../src/kinds/batch/cron-job.ts";
import { jobKind } from "../../src/kinds/batch/job.ts";
import type { Job } from "../../src/schema/types.ts";
import { create, lines, update } from "./strategies.ts";

const pod = { restartPolicy: "Never", containers: [{ name: "c", image: "i" }] };
const job = (spec: object) => ({ metadata: { name: "j" }, spec: { template: { spec: pod }, ...spec } });
const refusal = (spec: object) => lines(create(jobKind, job(spec), { namespace: "default" }).errors);
const failure = (rule: object) => refusal({ podFailurePolicy: { rules: [rule] } });
const RULE = "spec.podFailurePolicy.rules[0]";
const indexed = { completionMode: "Indexed", completions: 3, parallelism: 1 };

describe("a failure policy", () => {
  test("has no errors about a rule's fields when the rule as a whole is invalid", () => {
    expect(failure({ action: "Count" })).toEqual([
      `${RULE}: Invalid value: specifying one of OnExitCodes and OnPodConditions is required`,
    ]);
  });

  test("needs an action, an operator and values, and lists choices as Go does", () => {
    expect(failure({ onExitCodes: {} })).toEqual([
      `${RULE}.action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]`,
      `${RULE}.onExitCodes.operator: Required value: valid values: ["In" "NotIn"]`,
      `${RULE}.onExitCodes.values: Invalid value: null: at least one value is required`,
    ]);
  });

  test("has values that are ordered and differ", () => {
    expect(
      failure({ action: "Count", onExitCodes: { operator: "In", containerName: "x", values: [3, 0, 3] } }),
    ).toEqual([
      `${RULE}.onExitCodes.containerName: Invalid value: "x": must be one of the container or initContainer names in the pod template`,
      `${RULE}.onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator`,
      `${RULE}.onExitCodes.values[2]: Duplicate value: 3`,
      `${RULE}.onExitCodes.values: Invalid value: [3,0,3]: must be ordered`,
    ]);
  });

  test("validates the status of pod conditions", () => {
    expect(failure({ action: "FailIndex", onPodConditions: [{ type: "A", status: "Perhaps" }] })).toEqual([
      `${RULE}.action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set`,
      `${RULE}.onPodConditions[0].status: Unsupported value: "Perhaps": supported values: "False", "True", "Unknown"`,
    ]);
  });
});

test.each([
  [{ completionMode: "X" }, 'spec.completionMode: Unsupported value: "X": supported values: "NonIndexed", "Indexed"'],
  [
    { maxFailedIndexes: 1, ...indexed },
    "spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified",
  ],
  [{ backoffLimitPerIndex: 1 }, "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"],
  [
    { ...indexed, backoffLimitPerIndex: 1, maxFailedIndexes: 4 },
    "spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions",
  ],
  [{ successPolicy: {} }, 'spec.successPolicy: Invalid value: {"Rules":null}: requires indexed completion mode'],
  [
    { ...indexed, successPolicy: { rules: [{ succeededIndexes: "0,1-2", succeededCount: 4 }] } },
    "spec.successPolicy.rules[0].succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of specified completions)",
  ],
  [
    { ...indexed, successPolicy: { rules: [{ succeededIndexes: "2,1" }] } },
    'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "2,1": error parsing succeededIndexes: non-increasing order, previous: 2, current: 1',
  ],
  [
    { podReplacementPolicy: "X" },
    'spec.podReplacementPolicy: Unsupported value: "X": supported values: "Failed", "TerminatingOrFailed"',
  ],
  [{ managedBy: "me" }, 'spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")'],
])("a Job with %j", (spec, expected) => {
  expect(refusal(spec)).toContain(expected);
});

test("an indexed Job's name must be valid for its pods", () => {
  const long = { ...job(indexed), metadata: { name: "x".repeat(62) } };
  expect(lines(create(jobKind, long, { namespace: "default" }).errors)).toEqual([
    `metadata.name: Invalid value: "${"x".repeat(62)}": will not able to create pod with invalid DNS label: ${"x".repeat(62)}-2`,
  ]);
});

test("a CronJob's Jobs have generated selectors", () => {
  const jobTemplate = { spec: { ...job({}).spec, manualSelector: true, selector: { matchLabels: { a: "b" } } } };
  const cronJob = { metadata: { name: "c" }, spec: { schedule: "* * * * *", jobTemplate } };
  expect(lines(create(cronJobKind, cronJob, { namespace: "default" }).errors)).toEqual([
    'spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated',
    'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
  ]);
});

describe("an update", () => {
  const made = (spec: object) => {
    const object = create(jobKind, job(spec), { namespace: "default" }).object as Job;
    // The test's builder removes the uid from which the selector was generated.
    object.metadata.uid = object.spec.selector?.matchLabels?.["batch.kubernetes.io/controller-uid"];
    return object;
  };

  test("is checked twice as a whole", () => {
    const { errors } = update(jobKind, made({}), (draft) => {
      draft.spec.parallelism = -1;
    });
    const negative = "spec.parallelism: Invalid value: -1: must be greater than or equal to 0";
    expect(lines(errors)).toEqual([negative, negative]);
  });

  // As recorded: a generated selector is validated only for a whole Job, not for a Job's spec alone.
  test("reports once that a selector is not the generated one", () => {
    const { errors } = update(jobKind, made({}), (draft) => {
      draft.spec.selector!.matchLabels!["x"] = "y";
    });
    expect(errors.map(({ field, message }) => `${field}: ${message.split(": ").at(-1)}`)).toEqual([
      "spec.selector: `selector` not auto-generated",
      "spec.template.metadata.labels: `selector` does not match template `labels`",
      "spec.template.metadata.labels: `selector` does not match template `labels`",
      "spec.selector: field is immutable",
    ]);
  });

  test("prints policies in their internal form", () => {
    const { errors } = update(jobKind, made(indexed), (draft) => {
      draft.spec.successPolicy = { rules: [{ succeededCount: 1 }] };
    });
    const value = '{"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}';
    expect(lines(errors)).toEqual([`spec.successPolicy: Invalid value: ${value}: field is immutable`]);
  });

  test("of a suspended Job may change the scheduling and resources of its pods, and no other pod fields", () => {
    const change = (field: "image" | "resources") =>
      update(jobKind, made({ suspend: true }), (draft) => {
        const [container] = draft.spec.template.spec.containers;
        draft.spec.template.spec.nodeSelector = { disk: "ssd" };
        if (field === "image") container!.image = "other";
        else container!.resources = { requests: { cpu: "1" } };
      }).errors.map((error) => error.field);
    expect(change("resources")).toEqual([]);
    expect(change("image")).toEqual(["spec.template"]);
  });
});
