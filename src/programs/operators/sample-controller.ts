/**
 * sample-controller: a Deployment of nginx for each Foo.
 * Source: github.com/kubernetes/sample-controller controller.go
 */
import type { JsonObject } from "../../lib/json.ts";
import { objectIn, objectsIn } from "../kubectl/core/parts.ts";
import type { Steps } from "../kubectl/core/session.ts";
import { klog } from "../servers/log.ts";
import { type Api, controllerProgram } from "./controller-program.ts";
import { recordEvent } from "./events.ts";
import { create, find, list, metadataOf, nameOf, namespaceOf, replace } from "./objects.ts";

const AGENT = "sample-controller";
const GROUP = "/apis/samplecontroller.k8s.io/v1alpha1";

export const sampleController = controllerProgram({
  agent: AGENT,
  line: (process, level, message) => klog(process, "controller.go:182", message, level === "error" ? "E" : "I"),
  resources: ["samplecontroller.k8s.io/foos", "apps/deployments"],
  server: {
    ports: () => [],
    startMs: 300,
    ready: (process) =>
      [
        "Setting up event handlers",
        "Starting Foo controller",
        "Waiting for informer caches to sync",
        "Started workers",
      ].map((line) => klog(process, "controller.go:150", JSON.stringify(line))),
    stopping: (process) => [klog(process, "controller.go:169", '"Shutting down workers"')],
    stop: { ms: 50 },
    memoryBytes: () => 20_000_000,
  },
  *reconcile(api) {
    for (const item of yield* list(api.client, `${GROUP}/foos`)) {
      yield* reconcileFoo(api, { ...item, apiVersion: "samplecontroller.k8s.io/v1alpha1", kind: "Foo" });
    }
    return undefined;
  },
});

function* reconcileFoo(api: Api, foo: JsonObject): Steps<void> {
  const { client } = api;
  const { deploymentName, replicas } = objectIn(foo["spec"]);
  if (metadataOf(foo)["deletionTimestamp"] !== undefined) return;
  if (typeof deploymentName !== "string" || deploymentName === "") {
    api.log("error", '"Unhandled Error" err="Deployment name missing from object reference"');
    return;
  }
  const path = `/apis/apps/v1/namespaces/${namespaceOf(foo)}/deployments`;
  const found = yield* find(client, `${path}/${deploymentName}`);
  if (found && !isControlledBy(found, foo)) return yield* tellConflict(api, foo, deploymentName);
  const isScaled = replicas === undefined || objectIn(found?.["spec"])["replicas"] === replicas;
  if (found && isScaled && isShown(foo, found)) return;
  let deployment = found ?? (yield* create(client, path, deploymentFor(foo)));
  if (found && !isScaled) deployment = yield* replace(client, `${path}/${deploymentName}`, deploymentFor(foo));
  const status = { availableReplicas: availableIn(deployment) };
  const statusPath = `${GROUP}/namespaces/${namespaceOf(foo)}/foos/${nameOf(foo)}/status`;
  if (!isShown(foo, deployment)) yield* replace(client, statusPath, { ...foo, status });
  yield* recordEvent(api, foo, { reason: "Synced", message: "Foo synced successfully", component: AGENT });
}

/** An event for each conflict, and an error of the run, which is tried again. */
function* tellConflict(api: Api, foo: JsonObject, deployment: string): Steps<void> {
  const message = `Resource ${JSON.stringify(deployment)} already exists and is not managed by Foo`;
  const uid = String(metadataOf(foo)["uid"]);
  if (api.process.state["conflict"] === uid) return;
  yield* recordEvent(api, foo, { reason: "ErrResourceExists", message, type: "Warning", component: AGENT });
  api.log("error", `"Error syncing; requeuing for later retry" err=${JSON.stringify(message)}`);
  api.process.state["conflict"] = uid;
}

const availableIn = (deployment: JsonObject) => Number(objectIn(deployment["status"])["availableReplicas"] ?? 0);

const isShown = (foo: JsonObject, deployment: JsonObject) =>
  Number(objectIn(foo["status"])["availableReplicas"] ?? -1) === availableIn(deployment);

function isControlledBy(deployment: JsonObject, foo: JsonObject): boolean {
  const owners = objectsIn(metadataOf(deployment)["ownerReferences"]);
  return owners.some(({ controller, uid }) => controller === true && uid === metadataOf(foo)["uid"]);
}

function deploymentFor(foo: JsonObject): JsonObject {
  const { deploymentName = "", replicas } = objectIn(foo["spec"]);
  const labels = { app: "nginx", controller: nameOf(foo) };
  const owner = {
    ...{ apiVersion: String(foo["apiVersion"]), kind: "Foo", name: nameOf(foo), uid: metadataOf(foo)["uid"] ?? "" },
    ...{ controller: true, blockOwnerDeletion: true },
  };
  return {
    ...{ apiVersion: "apps/v1", kind: "Deployment" },
    metadata: { name: deploymentName, namespace: namespaceOf(foo), ownerReferences: [owner] },
    spec: {
      ...(replicas !== undefined && { replicas }),
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: "nginx", image: "nginx:latest" }] } },
    },
  };
}
