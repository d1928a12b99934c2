/** The status of PersistentVolumes, which clients may write too. */
import { expect, it } from "vitest";
import { controllers } from "../../src/controllers/registry.ts";
import { persistentVolumeKind } from "../../src/kinds/core/persistent-volume.ts";
import { TestCluster } from "../support/cluster.ts";

it("keeps a message that a client wrote while the phase stays", () => {
  const world = new TestCluster({ controllers });
  const made = world.create(persistentVolumeKind, {
    metadata: { name: "v" },
    spec: { accessModes: ["ReadWriteOnce"], capacity: { storage: "1Gi" }, hostPath: { path: "/data", type: "" } },
  } as never);
  world.advance(1000);
  const written = { message: "written by a client", reason: "Test" };
  world.updateStatus(persistentVolumeKind, made, (draft) => {
    Object.assign(draft.status, written);
  });
  world.advance(1000);
  expect(world.get(persistentVolumeKind, "v", "")?.status).toMatchObject({ phase: "Available", ...written });
});
