/**
 * The fields of an AdmissionRequest that expressions and webhooks see.
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/request/admissionreview.go
 */
import { toCel } from "../../../cel/values.ts";
import type { KindDefinition } from "../../../kinds/kind.ts";
import { type Form, kindOfForm, type WriteAttributes } from "./attributes.ts";

/** `matched`: the kind under which a rule matched the write. Values are CEL's: `extra` is a map of lists. */
export function admissionRequest(write: WriteAttributes, matched: KindDefinition): Record<string, unknown> {
  const { subresource, user, operation, name, namespace, context } = write;
  return {
    kind: kindOf(kindOfForm(write, matched)),
    resource: resourceOf(matched),
    ...(subresource && { subResource: subresource }),
    requestKind: kindOf(kindOfForm(write, write.kind)),
    requestResource: resourceOf(write.kind),
    ...(subresource && { requestSubResource: subresource }),
    name,
    ...(namespace && { namespace }),
    operation,
    userInfo: {
      username: user.name,
      ...(user.uid && { uid: user.uid }),
      groups: [...user.groups],
      ...(user.extra && Object.keys(user.extra).length > 0 && { extra: toCel(undefined, user.extra) }),
    },
    dryRun: context.dryRun,
    options:
      operation === "CONNECT"
        ? null
        : { kind: OPTIONS[operation], apiVersion: "meta.k8s.io/v1", fieldManager: context.manager },
  };
}

const OPTIONS = { CREATE: "CreateOptions", UPDATE: "UpdateOptions", DELETE: "DeleteOptions" } as const;

function kindOf({ group, version, kind }: Form) {
  return { group, version, kind };
}

function resourceOf({ group, version, plural }: KindDefinition) {
  return { group, version, resource: plural };
}
