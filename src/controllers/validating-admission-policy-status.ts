/**
 * Writes the observed generation of each policy, and warnings about expressions: fields that the objects do not have, and
 * values of wrong types.
 * Kubernetes: pkg/controller/validatingadmissionpolicystatus/controller.go
 */
import { mismatchedTypes, undefinedFields, type VariableTypes } from "../cel/admission/type-check.ts";
import type { Transaction } from "../cluster/transaction.ts";
import { validatingAdmissionPolicyKind } from "../kinds/admissionregistration/validating-admission-policy.ts";
import { apiVersion, type KindDefinition } from "../kinds/kind.ts";
import { cloneJson } from "../lib/json.ts";
import { MAX_POLICY_TYPES_CHECKED } from "../lib/limits.ts";
import type { ExpressionWarning, NamedRuleWithOperations, ValidatingAdmissionPolicy } from "../schema/index.ts";
import { resolveType } from "../schema/index.ts";
import type { KubernetesObject } from "../schema/types.ts";
import { type Controller, self } from "./controller.ts";

const MANAGER = "validatingadmissionpolicy-status";

type Policy = ValidatingAdmissionPolicy & KubernetesObject;

export const validatingAdmissionPolicyStatus: Controller = {
  name: MANAGER,
  manager: MANAGER,
  watches: [self(validatingAdmissionPolicyKind)],

  reconcile(tx, key) {
    const policy = tx.getByKey(key) as Policy | undefined;
    if (!policy || policy.metadata.deletionTimestamp) return;
    const { generation = 0 } = policy.metadata;
    if ((policy.status?.observedGeneration ?? 0) >= generation) return;
    const warnings = warningsOf(tx, policy);
    const next = cloneJson(policy) as Policy;
    next.status = {
      ...next.status,
      observedGeneration: generation,
      typeChecking: warnings.length > 0 ? { expressionWarnings: warnings } : {},
    };
    // As in Kubernetes, a forced apply: the controller becomes the manager of the status.
    const kind = validatingAdmissionPolicyKind as unknown as KindDefinition;
    const options = { manager: MANAGER, operation: "Apply", subresource: "status" } as const;
    tx.replaceObject(kind, next, options);
  },
};

function warningsOf(tx: Transaction, { spec }: Policy): ExpressionWarning[] {
  const kinds = kindsOf(tx, spec.matchConstraints?.resourceRules ?? []);
  const { paramKind } = spec;
  const params = paramKind && tx.kinds.byApiVersion(paramKind.apiVersion ?? "", paramKind.kind ?? "");
  const expressions = (spec.validations ?? []).flatMap(({ expression, messageExpression = "" }, i) => [
    { fieldRef: `spec.validations[${i}].expression`, source: expression },
    { fieldRef: `spec.validations[${i}].messageExpression`, source: messageExpression },
  ]);
  return expressions.flatMap(({ fieldRef, source }) => {
    const warnings = kinds.flatMap((kind) => {
      const type = resolveType(kind.schema);
      const types: VariableTypes = {
        object: type,
        oldObject: type,
        ...(params && { params: resolveType(params.schema) }),
      };
      const undefinedOnes = undefinedFields(source, types);
      const mismatch = undefinedOnes.length === 0 ? mismatchedTypes(source, types) : undefined;
      const found = mismatch === undefined ? undefinedOnes : [mismatch];
      return found.length === 0 ? [] : [`${apiVersion(kind)}, Kind=${kind.kind}: ${found.join("\n")}\n`];
    });
    return warnings.length === 0 ? [] : [{ fieldRef, warning: warnings.join("\n") }];
  });
}

/** The kinds that the rules name. Wildcards are not expanded. */
function kindsOf(tx: Transaction, rules: readonly NamedRuleWithOperations[]): KindDefinition[] {
  const found = new Set<KindDefinition>();
  for (const { apiGroups = [], apiVersions = [], resources = [] } of rules) {
    for (const group of apiGroups.toSorted()) {
      for (const version of apiVersions.toSorted()) {
        for (const resource of resources.toSorted()) {
          const kind = tx.kinds.byPath(group, version, resource);
          if (kind && found.size < MAX_POLICY_TYPES_CHECKED) found.add(kind);
        }
      }
    }
  }
  return [...found];
}
