/** The annotation `last-change-trigger-time` through a rolling update, as a real control plane wrote it. */
import { expect, it } from "vitest";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import { parseTime } from "../../src/lib/time.ts";
import type { EndpointSlice, Endpoints, Pod } from "../../src/schema/index.ts";
import { deployment, service } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";

const TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time";

it("tells the earliest change of readiness that the endpoints did not contain, else is absent", () => {
  const world = new TestCluster({ controllers: allControllers, settings: { nodes: [{}, {}, {}] } });
  world.create(serviceKind, service("web"));
  world.create(deploymentKind, deployment("web", { replicas: 2, image: "nginx:1" }));
  world.advance(20_000);
  const rolledAtMs = world.nowMs;
  world.update(deploymentKind, world.get(deploymentKind, "web")!, (draft) => {
    draft.spec.template.spec.containers[0]!.image = "nginx:2";
  });
  world.advance(60_000);
  expect(world.list(podKind, "default")).toHaveLength(2);

  const states = <T>(resource: string) =>
    world.log
      .filter(({ key, timeMs }) => key.startsWith(`${resource}/default/web`) && timeMs >= rolledAtMs)
      .map(({ body }) => JSON.parse(body!) as T);
  const changesMs = new Set<number>();
  for (const { status } of states<Pod>("core/pods")) {
    const changedAt = status.conditions?.find(({ type }) => type === "Ready")?.lastTransitionTime;
    if (changedAt && parseTime(changedAt) >= rolledAtMs) changesMs.add(parseTime(changedAt));
  }

  // A slice loses a pod when the pod's final status, with the change of its readiness, is seen.
  const slices = states<EndpointSlice>("discovery.k8s.io/endpointslices");
  let left = 0;
  slices.forEach(({ metadata, endpoints }, index) => {
    const before = slices[index - 1]?.endpoints ?? [];
    if ((endpoints ?? []).length >= before.length) return;
    left++;
    expect(changesMs).toContain(parseTime(metadata.annotations?.[TRIGGER] ?? ""));
  });
  expect(left).toBe(2);

  // Endpoints lose a pod when its deletion begins, which is no change of readiness.
  const all = states<Endpoints>("core/endpoints");
  const sizeOf = ({ subsets }: Endpoints) => (subsets ?? []).flatMap(({ addresses }) => addresses ?? []).length;
  const shrunk = all.filter((endpoints, index) => index > 0 && sizeOf(endpoints) < sizeOf(all[index - 1]!));
  expect(shrunk).toHaveLength(2);
  for (const { metadata } of shrunk) expect(metadata.annotations?.[TRIGGER]).toBeUndefined();
});
