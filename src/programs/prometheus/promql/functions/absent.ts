/** The labels of a series that is absent: the values that its selector demands. */
import type { Expression, Labels } from "../syntax.ts";

export function absentLabels(expression: Expression | undefined): Labels {
  const selector = expression?.type === "range" ? expression.selector : expression;
  if (selector?.type !== "selector") return {};
  const labels: Record<string, string> = {};
  const contradicted = new Set<string>();
  for (const { name, operator, value } of selector.matchers) {
    if (name === "__name__") continue;
    if (operator === "=" && !(name in labels) && !contradicted.has(name)) labels[name] = value;
    else {
      contradicted.add(name);
      delete labels[name];
    }
  }
  return labels;
}
