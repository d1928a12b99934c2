/** Every grading request has a result or a precise error, is reproducible, and never causes a bug. */
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { Meter } from "../../src/cel/metering.ts";
import { compile } from "../../src/platform/grading/cel/program.ts";
import { variablesOf } from "../../src/platform/grading/cel/variables.ts";
import { CheckError, type GradedCluster } from "../../src/platform/grading/check.ts";
import { gradedCluster } from "../../src/platform/grading/evaluate.ts";
import { School, type Student } from "./grading.ts";

let anna: Student;

beforeAll(async () => {
  const school = await School.open();
  anna = await school.cluster();
  await anna.deployment("web", 2);
  await anna.settle();
});

const atom = fc.constantFrom(
  ...[
    "pods",
    "objects",
    "nodes",
    "now",
    "deployments[0]",
    "pods[0].spec",
    "services",
    "secrets",
    "x",
    "1",
    "-2",
    "0.5",
  ],
  ...["'a'", "''", "true", "null", "[]", "{}", "[1, 2]", "{'a': 1}", "duration('1h')", "quantity('1Gi')", "b'a'", "1u"],
  ...["pods[0].metadata.creationTimestamp", "ip('10.0.0.1')", "url('https://a/')", "optional.none()", "type(1)"],
);
const expression = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    atom,
    fc
      .tuple(tie("any"), fc.constantFrom("==", "!=", "<", ">=", "+", "-", "*", "/", "%", "in", "&&", "||"), tie("any"))
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    fc
      .tuple(tie("any"), fc.constantFrom("all", "exists", "exists_one", "map", "filter"), tie("any"))
      .map(([list, macro, body]) => `${list}.${macro}(x, ${body})`),
    fc
      .tuple(tie("any"), fc.constantFrom("all", "exists", "existsOne", "transformList", "transformMap"), tie("any"))
      .map(([list, macro, body]) => `${list}.${macro}(k, x, ${body})`),
    fc
      .tuple(
        tie("any"),
        fc.constantFrom("size()", "sum()", "min()", "distinct()", "sort()", "flatten()", "isSorted()", "reverse()"),
      )
      .map(([list, call]) => `${list}.${call}`),
    fc
      .tuple(
        tie("any"),
        fc.constantFrom("matches", "find", "findAll", "split", "join", "indexOf", "format", "add", "compareTo", "has"),
        tie("any"),
      )
      .map(([target, name, argument]) => `${target}.${name}(${argument})`),
    fc
      .tuple(fc.constantFrom("!", "-", "size", "has", "string", "int", "timestamp", "duration", "dyn"), tie("any"))
      .map(([name, argument]) => `${name}(${argument})`),
    fc
      .tuple(tie("any"), fc.constantFrom(".metadata", ".?name", "[0]", "[?'a']", ".a.b"))
      .map((parts) => parts.join("")),
    fc.tuple(tie("any"), tie("any"), tie("any")).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc.tuple(tie("any"), tie("any")).map(([a, b]) => `cel.bind(x, ${a}, ${b})`),
  ),
})).any;

describe("random expressions", () => {
  test("are answered by a verdict or an error", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(expression, { minLength: 1, maxLength: 20 }), async (expressions) => {
        const { status, body, text } = await anna.check(...expressions.map((cel) => ({ cel })));
        if (status !== 200) throw new Error(`${JSON.stringify(expressions)}: ${text}`);
        for (const { passed, message, error } of body.results) {
          expect(typeof passed).toBe("boolean");
          expect(`${message}${error ?? ""}`).not.toContain("undefined is not");
        }
      }),
      { numRuns: 100 },
    );
  });

  test("have the same cost and result each time", () => {
    fc.assert(
      fc.property(expression, (source) => {
        let program: ReturnType<typeof compile>;
        try {
          program = compile(source);
        } catch (error) {
          expect(error).toBeInstanceOf(CheckError);
          return;
        }
        const once = outcome(program);
        expect(outcome(program)).toEqual(once);
        expect(outcome(compile(source))).toEqual(once);
      }),
      { numRuns: 300 },
    );
  });
});

/** The result and cost of a program over a small cluster of one pod. */
function outcome(program: ReturnType<typeof compile>): { result: string; spent: number } {
  const meter = new Meter(10_000);
  try {
    return { result: String(program.run(variablesOf(ONE_POD), meter)), spent: meter.spent };
  } catch (error) {
    return { result: (error as Error).message, spent: meter.spent };
  }
}

const pod = {
  ...{ apiVersion: "v1", kind: "Pod" },
  metadata: { name: "a", namespace: "default", creationTimestamp: "2026-01-01T00:00:00Z" },
  spec: { containers: [{ name: "c", image: "nginx" }] },
};
const ONE_POD: GradedCluster = gradedCluster({
  nowMs: Date.parse("2026-01-02T00:00:00Z"),
  revision: 1,
  nextDueAtMs: null,
  keys: (resource) => (resource === "core/pods" ? ["core/pods/default/a"] : []),
  getByKey: () => pod as never,
  privateState: () => undefined,
});

describe("random objects", () => {
  test("are answered by a verdict or an error", async () => {
    const field = fc.constantFrom(
      ...["metadata", "spec", "status", "replicas", "template", "containers", "name", "labels", "image", "(length)"],
      ...[
        "containers(length)",
        "status.conditions(length)",
        "namespace",
        "resources",
        "limits",
        "cpu",
        "__proto__",
        "",
      ],
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<unknown>(null, 1, -1, 0.5, "", "web", "1Gi", ">=2", true, [], {}),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(field, tie("value"), { maxKeys: 4 }),
      ),
    }));
    const kind = fc.constantFrom(["apps/v1", "Deployment"], ["v1", "Pod"], ["v1", "Node"], ["v1", "Nope"]);
    const object = fc
      .tuple(kind, fc.dictionary(field, value, { maxKeys: 4 }))
      .map(([[apiVersion, name], fields]) => ({ ...fields, apiVersion, kind: name }));
    await fc.assert(
      fc.asyncProperty(fc.array(object, { minLength: 1, maxLength: 20 }), async (objects) => {
        const checks = objects.flatMap((one) => [{ object: one }, { absent: one }]);
        const { status, text } = await anna.check(...checks);
        if (status !== 200) throw new Error(`${JSON.stringify(objects)}: ${text}`);
      }),
      { numRuns: 150 },
    );
  });
});
