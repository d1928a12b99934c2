/**
 * Paths of `--sort-by` and custom columns, with or without braces and the first dot.
 * Source: k8s.io/kubectl pkg/cmd/get/customcolumn.go (`RelaxedJSONPathExpression`)
 */
const FORM = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/;

/** `.metadata.name`; undefined for an invalid text. */
export function relaxedPath(text: string): string | undefined {
  if (text === "") return "";
  const match = FORM.exec(text);
  return match ? `.${match[1] ?? match[2] ?? ""}` : undefined;
}
