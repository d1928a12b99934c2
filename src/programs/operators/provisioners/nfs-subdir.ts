/**
 * nfs-subdir-external-provisioner: a folder of an NFS server for each claim.
 * Source: github.com/kubernetes-sigs/nfs-subdir-external-provisioner cmd/…/provisioner.go
 */
import { FileError } from "../../../files/errors.ts";
import type { FileSystem } from "../../../files/file-system.ts";
import type { JsonObject } from "../../../lib/json.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import { text } from "../../servers/http.ts";
import { klog } from "../../servers/log.ts";
import { type Api, controllerProgram } from "../controller-program.ts";
import { find, metadataOf, nameOf, namespaceOf } from "../objects.ts";
import { PROVISIONER_RESOURCES, type Provisioner, provision, type VolumeRequest } from "./claims.ts";

const MOUNT = "/persistentvolumes";
const NEEDED = ["NFS_SERVER", "NFS_PATH", "PROVISIONER_NAME"];

export const nfsSubdirProvisioner = controllerProgram({
  agent: "nfs-subdir-external-provisioner",
  line: (process, level, message) => klog(process, "controller.go:848", message, level === "error" ? "E" : "I"),
  resources: PROVISIONER_RESOURCES,
  server: {
    ports: () => [],
    startMs: 500,
    refuse(process) {
      const missing = NEEDED.find((name) => !process.env[name]);
      return missing === undefined
        ? undefined
        : { lines: [klog(process, "provisioner.go:185", `${missing} not set`, "F")], status: 255 };
    },
    ready: (process) => [
      klog(process, "controller.go:821", `Starting provisioner controller ${process.env["PROVISIONER_NAME"]}!`),
      klog(process, "controller.go:870", `Started provisioner controller ${process.env["PROVISIONER_NAME"]}!`),
    ],
    stop: { ms: 50 },
    memoryBytes: () => 15_000_000,
    http: () => text(404, "404 page not found\n"),
  },
  *reconcile(api) {
    return yield* provision(api, nfsProvisioner(api));
  },
});

function nfsProvisioner({ client, process }: Api): Provisioner {
  const { env } = process;
  const root = env["NFS_PATH"] ?? "";
  return {
    name: env["PROVISIONER_NAME"] ?? "",
    // biome-ignore lint/correctness/useYield: other provisioners ask the API
    *make(request) {
      if (objectIn(request.claim["spec"])["selector"] !== undefined)
        return { type: "refused", message: "claim Selector is not supported" };
      const folder = folderOf(request);
      const problem = makeFolder(process.files, `${MOUNT}/${folder}`);
      if (problem) return { type: "refused", message: `unable to create directory to provision new pv: ${problem}` };
      return { type: "made", spec: { nfs: { server: env["NFS_SERVER"] ?? "", path: `${root}/${folder}` } } };
    },
    *remove(volume) {
      const { nfs, storageClassName } = objectIn(volume["spec"]);
      const folder = String(objectIn(nfs)["path"] ?? "").replace(root, MOUNT);
      const path = `/apis/storage.k8s.io/v1/storageclasses/${String(storageClassName)}`;
      const { onDelete, archiveOnDelete } = objectIn((yield* find(client, path))?.["parameters"]);
      if (onDelete === "retain" || process.files.find(folder)?.type !== "directory") return undefined;
      if (onDelete === "delete" || archiveOnDelete === "false") process.files.removeDirectory(folder);
      else process.files.rename(folder, `${MOUNT}/archived-${folder.slice(folder.lastIndexOf("/") + 1)}`);
      return undefined;
    },
  };
}

/** `<namespace>-<claim>-<volume>`, or the class's `pathPattern` with the claim's values. */
function folderOf({ claim, storageClass, volumeName }: VolumeRequest): string {
  const pattern = objectIn(storageClass["parameters"])["pathPattern"];
  const { labels, annotations } = metadataOf(claim);
  const values: JsonObject = { name: nameOf(claim), namespace: namespaceOf(claim) };
  const filled = (typeof pattern === "string" ? pattern : "").replace(
    /\$\{\.PVC\.(?:(labels|annotations)\.)?([^}]+)\}/g,
    (_all, field: string | undefined, name: string) =>
      String((field ? objectIn(field === "labels" ? labels : annotations) : values)[name] ?? ""),
  );
  return filled || `${namespaceOf(claim)}-${nameOf(claim)}-${volumeName}`;
}

/** Makes a folder with mode 777 and its parents. The error, if one of them cannot be made. */
function makeFolder(files: FileSystem, path: string): string | undefined {
  try {
    const names = path.slice(MOUNT.length + 1).split("/");
    for (let i = 1; i <= names.length; i++) {
      const folder = `${MOUNT}/${names.slice(0, i).join("/")}`;
      if (!files.find(folder)) files.makeDirectory(folder, 0o777);
    }
    files.setMode(path, 0o777);
    return undefined;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return `mkdir ${path}: ${error.message.toLowerCase()}`;
  }
}
