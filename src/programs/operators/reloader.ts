/**
 * Reloader: a workload whose ConfigMap or Secret has other data is rolled out again, if its annotations ask for it.
 * Source: github.com/stakater/Reloader internal/pkg/handler/upgrade.go, pkg/common/reload_source.go
 */
import { sha1 } from "@noble/hashes/legacy.js";
import { bytesOfText } from "../../lib/bytes.ts";
import { toHex } from "../../lib/encoding.ts";
import { isJsonObject, type JsonObject } from "../../lib/json.ts";
import type { ProcessView } from "../../shell/program.ts";
import { objectIn, objectsIn } from "../kubectl/core/parts.ts";
import type { Steps } from "../kubectl/core/session.ts";
import { text } from "../servers/http.ts";
import { isoTime } from "../servers/log.ts";
import { flagOf } from "../servers/server.ts";
import { type Api, controllerProgram } from "./controller-program.ts";
import { recordEvent } from "./events.ts";
import { list, metadataOf, nameOf, namespaceOf } from "./objects.ts";

const PREFIX = "reloader.stakater.com";
const WORKLOADS = ["Deployment", "DaemonSet", "StatefulSet"] as const;

interface SourceType {
  type: "CONFIGMAP" | "SECRET";
  plural: "configmaps" | "secrets";
  /** The name of its informer in the component of events. */
  informer: string;
  /** Fields of a pod that name an object of the type. */
  volume: readonly [field: string, name: string];
  reference: readonly [all: string, key: string];
}

const SOURCES: readonly SourceType[] = [
  {
    ...{ type: "CONFIGMAP", plural: "configmaps", informer: "configMaps" },
    ...{ volume: ["configMap", "name"], reference: ["configMapRef", "configMapKeyRef"] },
  },
  {
    ...{ type: "SECRET", plural: "secrets", informer: "secrets" },
    ...{ volume: ["secret", "secretName"], reference: ["secretRef", "secretKeyRef"] },
  },
];

const line = (process: ProcessView, level: string, message: string) =>
  `time=${JSON.stringify(`${isoTime(process.nowMs).slice(0, 19)}Z`)} level=${level} msg=${JSON.stringify(message)}`;

export const reloader = controllerProgram({
  agent: "reloader",
  line,
  resources: SOURCES.map(({ plural }) => `core/${plural}`),
  server: {
    ports: () => [9090],
    startMs: 500,
    ready: (process) => [
      line(process, "info", "Environment: Kubernetes"),
      line(process, "info", "Starting Reloader"),
      ...SOURCES.map(({ informer }) =>
        line(process, "info", `Starting Controller to watch resource type: ${informer}`),
      ),
    ],
    stop: { ms: 50 },
    memoryBytes: () => 30_000_000,
    http: (_process, { path }) => (/^\/(live|metrics)/.test(path) ? text(200, "") : text(404, "404 page not found\n")),
  },
  *reconcile(api) {
    const { state } = api.process;
    // Written at the end of the run only: a run that waits is repeated from its start.
    const known = isJsonObject(state["known"]) ? state["known"] : undefined;
    const present: JsonObject = {};
    for (const source of SOURCES) {
      for (const item of yield* list(api.client, `${scopeOf(api.process)}/${source.plural}`)) {
        const key = `${source.plural}/${namespaceOf(item)}/${nameOf(item)}`;
        const before = objectIn(known?.[key]);
        const version = String(metadataOf(item)["resourceVersion"] ?? "");
        const hash = before["version"] === version ? String(before["hash"]) : hashOf(item);
        present[key] = { version, hash };
        if (before["hash"] !== undefined && before["hash"] !== hash) yield* reload(api, source, item, hash);
      }
    }
    state["known"] = present;
    return undefined;
  },
});

/** The namespaces that it watches: its own, or all. */
function scopeOf({ env }: ProcessView): string {
  const namespace = env["KUBERNETES_NAMESPACE"];
  return namespace ? `/api/v1/namespaces/${namespace}` : "/api/v1";
}

function hashOf({ data, binaryData, type }: JsonObject): string {
  const isSecret = type !== undefined;
  const pairs = Object.entries({ ...objectIn(data), ...objectIn(binaryData) });
  const lines = pairs.map(([key, value]) => `${key}=${isSecret ? atob(String(value)) : bytesOfText(String(value))}`);
  return toHex(sha1(Uint8Array.from(lines.sort().join(";"), (character) => character.charCodeAt(0))));
}

/** Rolls out all workloads of the namespace that ask for it. */
function* reload(api: Api, source: SourceType, item: JsonObject, hash: string): Steps<void> {
  if (objectIn(metadataOf(item)["annotations"])[`${PREFIX}/ignore`] === "true") return;
  for (const kind of WORKLOADS) {
    const path = `/apis/apps/v1/namespaces/${namespaceOf(item)}/${kind.toLowerCase()}s`;
    for (const found of yield* list(api.client, path)) {
      const workload = { ...found, apiVersion: "apps/v1", kind };
      const wish = wishOf(api.process, workload, source, item);
      const container = wish && containerFor(workload, source, nameOf(item), wish);
      if (!container) continue;
      yield* api.client.json(`${path}/${nameOf(workload)}`, {
        ...{ method: "PATCH", contentType: "application/strategic-merge-patch+json" },
        body: patchOf(api, { source, item, hash, container }),
      });
      yield* tell(api, workload, source, nameOf(item));
    }
  }
}

