/** Cases of one form: a pod runs to its end, and its log shows what the test expects. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConformanceCluster, type Json } from "./cluster.ts";

export interface OutputCase {
  /** The name of the conformance test, without the tags at its end. */
  title: string;
  /** Created before the pod. */
  objects?: (namespace: string) => readonly Json[];
  pod: (namespace: string) => Json;
  phase?: "Succeeded" | "Failed";
  /** Expected in the log: a part of it, or a pattern; or a function of the pod that gives them. */
  output: Expected | ((pod: Json) => Expected);
  /** By container. */
  outputs?: Readonly<Record<string, Expected>>;
}

type Expected = readonly (string | RegExp)[];

const POD_START_MS = 5 * 60_000;

export function outputCases(sig: string, cases: readonly OutputCase[]): void {
  describe(sig, () => {
    let cluster: ConformanceCluster;
    beforeAll(async () => {
      cluster = await ConformanceCluster.create();
    });
    afterAll(() => {});

    it.each(cases.map((one) => [one.title, one] as const))("%s", async (_title, one) => {
      const namespace = await cluster.newNamespace();
      for (const object of one.objects?.(namespace) ?? []) await cluster.create(object);
      const pod = await cluster.create(one.pod(namespace));
      const ended = await cluster.phase(pod, one.phase ?? "Succeeded", POD_START_MS);
      const output = typeof one.output === "function" ? one.output(ended) : one.output;
      await expectOutput(cluster, pod, ended.spec.containers[0].name, output);
      for (const [container, expected] of Object.entries(one.outputs ?? {})) {
        await expectOutput(cluster, pod, container, expected);
      }
    });
  });
}

async function expectOutput(cluster: ConformanceCluster, pod: Json, container: string, expected: Expected) {
  const log = await cluster.log(pod.metadata.name, container);
  for (const part of expected) {
    if (typeof part === "string") expect(log).toContain(part);
    else expect(log).toMatch(part);
  }
}
