/** Tests that are sequences of requests, each in a namespace of its own of one cluster. */
import { beforeAll, describe, it } from "vitest";
import { ConformanceCluster } from "./cluster.ts";

export type Stories = Readonly<Record<string, (cluster: ConformanceCluster) => Promise<void>>>;

/** The keys are names of conformance tests, without the tags at their ends. */
export function stories(sig: string, all: Stories): void {
  describe(sig, () => {
    let cluster: ConformanceCluster;
    beforeAll(async () => {
      cluster = await ConformanceCluster.create();
    });

    it.each(Object.entries(all))("%s", async (_title, story) => {
      await cluster.newNamespace();
      await story(cluster);
    });
  });
}
