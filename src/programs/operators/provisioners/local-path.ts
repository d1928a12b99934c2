/**
 * local-path-provisioner: a folder of a node for each claim. Pods on that node make and remove the folders.
 * Source: github.com/rancher/local-path-provisioner provisioner.go
 */
import { parse } from "yaml";
import { FileError } from "../../../files/errors.ts";
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { quantityValue } from "../../../lib/quantity.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { text } from "../../servers/http.ts";
import { isoTime } from "../../servers/log.ts";
import { flagOf } from "../../servers/server.ts";
import { type Api, controllerProgram } from "../controller-program.ts";
import { create, find, metadataOf, nameOf, namespaceOf } from "../objects.ts";
import { PROVISIONER_RESOURCES, type Provisioner, provision, type Storage, type VolumeRequest } from "./claims.ts";

const NODE = "local.path.provisioner/selected-node";
const OTHER_NODES = "DEFAULT_PATH_FOR_NON_LISTED_NODES";
const MAX_NAME = 128;
/** A look at the pod that makes or removes a folder. */
const LOOK_MS = 1000;

const line = (process: ProcessView, level: string, message: string) =>
  `time=${JSON.stringify(`${isoTime(process.nowMs).slice(0, 19)}Z`)} level=${level} msg=${JSON.stringify(message)}`;

export const localPathProvisioner = controllerProgram({
  agent: "local-path-provisioner",
  line,
  resources: PROVISIONER_RESOURCES,
  server: {
    ports: ({ env }) => [Number(env["HEALTH_PORT"] ?? 8080)],
    startMs: 400,
    ready: (process) => [
      line(process, "info", "Health server started on :8080"),
      line(process, "info", "Applied config: "),
      line(process, "info", "Provisioner started"),
    ],
    stop: { ms: 50 },
    memoryBytes: () => 15_000_000,
    http: (_process, { path }) =>
      /^\/(health|ready)$/.test(path) ? text(200, "ok") : text(404, "404 page not found\n"),
  },
  *reconcile(api) {
    return yield* provision(api, localPath(api));
  },
});

function localPath(api: Api): Provisioner {
  const { argv, env } = api.process;
  return {
    name: flagOf(argv, "provisioner-name") ?? env["PROVISIONER_NAME"] ?? "rancher.io/local-path",
    *make(request) {
      const problem = problemOf(request);
      if (problem) return { type: "refused", message: problem };
      const path = pathOf(api, request);
      if (path === undefined)
        return {
          type: "refused",
          message: `config doesn't contain node ${request.node}, and no ${OTHER_NODES} available`,
        };
      const sizeBytes = sizeOf(objectIn(objectIn(request.claim["spec"])["resources"]));
      const isDone = yield* runHelper(api, {
        action: "create",
        name: request.volumeName,
        path,
        sizeBytes,
        node: request.node ?? "",
      });
      return isDone ? yield* volumeOf(api, request, path) : { type: "pending", retryAtMs: api.nowMs + LOOK_MS };
    },
    *remove(volume) {
      const { hostPath, local, capacity } = objectIn(volume["spec"]);
      const path = String(objectIn(hostPath)["path"] ?? objectIn(local)["path"] ?? "");
      const node = String(objectIn(metadataOf(volume)["annotations"])[NODE] ?? "");
      if (!(yield* find(api.client, `/api/v1/nodes/${node}`))) return undefined;
      const sizeBytes = sizeOf({ requests: capacity ?? {} });
      const isDone = yield* runHelper(api, { action: "delete", name: nameOf(volume), path, sizeBytes, node });
      return isDone ? undefined : api.nowMs + LOOK_MS;
    },
  };
}

function problemOf({ claim, node }: VolumeRequest): string | undefined {
  const { selector, accessModes } = objectIn(claim["spec"]);
  if (selector !== undefined) return "claim.Spec.Selector is not supported";
  const modes = Array.isArray(accessModes) ? accessModes : [];
  if (modes.some((mode) => mode !== "ReadWriteOnce" && mode !== "ReadWriteOncePod"))
    return "NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes";
  return node === undefined ? "configuration error, no node was specified" : undefined;
}

function sizeOf(resources: JsonObject): number {
  return quantityValue(String(objectIn(resources["requests"])["storage"] ?? "0"));
}

/** A file of the configuration, which is mounted. */
function configFile({ process }: Api, name: string): string {
  const { argv, env, files } = process;
  const folder = (env["CONFIG_MOUNT_PATH"] ?? "/etc/config").replace(/\/$/, "");
  const path = name === "config.json" ? (flagOf(argv, "config") ?? `${folder}/${name}`) : `${folder}/${name}`;
  try {
    return files.read(path);
  } catch (error) {
    if (error instanceof FileError) return "";
    throw error;
  }
}

