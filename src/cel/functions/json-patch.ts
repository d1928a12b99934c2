/**
 * Kubernetes' library for the paths of JSON patches.
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/cel/library/jsonpatch.go
 */
import type { Environment } from "@marcbachmann/cel-js";

class JsonPatchNamespace {}

export function registerJsonPatch(environment: Environment): void {
  environment
    .registerType("JsonPatchNamespace", JsonPatchNamespace)
    .registerConstant("jsonpatch", "JsonPatchNamespace", new JsonPatchNamespace())
    .registerFunction("JsonPatchNamespace.escapeKey(string): string", (_: unknown, key: string) =>
      key.replaceAll("~", "~0").replaceAll("/", "~1"),
    );
}
