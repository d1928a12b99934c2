/**
 * Warnings of ServiceAccounts.
 *
 * Kubernetes: pkg/registry/core/serviceaccount/strategy.go (WarningsOnCreate)
 */
import type { ServiceAccount } from "../../schema/index.ts";

const MOUNTABLE_SECRETS = "kubernetes.io/enforce-mountable-secrets";

export function serviceAccountWarnings({ metadata }: ServiceAccount): string[] {
  if (!Object.hasOwn(metadata.annotations ?? {}, MOUNTABLE_SECRETS)) return [];
  const why = "deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets";
  return [`metadata.annotations[${MOUNTABLE_SECRETS}]: ${why}`];
}