function* tell(api: Api, workload: JsonObject, { type, informer }: SourceType, source: string): Steps<void> {
  const where = `in namespace '${namespaceOf(workload)}'`;
  const detected = `Changes detected in '${source}' of type '${type}' ${where}`;
  const updated = `'${nameOf(workload)}' of type '${String(workload["kind"])}' ${where}`;
  api.log("info", `${detected}; updated ${updated}`);
  const message = `${detected}, Updated ${updated}`;
  yield* recordEvent(api, workload, { reason: "Reloaded", message, component: `reloader-${informer}` });
}

/** Whether annotations of the workload, or else of its pods, name the object (`named`) or all that its pods use. */
function wishOf(
  { argv }: ProcessView,
  workload: JsonObject,
  { type, plural }: SourceType,
  item: JsonObject,
): "named" | "used" | undefined {
  const own = objectIn(metadataOf(workload)["annotations"]);
  const template = objectIn(objectIn(workload["spec"])["template"]);
  const asks = Object.keys(own).some((name) => name.includes(PREFIX));
  const annotations = asks ? own : objectIn(metadataOf(template)["annotations"]);
  const names = (annotation: string) =>
    String(annotations[annotation] ?? "")
      .split(",")
      .map((name) => name.trim());
  const singular = type.toLowerCase();
  if (names(`${plural}.exclude.${PREFIX}/reload`).includes(nameOf(item))) return undefined;
  if (names(`${singular}.${PREFIX}/reload`).includes(nameOf(item))) return "named";
  const auto = annotations[`${PREFIX}/auto`] ?? annotations[`${singular}.${PREFIX}/auto`];
  if (auto === "true" || (auto !== "false" && flagOf(argv, "auto-reload-all") === "true")) return "used";
  const isMatch = objectIn(metadataOf(item)["annotations"])[`${PREFIX}/match`] === "true";
  return annotations[`${PREFIX}/search`] === "true" && isMatch ? "used" : undefined;
}

/** The container that gets the new variable: the one that uses the object, or the first one. */
function containerFor(
  workload: JsonObject,
  source: SourceType,
  name: string,
  wish: "named" | "used",
): string | undefined {
  const spec = objectIn(objectIn(objectIn(workload["spec"])["template"])["spec"]);
  const containers = objectsIn(spec["containers"]);
  const volumes = objectsIn(spec["volumes"]).filter((volume) => isVolumeOf(volume, source, name));
  const uses = (container: JsonObject) => usesVolume(container, volumes) || refersTo(container, source, name);
  const user = containers.find(uses);
  const isUsed = user !== undefined || objectsIn(spec["initContainers"]).some(uses);
  const [first] = containers;
  const chosen = user ?? (isUsed || wish === "named" ? first : undefined);
  return chosen && String(chosen["name"]);
}

function isVolumeOf(volume: JsonObject, { volume: [field, key] }: SourceType, name: string): boolean {
  const parts = objectsIn(objectIn(volume["projected"])["sources"]);
  return objectIn(volume[field])[key] === name || parts.some((part) => objectIn(part[field])["name"] === name);
}

function usesVolume(container: JsonObject, volumes: readonly JsonObject[]): boolean {
  return objectsIn(container["volumeMounts"]).some((mount) => volumes.some(({ name }) => name === mount["name"]));
}

function refersTo(container: JsonObject, { reference: [all, key] }: SourceType, name: string): boolean {
  const isKey = (variable: JsonObject) => objectIn(objectIn(variable["valueFrom"])[key])["name"] === name;
  return (
    objectsIn(container["env"]).some(isKey) ||
    objectsIn(container["envFrom"]).some((from) => objectIn(from[all])["name"] === name)
  );
}

interface Change {
  source: SourceType;
  item: JsonObject;
  hash: string;
  container: string;
}

/** By the strategy `env-vars` a variable with the hash, by `annotations` an annotation of the pods. */
function patchOf({ process, nowMs }: Api, { source: { type }, item, hash, container }: Change): JsonObject {
  if (flagOf(process.argv, "reload-strategy") === "annotations") {
    const source = {
      ...{ type, name: nameOf(item), namespace: namespaceOf(item), hash, containerRefs: [container] },
      observedAt: Math.floor(nowMs / 1000),
    };
    const annotations = { [`${PREFIX}/last-reloaded-from`]: JSON.stringify(source) };
    return { spec: { template: { metadata: { annotations } } } };
  }
  const words = nameOf(item)
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_");
  const env = [{ name: `STAKATER_${words}_${type}`, value: hash }];
  return { spec: { template: { spec: { containers: [{ name: container, env }] } } } };
}
