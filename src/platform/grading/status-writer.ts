/** The last writer of an object's status, in a form that clients cannot forge. */
import { foreignStatusOf } from "../../kinds/foreign-status.ts";
import type { ObjectKey, PrivateReader } from "../../kinds/kind.ts";
import type { KubernetesObject } from "../../schema/types.ts";

const USER_PREFIX = "user:";

/**
 * `kubelet`, `kube-controller-manager` or another part of the cluster; `user:<name>` for a client of the API, regardless of
 * its name in managedFields; empty where the status was not written since the object was created.
 */
export function statusWriterOf(reader: PrivateReader, key: ObjectKey, object: KubernetesObject): string {
  const foreign = foreignStatusOf(reader, key);
  if (foreign) return USER_PREFIX + foreign.by;
  const entries = (object.metadata.managedFields ?? []).filter(({ subresource }) => subresource === "status");
  const last = entries.toSorted((a, b) => (a.time ?? "").localeCompare(b.time ?? "")).at(-1);
  return last?.manager ?? "";
}

export function isClient(writer: string): boolean {
  return writer.startsWith(USER_PREFIX);
}
