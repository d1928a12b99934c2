import { describe, expect, it } from "vitest";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { resourceClaimKind } from "../../src/kinds/resource/resource-claim.ts";
import { resourceClaimTemplateKind } from "../../src/kinds/resource/resource-claim-template.ts";
import type { Pod } from "../../src/schema/index.ts";
import { pod } from "../support/builders.ts";
import { TestCluster } from "../support/cluster.ts";

function claiming(): Pod {
  const made = pod("p");
  made.spec.resourceClaims = [{ name: "gpu", resourceClaimTemplateName: "one-gpu" }];
  return made;
}

function addTemplate(world: TestCluster): void {
  world.create(resourceClaimTemplateKind, {
    kind: "ResourceClaimTemplate",
    apiVersion: "resource.k8s.io/v1",
    metadata: { name: "one-gpu", namespace: "default" },
    spec: {
      metadata: { labels: { a: "b" } },
      spec: { devices: { requests: [{ name: "r", exactly: { deviceClassName: "gpus" } }] } },
    },
  });
}

const cluster = () => new TestCluster({ controllers: allControllers });

describe("a pod that claims devices by a template", () => {
  it("gets its own claim, waits for the allocation, and deletes the claim with itself", () => {
    const world = cluster();
    addTemplate(world);
    const created = world.create(podKind, claiming());
    world.advance(2000);
    const [claim] = world.list(resourceClaimKind, "default");
    expect(claim?.metadata).toMatchObject({
      labels: { a: "b" },
      annotations: { "resource.kubernetes.io/pod-claim-name": "gpu" },
      ownerReferences: [{ kind: "Pod", name: "p", controller: true }],
    });
    expect(claim?.metadata.name).toMatch(/^p-gpu-[a-z0-9]{5}$/);
    const waiting = world.get(podKind, "p");
    expect(waiting?.status.resourceClaimStatuses).toEqual([{ name: "gpu", resourceClaimName: claim?.metadata.name }]);
    expect(waiting?.status.conditions?.find(({ type }) => type === "PodScheduled")).toMatchObject({
      reason: "Unschedulable",
      message: expect.stringContaining("3 cannot allocate all claims"),
    });

    world.updateStatus(resourceClaimKind, claim!, ({ status }) => {
      status.allocation = { devices: {} };
    });
    world.advance(2000);
    expect(world.get(podKind, "p")?.spec.nodeName).toBeDefined();
    world.delete(podKind, created, { gracePeriodSeconds: 0 });
    world.advance(2000);
    expect(world.list(resourceClaimKind, "default")).toEqual([]);
  });

  it("gets an Event about a missing template, and continues when it is created", () => {
    const world = cluster();
    world.create(podKind, claiming());
    world.advance(2000);
    expect(world.events()).toContainEqual(
      'Warning FailedResourceClaimCreation Pod/p x1: PodResourceClaim gpu: resource claim template "one-gpu": resourceclaimtemplate.resource.k8s.io "one-gpu" not found',
    );
    addTemplate(world);
    world.advance(1000);
    expect(world.list(resourceClaimKind, "default")).toHaveLength(1);
  });
});
