/** `kubectl auth can-i`: who may do what, by the rules that requests are checked by. */
import { invalid } from "../../cluster/refusals.ts";
import type { FieldError } from "../../kinds/kind.ts";
import { ApiError } from "../../lib/api-error.ts";
import { formatTime } from "../../lib/time.ts";
import type { NonResourceAttributes, ResourceAttributes, SubjectAccessReviewSpec } from "../../schema/index.ts";
import { trackUpdate } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import type { Attributes } from "../authorization/attributes.ts";
import { authorize, grantsOf } from "../authorization/rbac.ts";
import type { User } from "../request.ts";
import type { VirtualContext, VirtualKind } from "./virtual-kind.ts";

const shared = {
  group: "authorization.k8s.io",
  version: "v1",
  verbs: ["create"],
  isRead: true,
} satisfies Partial<VirtualKind>;

export const selfSubjectAccessReview: VirtualKind = {
  ...shared,
  kind: "SelfSubjectAccessReview",
  plural: "selfsubjectaccessreviews",
  singular: "selfsubjectaccessreview",
  namespaced: false,
  schema: "io.k8s.api.authorization.v1.SelfSubjectAccessReview",

  create: (context, object) => reviewed(context, object, attributesOf(object, context.user)),
};

export const subjectAccessReview: VirtualKind = {
  ...shared,
  kind: "SubjectAccessReview",
  plural: "subjectaccessreviews",
  singular: "subjectaccessreview",
  namespaced: false,
  schema: "io.k8s.api.authorization.v1.SubjectAccessReview",

  create: (context, object) => reviewed(context, object, attributesOf(object, subjectOf(object))),
};

export const localSubjectAccessReview: VirtualKind = {
  ...shared,
  kind: "LocalSubjectAccessReview",
  plural: "localsubjectaccessreviews",
  singular: "localsubjectaccessreview",
  namespaced: true,
  schema: "io.k8s.api.authorization.v1.LocalSubjectAccessReview",

  create(context, object) {
    const namespace = specOf(object).resourceAttributes?.namespace ?? "";
    if (namespace !== context.info.namespace) {
      const why = `spec.resourceAttributes.namespace must match namespace: ${context.info.namespace}`;
      throw new ApiError("BadRequest", why);
    }
    return reviewed(context, object, attributesOf(object, subjectOf(object)));
  },
};

export const selfSubjectRulesReview: VirtualKind = {
  ...shared,
  kind: "SelfSubjectRulesReview",
  plural: "selfsubjectrulesreviews",
  singular: "selfsubjectrulesreview",
  namespaced: false,
  schema: "io.k8s.api.authorization.v1.SelfSubjectRulesReview",

  create({ tx, user }, object) {
    const namespace = (object["spec"] as { namespace?: string } | undefined)?.namespace ?? "";
    if (namespace === "") throw new ApiError("BadRequest", "no namespace on request");
    const rules = [...grantsOf(tx, user, namespace)].flatMap((grant) => grant.rules);
    const resourceRules = rules.filter((rule) => rule.resources?.length);
    const nonResourceRules = rules.filter((rule) => rule.nonResourceURLs?.length);
    return {
      kind: object.kind,
      apiVersion: object.apiVersion,
      metadata: {},
      spec: {},
      status: {
        resourceRules: resourceRules.map(({ verbs, apiGroups, resources, resourceNames }) => ({
          verbs,
          apiGroups,
          resources,
          ...(resourceNames && { resourceNames }),
        })),
        nonResourceRules: nonResourceRules.map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
        incomplete: false,
      },
    };
  },
};

function specOf(object: KubernetesObject): SubjectAccessReviewSpec {
  return (object["spec"] ?? {}) as SubjectAccessReviewSpec;
}

function subjectOf(object: KubernetesObject): User {
  const { user, groups, uid } = specOf(object);
  if (!user && !groups?.length) {
    const error: FieldError = {
      type: "FieldValueInvalid",
      field: "spec.user",
      message: `Invalid value: "": at least one of user or group must be specified`,
    };
    throw invalid({ group: shared.group, kind: object.kind }, "", [error]);
  }
  return { name: user ?? "", groups: groups ?? [], uid };
}

function attributesOf(object: KubernetesObject, user: User): Attributes {
  const { resourceAttributes, nonResourceAttributes } = specOf(object);
  if (resourceAttributes) return resourceQuestion(resourceAttributes, user);
  if (nonResourceAttributes) return pathQuestion(nonResourceAttributes, user);
  const error: FieldError = {
    type: "FieldValueInvalid",
    field: "spec.resourceAttributes",
    message: "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified",
  };
  throw invalid({ group: shared.group, kind: object.kind }, "", [error]);
}

function resourceQuestion(asked: ResourceAttributes, user: User): Attributes {
  const { verb = "", group = "", resource = "", subresource = "", namespace = "", name = "" } = asked;
  return { isResource: true, user, verb, group, resource, subresource, namespace, name };
}

function pathQuestion({ verb = "", path = "" }: NonResourceAttributes, user: User): Attributes {
  return { isResource: false, user, verb, path };
}

function reviewed({ tx, manager }: VirtualContext, object: KubernetesObject, attributes: Attributes): KubernetesObject {
  const { allowed, reason } = authorize(tx, attributes);
  const managedFields = trackUpdate(`io.k8s.api.authorization.v1.${object.kind}`, {
    before: undefined,
    after: object,
    manager,
    operation: "Update",
    apiVersion: object.apiVersion,
    time: formatTime(tx.nowMs),
  });
  const metadata = { ...object.metadata, ...(managedFields.length > 0 && { managedFields }) };
  return { ...object, metadata, status: { allowed, ...(reason && { reason }) } };
}
