/** Due work that asks for data from outside: a program that reads its token needs the cluster's key. */
import { expect, test } from "vitest";
import { requireSigningKey } from "../../src/cluster/issuer/issuer.ts";
import type { Controller } from "../../src/controllers/controller.ts";
import { self } from "../../src/controllers/controller.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { engineOf, Sandbox } from "./isolates.ts";

/** Writes the id of the cluster's key into each ConfigMap, once. */
const signer: Controller = {
  name: "signer",
  manager: "signer",
  latencyMs: 1,
  watches: [self(configMapKind)],
  reconcile(tx, key) {
    const configMap = tx.getByKey(key) as { data?: Record<string, string> } | undefined;
    if (configMap?.data?.["sign"] === undefined || configMap.data["keyId"] !== undefined) return;
    const { keyId } = requireSigningKey(tx);
    tx.update(configMapKind, configMap as never, (draft) => {
      draft.data = { ...draft.data, keyId };
    });
  },
};

test("due work gets the cluster's key, the same one ever after", async () => {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate({ engine: engineOf([signer]) });
  const path = "/api/v1/namespaces/default/configmaps";
  const keyIds: unknown[] = [];
  for (const name of ["a", "b"]) {
    const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { sign: "yes" } };
    expect((await isolate.request("POST", path, configMap)).status).toBe(201);
    await sandbox.clock.pass(1000);
    const { status, body } = await isolate.request("GET", `${path}/${name}`);
    expect(status).toBe(200);
    keyIds.push((body as unknown as { data: Record<string, string> }).data["keyId"]);
  }
  expect(keyIds[0]).toMatch(/./);
  expect(keyIds[1]).toBe(keyIds[0]);
});
