/** The variables of admission's expressions: object, oldObject, request, params, namespaceObject, authorizer. */
import { type AuthorizationQuestion, Authorizer } from "../../../cel/admission/authorizer.ts";
import type { Activation } from "../../../cel/admission/policy-compiler.ts";
import { toCel } from "../../../cel/values.ts";
import { groupsOf, userNameOf } from "../../../cluster/issuer/service-account-tokens.ts";
import { namespaceKind } from "../../../kinds/core/namespace.ts";
import type { KindDefinition } from "../../../kinds/kind.ts";
import type { KubernetesObject } from "../../../schema/types.ts";
import { authorize } from "../../authorization/rbac.ts";
import { admissionRequest } from "./admission-request.ts";
import { formOf, isNamespaceWrite, type WriteAttributes } from "./attributes.ts";

/** The variables' values. Times and quantities are strings, as in the object's JSON. */
export function activationOf(
  write: WriteAttributes,
  matched: KindDefinition,
  params: KubernetesObject | null,
): Activation {
  const { context, operation } = write;
  const shown = (object: KubernetesObject | undefined) =>
    object ? toCel(undefined, formOf(write, matched, object)) : null;
  return {
    object: operation === "DELETE" ? null : shown(context.object),
    oldObject: operation === "CREATE" || operation === "CONNECT" ? null : shown(context.old),
    request: admissionRequest(write, matched),
    params: toCel(undefined, params),
    namespaceObject: toCel(undefined, namespaceOf(write) ?? null),
    authorizer: authorizerOf(write),
  };
}

function namespaceOf(write: WriteAttributes): KubernetesObject | undefined {
  if (write.namespace === "" || isNamespaceWrite(write)) return undefined;
  return write.context.tx.get(namespaceKind, "", write.namespace);
}

function authorizerOf({ context, kind, user, subresource, namespace, name }: WriteAttributes): Authorizer {
  const ask = (question: AuthorizationQuestion) => {
    const { serviceAccount, path, verb } = question;
    const asking = serviceAccount
      ? {
          name: userNameOf(serviceAccount.namespace, serviceAccount.name),
          groups: groupsOf(serviceAccount.namespace),
        }
      : user;
    const { allowed, reason = "" } =
      path === ""
        ? authorize(context.tx, { ...question, isResource: true, user: asking })
        : authorize(context.tx, { isResource: false, user: asking, verb, path });
    return { allowed, reason };
  };
  const { group, plural } = kind;
  return new Authorizer(ask, { group, resource: plural, subresource, namespace, name });
}
