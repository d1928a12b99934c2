/**
 * Changes that a kustomization makes to all its objects.
 * Source: sigs.k8s.io/kustomize api/internal/builtins, api/internal/konfig/builtinpluginconsts
 */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../core/parts.ts";
import { type BuiltResource, builtName, changedAt, kindOf, mapObjects, withMetadata } from "./resource.ts";

export type Transformer = (resource: BuiltResource) => BuiltResource;

/** Kinds without a namespace. */
const CLUSTER_KINDS: ReadonlySet<string> = new Set(
  "APIService CertificateSigningRequest ClusterRole ClusterRoleBinding CSIDriver CSINode CustomResourceDefinition DeviceClass FlowSchema GatewayClass IngressClass IPAddress MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration Namespace Node PersistentVolume PriorityClass PriorityLevelConfiguration RuntimeClass ServiceCIDR StorageClass ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration VolumeAttachment VolumeAttributesClass".split(
    " ",
  ),
);

/** Kinds whose name has no prefix and no suffix. */
const FIXED_NAMES: ReadonlySet<string> = new Set(["APIService", "CustomResourceDefinition", "Namespace"]);

const SELECTORS: Readonly<Record<string, readonly string[]>> = {
  DaemonSet: ["spec", "selector", "matchLabels"],
  Deployment: ["spec", "selector", "matchLabels"],
  ReplicaSet: ["spec", "selector", "matchLabels"],
  ReplicationController: ["spec", "selector"],
  Service: ["spec", "selector"],
  StatefulSet: ["spec", "selector", "matchLabels"],
};
/** Selectors that have new labels only where there are some already. */
const PRESENT_SELECTORS: Readonly<Record<string, readonly string[]>> = {
  Job: ["spec", "selector", "matchLabels"],
  NetworkPolicy: ["spec", "podSelector", "matchLabels"],
  PodDisruptionBudget: ["spec", "selector", "matchLabels"],
};
const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  CronJob: ["spec", "jobTemplate", "spec", "template", "metadata"],
  DaemonSet: ["spec", "template", "metadata"],
  Deployment: ["spec", "template", "metadata"],
  Job: ["spec", "template", "metadata"],
  ReplicaSet: ["spec", "template", "metadata"],
  ReplicationController: ["spec", "template", "metadata"],
  StatefulSet: ["spec", "template", "metadata"],
};

function merging(added: JsonObject) {
  return (value: unknown) => ({ ...(isJsonObject(value) ? value : {}), ...added });
}

export function namespaced(namespace: string): Transformer {
  return (resource) => {
    const kind = kindOf(resource);
    let { object } = resource;
    if (kind === "Namespace") object = withMetadata(object, (metadata) => ({ ...metadata, name: namespace }));
    else if (!CLUSTER_KINDS.has(kind)) object = withMetadata(object, (metadata) => ({ ...metadata, namespace }));
    if (kind.endsWith("RoleBinding") && Array.isArray(object["subjects"])) {
      const subjects = objectsIn(object["subjects"]).map((subject) =>
        subject["kind"] === "ServiceAccount" && subject["name"] === "default" ? { ...subject, namespace } : subject,
      );
      object = { ...object, subjects };
    }
    return { ...resource, object };
  };
}

export function renamed(prefix: string, suffix: string): Transformer {
  return (resource) => {
    if (FIXED_NAMES.has(kindOf(resource))) return resource;
    const name = `${prefix}${builtName(resource)}${suffix}`;
    return { ...resource, object: withMetadata(resource.object, (metadata) => ({ ...metadata, name })) };
  };
}

export interface LabelOptions {
  inSelectors: boolean;
  inTemplates: boolean;
}

export function labelled(labels: JsonObject, { inSelectors, inTemplates }: LabelOptions): Transformer {
  return (resource) => {
    const kind = kindOf(resource);
    let object = changedAt(resource.object, ["metadata", "labels"], merging(labels), { creates: true });
    const template = TEMPLATES[kind];
    if (template && (inSelectors || inTemplates)) {
      object = changedAt(object, [...template, "labels"], merging(labels), { creates: true });
    }
    if (inSelectors) {
      const [selector, present] = [SELECTORS[kind], PRESENT_SELECTORS[kind]];
      if (selector) object = changedAt(object, selector, merging(labels), { creates: true });
      if (present) object = changedAt(object, present, merging(labels));
    }
    return { ...resource, object };
  };
}

export function annotated(annotations: JsonObject): Transformer {
  return (resource) => {
    let object = changedAt(resource.object, ["metadata", "annotations"], merging(annotations), { creates: true });
    const template = TEMPLATES[kindOf(resource)];
    if (template) object = changedAt(object, [...template, "annotations"], merging(annotations), { creates: true });
    return { ...resource, object };
  };
}

/** `images`: name, newName, newTag, digest. */
export function withImages(images: readonly JsonObject[]): Transformer {
  const change = (object: JsonObject, field: string): JsonObject => {
    if (!["containers", "initContainers"].includes(field) || typeof object["image"] !== "string") return object;
    return { ...object, image: images.reduce(imageText, object["image"]) };
  };
  return (resource) => ({ ...resource, object: objectIn(mapObjects(resource.object, change)) });
}

function imageText(image: string, { name, newName, newTag, digest }: JsonObject): string {
  const [, base = image, tag = ""] = /^(.*?)((?::[^/:@]+)?(?:@.*)?)$/.exec(image) ?? [];
  if (base !== name) return image;
  const version = digest ? `@${String(digest)}` : newTag === undefined ? tag : `:${String(newTag)}`;
  return `${String(newName ?? base)}${version}`;
}

/** `replicas`: name and count. */
export function withReplicas(wanted: readonly JsonObject[]): Transformer {
  return (resource) => {
    const entry = wanted.find(({ name }) => name === builtName(resource) || name === resource.originalName);
    const isScaled = ["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"].includes(kindOf(resource));
    if (!entry || !isScaled) return resource;
    const change = () => entry["count"] ?? 1;
    return { ...resource, object: changedAt(resource.object, ["spec", "replicas"], change, { creates: true }) };
  };
}
