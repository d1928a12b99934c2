/** `kubectl auth can-i`: who may do what, by the rules that requests are checked by. */
import { inOrder } from "../../cluster/object-meta.ts";
import { invalid } from "../../cluster/refusals.ts";
import type { FieldError } from "../../kinds/kind.ts";
import { invalid as invalidField } from "../../kinds/validation/field-errors.ts";
import { ApiError } from "../../lib/api-error.ts";
import type { NonResourceAttributes, ResourceAttributes, SubjectAccessReviewSpec } from "../../schema/index.ts";
import { applyStructDefaults } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import type { Attributes } from "../authorization/attributes.ts";
import { aggregated, authorize, rulesGranted } from "../authorization/rbac.ts";
import type { User } from "../request.ts";
import { withManagers } from "./managed-fields.ts";
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

  create(context, object) {
    refuse(object, [...metadataErrors(object, { namespaced: false }), ...questionErrors(object)]);
    return reviewed(context, object, context.user);
  },
};

export const subjectAccessReview: VirtualKind = {
  ...shared,
  kind: "SubjectAccessReview",
  plural: "subjectaccessreviews",
  singular: "subjectaccessreview",
  namespaced: false,
  schema: "io.k8s.api.authorization.v1.SubjectAccessReview",

  create(context, object) {
    const errors = [...questionErrors(object), ...subjectErrors(object)];
    refuse(object, [...metadataErrors(object, { namespaced: false }), ...errors]);
    return reviewed(context, object, subjectOf(object));
  },
};

export const localSubjectAccessReview: VirtualKind = {
  ...shared,
  kind: "LocalSubjectAccessReview",
  plural: "localsubjectaccessreviews",
  singular: "localsubjectaccessreview",
  namespaced: true,
  schema: "io.k8s.api.authorization.v1.LocalSubjectAccessReview",

  create(context, object) {
    const { resourceAttributes, nonResourceAttributes } = specOf(object);
    const errors = [
      ...questionErrors(object),
      ...subjectErrors(object),
      ...metadataErrors(object, { namespaced: true }),
    ];
    const namespace = resourceAttributes?.namespace ?? "";
    const own = object.metadata.namespace || context.info.namespace;
    if (resourceAttributes && namespace !== own) {
      errors.push(invalidField("spec.resourceAttributes.namespace", namespace, "must match metadata.namespace"));
    }
    if (nonResourceAttributes) {
      errors.push(
        invalidField("spec.nonResourceAttributes", nonResourceAttributes, "disallowed on this kind of request"),
      );
    }
    refuse(object, errors);
    if (namespace !== context.info.namespace) {
      const why = `spec.resourceAttributes.namespace must match namespace: ${context.info.namespace}`;
      throw new ApiError("BadRequest", why);
    }
    return reviewed(context, object, subjectOf(object));
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
    const { rules, problems } = rulesGranted(tx, user, namespace);
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
        ...(problems.length > 0 && { evaluationError: aggregated(problems) }),
      },
    };
  },
};

function specOf(object: KubernetesObject): SubjectAccessReviewSpec {
  return (object["spec"] ?? {}) as SubjectAccessReviewSpec;
}

function subjectOf(object: KubernetesObject): User {
  const { user, groups, uid, extra } = specOf(object);
  return { name: user ?? "", groups: groups ?? [], ...(uid && { uid }), ...(extra && { extra }) };
}

function subjectErrors(object: KubernetesObject): FieldError[] {
  const { user, groups } = specOf(object);
  if (user || groups?.length) return [];
  return [invalidField("spec.user", user ?? "", "at least one of user or group must be specified")];
}

/** Exactly one thing is asked. */
function questionErrors(object: KubernetesObject): FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = specOf(object);
  if (resourceAttributes && nonResourceAttributes) {
    const why = "cannot be specified in combination with resourceAttributes";
    return [invalidField("spec.nonResourceAttributes", nonResourceAttributes, why)];
  }
  if (resourceAttributes || nonResourceAttributes) return [];
  const why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
  return [invalidField("spec.resourceAttributes", null, why)];
}

function metadataErrors({ metadata }: KubernetesObject, { namespaced }: { namespaced: boolean }): FieldError[] {
  const { managedFields: _, creationTimestamp: __, namespace, ...others } = metadata;
  // Bodies in protobuf say of every field that it is empty.
  const isEmpty = !Object.values(others).some(Boolean) && (namespaced || !namespace);
  if (isEmpty) return [];
  return [invalidField("metadata", metadata, namespaced ? "must be empty except for namespace" : "must be empty")];
}

/** Throws Invalid. */
function refuse(object: KubernetesObject, errors: FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: shared.group, kind: object.kind }, "", errors);
}

function attributesOf(object: KubernetesObject, user: User): Attributes {
  const { resourceAttributes, nonResourceAttributes } = specOf(object);
  return resourceAttributes
    ? resourceQuestion(resourceAttributes, user)
    : pathQuestion(nonResourceAttributes ?? {}, user);
}

function resourceQuestion(asked: ResourceAttributes, user: User): Attributes {
  const { verb = "", group = "", resource = "", subresource = "", namespace = "", name = "" } = asked;
  return { isResource: true, user, verb, group, resource, subresource, namespace, name };
}

function pathQuestion({ verb = "", path = "" }: NonResourceAttributes, user: User): Attributes {
  return { isResource: false, user, verb, path };
}

function reviewed(context: VirtualContext, object: KubernetesObject, user: User): KubernetesObject {
  const { allowed, reason } = authorize(context.tx, attributesOf(object, user));
  const schema = `io.k8s.api.authorization.v1.${object.kind}`;
  const answer = { ...withManagers(context, schema, object), status: { allowed, ...(reason && { reason }) } };
  return inOrder(applyStructDefaults(schema, answer));
}
