/**
 * Warnings of Ingresses.
 *
 * Kubernetes: pkg/registry/networking/ingress/strategy.go (WarningsOnCreate)
 */
import type { Ingress } from "../../schema/index.ts";

const INGRESS_CLASS = "kubernetes.io/ingress.class";

export function ingressWarnings({ metadata, spec }: Ingress, old: Ingress | undefined): string[] {
  if (old || spec?.ingressClassName || !Object.hasOwn(metadata.annotations ?? {}, INGRESS_CLASS)) return [];
  return [`annotation "${INGRESS_CLASS}" is deprecated, please use 'spec.ingressClassName' instead`];
}
