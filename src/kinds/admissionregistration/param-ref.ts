/**
 * The parameter reference of a binding in tables.
 *
 * Kubernetes: pkg/printers/internalversion/printers.go
 */
import type { LabelSelector, ParamRef } from "../../schema/index.ts";

/** As tables show it: `shop/limits`; `*` stands for the namespace of the written object. */
export function paramRefName(reference: ParamRef | undefined): string {
  if (!reference) return "<unset>";
  const { namespace, name, selector } = reference;
  if (name) return `${namespace || "*"}/${name}`;
  return selector ? goSelector(selector) : "<unset>";
}

/** The struct as Go prints it. */
function goSelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.keys(matchLabels)
    .sort()
    .map((key) => `${key}: ${matchLabels[key]},`);
  const expressions = matchExpressions.map(
    ({ key, operator, values }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${(values ?? []).join(" ")}],},`,
  );
  const parts = `MatchLabels:map[string]string{${labels.join("")}},MatchExpressions:[]LabelSelectorRequirement{`;
  return `&LabelSelector{${parts}${expressions.join("")}},}`;
}
