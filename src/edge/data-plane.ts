/** Which Gateway an object of a data plane belongs to: its labels say it. */
import { GATEWAY_NAME_LABEL, OWNING_GATEWAY_LABELS } from "../lib/edge/gateway-controller.ts";
import type { KubernetesObject } from "../schema/index.ts";

export function owningGateway({ metadata }: KubernetesObject): { namespace: string; name: string } | undefined {
  const { labels = {}, namespace: own = "" } = metadata;
  const name = labels[OWNING_GATEWAY_LABELS.name];
  const namespace = labels[OWNING_GATEWAY_LABELS.namespace];
  if (name !== undefined && namespace !== undefined) return { namespace, name };
  const local = labels[GATEWAY_NAME_LABEL];
  return local === undefined ? undefined : { namespace: own, name: local };
}
