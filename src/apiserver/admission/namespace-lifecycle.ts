/**
 * Refuses to create objects in a missing or terminating namespace, and to delete the system's namespaces.
 *
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go.
 */
import { ApiError } from "../../lib/api-error.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { type AdmissionContext, type AdmissionPlugin, forbidden, isWriteTo } from "./context.ts";

const IMMORTAL = new Set(["default", "kube-system", "kube-public"]);

export const namespaceLifecycle: AdmissionPlugin = {
  name: "NamespaceLifecycle",

  admit(context) {
    if (context.operation === "DELETE" && isWriteTo(context, "", "namespaces")) return refuseImmortal(context);
    if (!context.kind.namespaced || context.operation !== "CREATE" || isAccessReview(context)) return;

    const namespace = context.object.metadata.namespace ?? "";
    const found = context.tx.getByKey(`core/namespaces//${namespace}`);
    if (!found) {
      throw new ApiError("NotFound", `namespaces "${namespace}" not found`, { name: namespace, kind: "namespaces" });
    }
    if (isTerminating(found)) throw terminating(context, namespace);
  },
};

function refuseImmortal(context: AdmissionContext): void {
  if (IMMORTAL.has(context.object.metadata.name ?? "")) {
    throw forbidden(context, "this namespace may not be deleted");
  }
}

/** Access reviews are answered for namespaces that do not exist, too. */
function isAccessReview(context: AdmissionContext): boolean {
  return context.kind.group === "authorization.k8s.io";
}

function isTerminating(namespace: KubernetesObject): boolean {
  return namespace.metadata.deletionTimestamp !== undefined;
}

function terminating(context: AdmissionContext, namespace: string): ApiError {
  const refusal = forbidden(
    context,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
  );
  return new ApiError(refusal.reason, refusal.message, {
    ...refusal.details,
    causes: [
      {
        reason: "NamespaceTerminating",
        message: `namespace ${namespace} is being terminated`,
        field: "metadata.namespace",
      },
    ],
  });
}
