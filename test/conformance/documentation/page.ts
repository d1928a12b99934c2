/** A page of the documentation with its manifest, and parts of manifests. */
import type { Json } from "../cluster.ts";

export type State =
  | "Ready"
  | "Running"
  | "Succeeded"
  | "Failed"
  | "Pending"
  /** Restarts because of its probe. */
  | "Restarts"
  | "OOMKilled"
  | "CrashLoopBackOff";

export interface Page {
  /** Below content/en/examples. */
  file: string;
  /** Of the first container, or all of them. */
  pod: Json;
  spec?: Json;
  metadata?: Json;
  objects?: readonly Json[];
  state: State;
  log?: string | RegExp;
}

export const sh = (image: string, line: string, more: Json = {}) => ({ image, command: ["sh", "-c", line], ...more });
export const AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.40";
export const OLD_BUSYBOX = "registry.k8s.io/busybox:1.27.2";
export const FIELDS = [
  "spec.nodeName",
  "metadata.name",
  "metadata.namespace",
  "status.podIP",
  "spec.serviceAccountName",
];

export const config = (name: string, data: Json) => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data });
export const secret = (name: string, stringData: Json) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name },
  stringData,
});
export const mount = (name: string, mountPath: string) => ({ volumeMounts: [{ name, mountPath }] });
