/** Follows ARCHITECTURE.md's "How to add a check" in a scratch copy: one file and one line of the registry. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Scratch } from "./scratch.ts";

/** Passes when the cluster has enough pods. */
const CHECK = `
import { z } from "@hono/zod-openapi";
import type { CheckKind } from "../check.ts";

export const atLeastCheck: CheckKind = {
  field: "atLeast",
  description: "Passes when the cluster has at least so many pods.",
  schema: z.number().int().min(1).openapi({ example: 3 }),
  describe: (value) => \`at least \${value} pods\`,
  prepare(value) {
    return (cluster) => {
      const found = cluster.keys("core/pods").length;
      return { passed: found >= Number(value), message: \`There are \${found} pods\`, evidence: [] };
    };
  },
};
`;

const REQUESTS = `
import { School } from "./http/grading.ts";

const school = await School.open();
const anna = await school.cluster();
await anna.deployment("web", 3);
await anna.settle();
const { body: document } = await school.sandbar.call("/v1/openapi.json");
const { Check, AtLeastCheck } = document.components.schemas;
console.log(JSON.stringify({
  passed: (await anna.check({ atLeast: 3 })).body.results,
  refused: await anna.check({ atLeast: "three" }),
  both: await anna.check({ atLeast: 3, cel: "true" }),
  misspelt: await anna.check({ atLest: 3 }),
  oneOf: Check.oneOf,
  schema: AtLeastCheck,
}));
`;

let scratch: Scratch;

beforeAll(async () => {
  scratch = await Scratch.create("test/http/grading.ts", "test/http/sandbar.ts", "test/runtime");
});
afterAll(() => scratch?.remove());

test("a check is one file and one line: requests, refusals and the document follow", async () => {
  await scratch.write("src/platform/grading/checks/at-least.ts", CHECK);
  await scratch.register({
    registry: "src/platform/grading/checks/registry.ts",
    list: "checkKinds",
    name: "atLeastCheck",
    from: "./at-least.ts",
  });

  const answers = await scratch.run(REQUESTS);

  expect(answers).toMatchObject({
    passed: [{ name: "at least 3 pods", passed: true }],
    refused: { status: 422, body: { errors: [{ location: "body.checks[0].atLeast" }] } },
    both: { status: 422, body: { errors: [{ message: "a check has exactly one of object, absent, cel, atLeast" }] } },
    misspelt: {
      status: 422,
      body: {
        errors: [
          { location: "body.checks[0].atLest", message: "there is no such field; did you mean atLeast?" },
          { location: "body.checks[0]" },
        ],
      },
    },
    oneOf: expect.arrayContaining([{ $ref: "#/components/schemas/AtLeastCheck" }]),
    schema: { required: ["atLeast"], properties: { atLeast: { type: "integer", example: 3 } } },
  });
});
