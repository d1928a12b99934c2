/** Labels as flags have them. Source: k8s.io/kubectl pkg/generate/generate.go (`ParseLabels`) */
import { Failure } from "./session.ts";

/** `a=b,c=d`. Throws Failure. */
export function labelsOf(text: string): Record<string, string> {
  const pairs = text.split(",").map((spec): [string, string] => {
    const [key = "", value, ...rest] = spec.split("=");
    if (value === undefined || rest.length > 0) throw new Failure(`error: unexpected label spec: ${spec}`);
    if (key === "") throw new Failure("error: unexpected empty label key");
    return [key, value];
  });
  return Object.fromEntries(pairs);
}
