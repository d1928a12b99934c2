/**
 * The base of a fresh cluster: the objects that a control plane creates by itself (as recorded), Ready nodes, and the
 * usual pods of kube-system. A pure function of the requested nodes; see ../base-template.ts.
 */

import type { ObjectKey } from "../../kinds/kind.ts";
import { assert } from "../../lib/assert.ts";
import { BoundedCache } from "../../lib/bounded-cache.ts";
import { digestOf } from "../../lib/hash.ts";
import { MAX_CACHED_BASES } from "../../lib/limits.ts";
import type { BaseTemplate } from "../base-template.ts";
import type { ClusterSettings } from "../settings.ts";
import { coreDns } from "./core-dns.ts";
import bootstrap from "./generated/bootstrap.json" with { type: "json" };
import { kubeProxy } from "./kube-proxy.ts";
import { baseNodes, nodeObjects } from "./nodes.ts";
import { type BaseObject, CREATED_MICRO, metadata } from "./objects.ts";
import { PLURALS } from "./plurals.ts";
import { staticPods } from "./static-pods.ts";
import { storageClasses } from "./storage-classes.ts";

const templates = new BoundedCache<string, BaseTemplate>(MAX_CACHED_BASES);

/** The base for these nodes; three nodes by default. Equal settings give the same template. */
export function buildBase(settings: Pick<ClusterSettings, "nodes">): BaseTemplate {
  return templates.getOrCompute(JSON.stringify(settings.nodes), () => templateOf(baseObjects(settings)));
}

/** One text for the store: a line `[key, body]` per object. */
export function serializeBase(template: BaseTemplate): string {
  return template.objects.map(({ key, body }) => JSON.stringify([key, body])).join("\n");
}

/** The inverse of `serializeBase`. Throws SyntaxError on anything else. */
export function parseBase(text: string): BaseTemplate {
  const objects = text.split("\n").map((line) => {
    const [key, body] = JSON.parse(line) as [ObjectKey, string];
    return { key, body };
  });
  return { id: idOf(objects), objects };
}

function baseObjects(settings: Pick<ClusterSettings, "nodes">): BaseObject[] {
  const nodes = baseNodes(settings);
  return [
    ...(bootstrap as unknown as BaseObject[]),
    ...["default", "kube-node-lease", "kube-public"].flatMap(namespaceDefaults),
    ...nodes.flatMap((node, index) => nodeObjects(node, settings.nodes[index] ?? {})),
    ...["kube-controller-manager", "kube-scheduler"].map((name) => leaderLease(name, nodes[0]!.name)),
    ...storageClasses,
    ...staticPods(nodes[0]!),
    ...kubeProxy(nodes),
    ...coreDns(nodes),
  ];
}

/** The objects that controllers create in every namespace; kube-system's were recorded. */
function namespaceDefaults(namespace: string): BaseObject[] {
  return [
    { kind: "ServiceAccount", apiVersion: "v1", metadata: metadata("default", namespace) },
    {
      kind: "ConfigMap",
      apiVersion: "v1",
      metadata: metadata("kube-root-ca.crt", namespace, {
        annotations: {
          "kubernetes.io/description":
            "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
        },
      }),
      data: { "ca.crt": "<ca>" },
    },
  ];
}

function leaderLease(name: string, node: string): BaseObject {
  return {
    kind: "Lease",
    apiVersion: "coordination.k8s.io/v1",
    metadata: metadata(name, "kube-system"),
    spec: {
      holderIdentity: `${node}_${digestOf(`${name}/${node}`).slice(0, 8)}`,
      leaseDurationSeconds: 15,
      acquireTime: CREATED_MICRO,
      renewTime: CREATED_MICRO,
      leaseTransitions: 0,
    },
  };
}

/** Gives every object its number, uid and resourceVersion; references by name become references by number. */
function templateOf(objects: readonly BaseObject[]): BaseTemplate {
  const numbers = new Map<string, number>();
  objects.forEach(({ kind, metadata: { namespace = "", name } }, index) => {
    numbers.set(`${kind}/${namespace}/${name}`, index + 1);
  });
  const placed = objects.map((object, index) => {
    const text = JSON.stringify({ ...object, metadata: placedMetadata(object, index + 1) });
    const body = text.replace(/<uid-of:([^>]+)>/g, (_match, what: string) => {
      const number = numbers.get(what);
      assert(number, `the base holds ${what}`);
      return `<uid:${number}>`;
    });
    return { key: keyOf(object), body };
  });
  return { id: idOf(placed), objects: placed };
}

/** The fields in the order in which Kubernetes writes them. */
function placedMetadata({ metadata: { name, generateName, namespace, ...rest } }: BaseObject, n: number) {
  const { generation, ...others } = rest;
  return {
    name,
    ...(generateName && { generateName }),
    ...(namespace && { namespace }),
    uid: `<uid:${n}>`,
    resourceVersion: String(n),
    ...(generation && { generation }),
    ...others,
  };
}

function keyOf({ apiVersion, kind, metadata: { namespace = "", name } }: BaseObject): ObjectKey {
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "core";
  return `${group}/${PLURALS[kind] ?? `${kind.toLowerCase()}s`}/${namespace}/${name}`;
}

function idOf(objects: BaseTemplate["objects"]): string {
  return digestOf(objects.map(({ key, body }) => `${key} ${body}`).join("\n")).slice(0, 32);
}
