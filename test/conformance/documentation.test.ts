/**
 * Manifests of Kubernetes' documentation: each reaches the state that its page shows. Only what decides about the state is
 * kept of a manifest.
 * Kubernetes: website, content/en/examples
 */
import { beforeAll, describe, expect, it } from "vitest";
import { ConformanceCluster, conditionOf, containerStatus, type Json } from "./cluster.ts";
import { PODS, PROBES } from "./documentation/basic.ts";
import { IMAGES } from "./documentation/images.ts";
import type { State } from "./documentation/page.ts";
import { DEBUGGING, RESOURCES, SECURITY, STORAGE } from "./documentation/special.ts";

const MINUTE_MS = 60_000;

const isState: Readonly<Record<State, (pod: Json) => boolean>> = {
  Ready: (pod) => conditionOf(pod, "Ready") === "True",
  Running: ({ status }) => status.phase === "Running",
  Succeeded: ({ status }) => status.phase === "Succeeded",
  Failed: ({ status }) => status.phase === "Failed",
  Pending: ({ status }) => status.phase === "Pending",
  Restarts: (pod) => containerStatus(pod)?.restartCount > 0,
  OOMKilled: (pod) => containerStatus(pod)?.lastState?.terminated?.reason === "OOMKilled",
  CrashLoopBackOff: (pod) => containerStatus(pod)?.state?.waiting?.reason === "CrashLoopBackOff",
};

describe("manifests of the documentation", () => {
  let cluster: ConformanceCluster;
  beforeAll(async () => {
    cluster = await ConformanceCluster.create();
  });
  const pages = [...PODS, ...PROBES, ...RESOURCES, ...SECURITY, ...STORAGE, ...DEBUGGING, ...IMAGES];

  it.each(pages.map((page) => [page.file, page] as const))("%s", async (_file, page) => {
    await cluster.newNamespace();
    for (const object of page.objects ?? []) await cluster.create(object);
    const containers = Array.isArray(page.pod) ? page.pod : [{ name: "c", ...page.pod }];
    const made = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p", ...page.metadata },
      spec: { ...page.spec, containers },
    };
    await cluster.create(made);
    if (page.state === "Pending") await cluster.pass(MINUTE_MS);
    await cluster.eventually(
      async () => isState[page.state](await cluster.get(made)),
      5 * MINUTE_MS,
      async () => [
        (await cluster.get(made)).status.containerStatuses,
        await cluster.log("p", containers[0].name).catch(String),
      ],
    );
    // A state that a page shows is no passing one.
    if (page.state === "Ready") {
      await cluster.pass(5 * MINUTE_MS);
      const after = await cluster.get(made);
      expect(isState.Ready(after)).toBe(true);
      for (const { restartCount } of after.status.containerStatuses) expect(restartCount).toBe(0);
    }
    const log = page.log === undefined ? "" : await cluster.log("p", containers[0].name);
    if (typeof page.log === "string") expect(log).toBe(page.log);
    else if (page.log) expect(log).toMatch(page.log);
  });
});
