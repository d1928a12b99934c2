/** The kubelets' side of logs and sessions, if the control plane has one. */
import type { ContainerAccess } from "../../cluster/container-access.ts";
import { ApiError } from "../../lib/api-error.ts";
import type { VerbContext } from "../context.ts";

/** Throws NotImplemented in a control plane without kubelets. */
export function kubelets({ services, kind, info }: VerbContext): ContainerAccess {
  if (services.containers) return services.containers;
  const message = `the server does not support ${kind.plural}/${info.subresource} without kubelets`;
  throw new ApiError("NotImplemented", message, { name: info.name, kind: kind.plural });
}
