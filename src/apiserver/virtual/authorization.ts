/** Access reviews (`kubectl auth can-i`), answered by the rules that requests are authorized by. */

import { invalid } from "../../cluster/refusals.ts";
import { inOrder } from "../../kinds/codec.ts";
import type { FieldError } from "../../kinds/kind.ts";
import { forbidden, invalid as invalidField, invalidFor, required } from "../../kinds/validation/field-errors.ts";
import { ApiError } from "../../lib/api-error.ts";
import { labelValueProblems, qualifiedNameProblems } from "../../lib/names.ts";
import type { NonResourceAttributes, ResourceAttributes, SubjectAccessReviewSpec } from "../../schema/index.ts";
import { applyStructDefaults } from "../../schema/index.ts";
import type { KubernetesObject, TypeReference } from "../../schema/types.ts";
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
    refuse(object, [...metadataErrors(context, object, { namespaced: false }), ...questionErrors(object)]);
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
    refuse(object, [...metadataErrors(context, object, { namespaced: false }), ...errors]);
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
      ...metadataErrors(context, object, { namespaced: true }),
    ];
    const namespace = resourceAttributes?.namespace ?? "";
    if (resourceAttributes && namespace !== object.metadata.namespace) {
      errors.push(invalidField("spec.resourceAttributes.namespace", namespace, "must match metadata.namespace"));
    }
    if (nonResourceAttributes) {
      const value = pathForm(nonResourceAttributes);
      errors.push(invalidField("spec.nonResourceAttributes", value, "disallowed on this kind of request"));
    }
    refuse(object, errors);
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

/** A question must have either resource or non-resource attributes. */
function questionErrors(object: KubernetesObject): FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = specOf(object);
  if (resourceAttributes && nonResourceAttributes) {
    const why = "cannot be specified in combination with resourceAttributes";
    return [invalidField("spec.nonResourceAttributes", pathForm(nonResourceAttributes), why)];
  }
  if (nonResourceAttributes) return [];
  if (resourceAttributes) return selectorErrors(resourceAttributes);
  const why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
  return [invalidField("spec.resourceAttributes", null, why)];
}

/** Non-resource attributes in the internal form that Kubernetes prints. */
function pathForm({ path = "", verb = "" }: NonResourceAttributes): object {
  return { Path: path, Verb: verb };
}

/** Errors of the question's selectors. Unknown operators are allowed: newer clients may send them. */
function selectorErrors({ fieldSelector, labelSelector }: ResourceAttributes): FieldError[] {
  const path = "spec.resourceAttributes";
  const requirementsOf = (selector: SelectorAttributes | undefined, at: string) => {
    if (!selector) return [];
    const { rawSelector, requirements = [] } = selector;
    const errors: FieldError[] = [];
    if (rawSelector && requirements.length > 0) {
      const why = "may not specified at the same time as requirements";
      errors.push(invalidField(`${at}.rawSelector`, rawSelector, why));
    }
    if (!rawSelector && requirements.length === 0) {
      const why = `when ${at} is specified, requirements or rawSelector is required`;
      errors.push(required(`${at}.requirements`, why));
    }
    return errors;
  };
  const fields = `${path}.fieldSelector`;
  const labels = `${path}.labelSelector`;
  return [
    ...requirementsOf(fieldSelector, fields),
    ...(fieldSelector?.requirements ?? []).flatMap((requirement, i) => {
      const at = `${fields}.requirements[${i}]`;
      const key = requirement.key ? [] : [required(`${at}.key`, "must be specified")];
      return [...key, ...operatorErrors(requirement, at)];
    }),
    ...requirementsOf(labelSelector, labels),
    ...(labelSelector?.requirements ?? []).flatMap((requirement, i) => {
      const at = `${labels}.requirements[${i}]`;
      const { key = "", values = [] } = requirement;
      return [
        ...operatorErrors(requirement, at),
        ...invalidFor(`${at}.key`, key, qualifiedNameProblems(key)),
        ...values.flatMap((value, v) => invalidFor(`${at}.values[${v}]`, value, labelValueProblems(value))),
      ];
    }),
  ];
}

interface SelectorAttributes {
  rawSelector?: string;
  requirements?: readonly unknown[];
}

function operatorErrors(
  { operator, values = [] }: { operator: string; values?: string[] },
  path: string,
): FieldError[] {
  if ((operator === "In" || operator === "NotIn") && values.length === 0) {
    return [required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
  }
  if ((operator === "Exists" || operator === "DoesNotExist") && values.length > 0) {
    return [forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
  }
  return [];
}

function metadataErrors(
  context: VirtualContext,
  object: KubernetesObject,
  { namespaced }: { namespaced: boolean },
): FieldError[] {
  const { metadata } = object;
  const { managedFields: _, creationTimestamp: __, namespace, ...others } = metadata;
  // A decoded protobuf body has every field, most of them empty.
  const isEmpty = !Object.values(others).some(Boolean) && (namespaced || !namespace);
  if (isEmpty) return [];
  // Kubernetes prints the whole object, managedFields included.
  const { metadata: managed } = withManagers(context, schemaOf(object), object);
  return [invalidField("metadata", managed, namespaced ? "must be empty except for namespace" : "must be empty")];
}

/** Throws Invalid. */
function refuse(object: KubernetesObject, errors: FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: shared.group, kind: object.kind }, "", errors);
}

function questionAttributesOf(object: KubernetesObject, user: User): Attributes {
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

function schemaOf({ kind }: KubernetesObject): TypeReference {
  return `io.k8s.api.authorization.v1.${kind}`;
}

function reviewed(context: VirtualContext, object: KubernetesObject, user: User): KubernetesObject {
  const { allowed, reason } = authorize(context.tx, questionAttributesOf(object, user));
  const schema = schemaOf(object);
  const answer = { ...withManagers(context, schema, object), status: { allowed, ...(reason && { reason }) } };
  return inOrder(applyStructDefaults(schema, answer));
}