/** The folder on the node: the first path of the node's entry, or of the entry for all other nodes. */
function pathOf(api: Api, { claim, volumeName, node = "", storageClass }: VolumeRequest): string | undefined {
  const config: unknown = parse(configFile(api, "config.json") || "{}");
  const entries = isJsonObject(config as JsonObject) ? objectsIn((config as JsonObject)["nodePathMap"]) : [];
  const entry = entries.find((each) => each["node"] === node) ?? entries.find((each) => each["node"] === OTHER_NODES);
  const paths = Array.isArray(entry?.["paths"]) ? entry["paths"].map(String) : [];
  const wanted = objectIn(storageClass["parameters"])["nodePath"];
  const base = paths.find((path) => path === wanted) ?? paths[0];
  return base === undefined ? undefined : `${base}/${[volumeName, namespaceOf(claim), nameOf(claim)].join("_")}`;
}

function* volumeOf({ client }: Api, { claim, storageClass, node = "" }: VolumeRequest, path: string): Steps<Storage> {
  const byClass = objectIn(metadataOf(storageClass)["annotations"])["defaultVolumeType"];
  const type = objectIn(metadataOf(claim)["annotations"])["volumeType"] ?? byClass ?? "hostPath";
  const labels = objectIn(metadataOf(yield* find(client, `/api/v1/nodes/${node}`))["labels"]);
  const key = "kubernetes.io/hostname";
  const affinity = { key, operator: "In", values: [labels[key] ?? node] };
  return {
    type: "made",
    annotations: { [NODE]: node },
    spec: {
      ...(type === "local" ? { local: { path } } : { hostPath: { path, type: "DirectoryOrCreate" } }),
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [affinity] }] } },
    },
  };
}

interface Folder {
  action: "create" | "delete";
  name: string;
  path: string;
  sizeBytes: number;
  node: string;
}

/** Lets a pod on the node run the script of the action. True once it has succeeded. */
function* runHelper(api: Api, folder: Folder): Steps<boolean> {
  const { client, namespace } = api;
  const parsed: unknown = parse(configFile(api, "helperPod.yaml") || "{}");
  const template = isJsonObject(parsed as JsonObject) ? (parsed as JsonObject) : {};
  const name = `${nameOf(template) || "helper-pod"}-${folder.action}-${folder.name}`.slice(0, MAX_NAME);
  const pods = `/api/v1/namespaces/${namespace}/pods`;
  const found = yield* find(client, `${pods}/${name}`);
  if (!found) {
    api.log("info", `create the helper pod ${name} into ${namespace}`);
    yield* create(client, pods, helperPod(api, template, name, folder));
    return false;
  }
  if (objectIn(found["status"])["phase"] !== "Succeeded") return false;
  if (metadataOf(found)["deletionTimestamp"] === undefined) yield* client.json(`${pods}/${name}`, { method: "DELETE" });
  api.log("info", `Volume ${folder.name} has been ${folder.action}d on ${folder.node}:${folder.path}`);
  return true;
}

function helperPod({ process, namespace }: Api, template: JsonObject, name: string, folder: Folder): JsonObject {
  const { action, path, sizeBytes, node } = folder;
  const spec = objectIn(template["spec"]);
  const [container = {}] = objectsIn(spec["containers"]);
  const parent = path.slice(0, path.lastIndexOf("/") + 1);
  const variables = { VOL_DIR: path, VOL_MODE: "Filesystem", VOL_SIZE_BYTES: String(sizeBytes) };
  const script = action === "create" ? "setup" : "teardown";
  const items = ["setup", "teardown"].map((key) => ({ key, path: key }));
  return {
    ...{ apiVersion: "v1", kind: "Pod" },
    metadata: { name, namespace, labels: metadataOf(template)["labels"] ?? {} },
    spec: {
      ...spec,
      ...{ nodeName: node, restartPolicy: "Never" },
      serviceAccountName:
        flagOf(process.argv, "service-account-name") ??
        process.env["SERVICE_ACCOUNT_NAME"] ??
        "local-path-provisioner-service-account",
      containers: [
        {
          ...{ name: "helper-pod", image: "busybox", ...container },
          ...{ command: ["/bin/sh", `/script/${script}`] },
          args: ["-p", path, "-s", String(sizeBytes), "-m", "Filesystem", "-a", action],
          env: Object.entries(variables).map(([variable, value]) => ({ name: variable, value })),
          volumeMounts: [
            { name: "script", mountPath: "/script" },
            { name: "data", mountPath: parent },
          ],
        },
      ],
      volumes: [
        { name: "data", hostPath: { path: parent, type: "DirectoryOrCreate" } },
        {
          name: "script",
          configMap: { name: flagOf(process.argv, "configmap-name") ?? "local-path-config", items },
        },
      ],
    },
  };
}
