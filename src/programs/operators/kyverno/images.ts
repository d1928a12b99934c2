/**
 * The images of a resource, as the variable `images` shows them.
 * Source: github.com/kyverno/kyverno pkg/utils/image/infos.go, pkg/utils/api/image.go
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";

export interface ImageInfo {
  registry: string;
  path: string;
  name: string;
  tag: string;
  digest: string;
  reference: string;
  referenceWithTag: string;
}

const DEFAULT_REGISTRY = "docker.io";

/** The parts of a reference. The default registry and the tag `latest` are added. */
export function imageInfo(image: string): ImageInfo {
  const slash = image.indexOf("/");
  const first = slash < 0 ? "" : image.slice(0, slash);
  const isRegistry = /[.:A-Z]/.test(first) || first === "localhost";
  const registry = isRegistry ? first : DEFAULT_REGISTRY;
  const [named = "", digest = ""] = (isRegistry ? image.slice(slash + 1) : image).split("@");
  const [, path = named, given = ""] = /^(.*?)(?::([^:/]*))?$/.exec(named) ?? [];
  const tag = given || (digest === "" ? "latest" : "");
  const whole = `${registry}/${path}`;
  return {
    ...{ registry, path, name: path.slice(path.lastIndexOf("/") + 1), tag, digest },
    reference: digest === "" ? `${whole}:${tag}` : `${whole}@${digest}`,
    referenceWithTag: `${whole}:${tag}`,
  };
}

const LISTS = ["initContainers", "containers", "ephemeralContainers"];

/** Where the pod's specification is, by kind. */
const POD_SPECS: Readonly<Record<string, readonly string[]>> = {
  Pod: ["spec"],
  CronJob: ["spec", "jobTemplate", "spec", "template", "spec"],
  ...Object.fromEntries(
    ["Deployment", "DaemonSet", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"].map((kind) => [
      kind,
      ["spec", "template", "spec"],
    ]),
  ),
};

/** By list and name of the container. */
export function imagesOf(resource: JsonObject): JsonObject {
  const path = POD_SPECS[String(resource["kind"])];
  if (!path) return {};
  const spec = path.reduce((part: JsonObject, key) => objectIn(part[key]), resource);
  const images: JsonObject = {};
  for (const list of LISTS) {
    const found: JsonObject = {};
    for (const [i, { name, image }] of objectsIn(spec[list]).entries()) {
      if (typeof image !== "string" || image.trim() === "") continue;
      const jsonPointer = `/${[...path, list, i, "image"].join("/")}`;
      found[String(name)] = { ...withoutEmpty(imageInfo(image)), jsonPointer };
    }
    if (Object.keys(found).length > 0) images[list] = found;
  }
  return images;
}

function withoutEmpty(info: ImageInfo): JsonObject {
  return Object.fromEntries(Object.entries(info).filter(([, value]: [string, JsonValue]) => value !== ""));
}
