/**
 * The parameter kind of a policy in tables.
 *
 * Kubernetes: pkg/printers/internalversion/printers.go
 */
import type { ParamKind } from "../../schema/index.ts";

/** As tables show it: `rules.example.com/v1/ReplicaLimit`. */
export function paramKindName(kind: ParamKind | undefined): string {
  return kind ? `${kind.apiVersion ?? ""}/${kind.kind ?? ""}` : "<unset>";
}
