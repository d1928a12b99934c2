/** Follows ARCHITECTURE.md's "How to add a controller" in a scratch copy: one file and one line of the registry. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Scratch } from "./scratch.ts";

/** Writes the number of a namespace's pods into its ConfigMap `pod-count`, and restores it. */
const CONTROLLER = `
import { configMapKind } from "../kinds/core/config-map.ts";
import { namespaceKind } from "../kinds/core/namespace.ts";
import { podKind } from "../kinds/core/pod.ts";
import { objectKey, parseKey, resourceId } from "../kinds/kind.ts";
import { type Controller, self } from "./controller.ts";
import { ofNamespace } from "./lib/namespaces.ts";

const NAME = "pod-count";

export const podCountController: Controller = {
  name: "pod-count-controller",
  manager: "kube-controller-manager",
  watches: [
    self(namespaceKind),
    ofNamespace(configMapKind, NAME),
    {
      resource: resourceId(podKind),
      map: ({ before, after }) => [objectKey(namespaceKind, "", (after ?? before)?.metadata.namespace ?? "")],
    },
  ],

  reconcile(tx, key) {
    const namespace = parseKey(key).name;
    if (!tx.get(namespaceKind, "", namespace)) return;
    const data = { pods: String(tx.list(podKind, namespace).length) };
    const present = tx.get(configMapKind, namespace, NAME);
    if (!present) {
      const metadata = { name: NAME, namespace };
      tx.create(configMapKind, { apiVersion: "v1", kind: "ConfigMap", metadata, data });
      return;
    }
    if (present.data?.pods === data.pods) return;
    tx.update(configMapKind, present, (draft) => {
      draft.data = data;
    });
  },
};
`;

const REQUESTS = `
import { School } from "./http/grading.ts";

const school = await School.open();
const anna = await school.cluster();
const path = "/api/v1/namespaces/default/configmaps/pod-count";
const read = async () => {
  await anna.settle();
  return (await anna.kubernetes(path)).body.data.pods;
};
await anna.kubernetes("/api/v1/namespaces", { method: "POST", body: { metadata: { name: "other" } } });
await anna.deployment("web", 3);
const counted = await read();
const body = { data: { pods: "none" } };
const headers = { "content-type": "application/merge-patch+json" };
await anna.kubernetes(path, { method: "PATCH", body, headers });
const repaired = await read();
const other = (await anna.kubernetes("/api/v1/namespaces/other/configmaps/pod-count")).body;
console.log(JSON.stringify({ counted, repaired, other }));
`;

let scratch: Scratch;

beforeAll(async () => {
  scratch = await Scratch.create("test/http/grading.ts", "test/http/sandbar.ts", "test/runtime");
});
afterAll(() => scratch?.remove());

test("a controller is one file and one line: it is woken, writes, and repairs", async () => {
  await scratch.write("src/controllers/pod-count.ts", CONTROLLER);
  await scratch.register({
    registry: "src/controllers/registry.ts",
    list: "controllers",
    name: "podCountController",
    from: "./pod-count.ts",
  });

  const answers = await scratch.run(REQUESTS);

  expect(answers).toMatchObject({ counted: "3", repaired: "3", other: { data: { pods: "0" } } });
});
