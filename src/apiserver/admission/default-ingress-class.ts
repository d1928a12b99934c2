/**
 * Gives an Ingress without a class the default class of the cluster; the newest one if there are several.
 *
 * Kubernetes: plugin/pkg/admission/network/defaultingressclass/admission.go.
 */
import { ingressClassKind } from "../../kinds/networking/ingress-class.ts";
import type { Ingress, IngressClass } from "../../schema/index.ts";
import { type AdmissionPlugin, isWriteTo } from "./context.ts";

const DEFAULT_ANNOTATION = "ingressclass.kubernetes.io/is-default-class";
/** The annotation that held an Ingress' class before the field existed. */
const OLD_ANNOTATION = "kubernetes.io/ingress.class";

export const defaultIngressClass: AdmissionPlugin = {
  name: "DefaultIngressClass",

  admit(context) {
    if (context.operation !== "CREATE" || !isWriteTo(context, "networking.k8s.io", "ingresses")) return;
    const { spec, metadata } = context.object as Ingress;
    if (!spec || spec.ingressClassName !== undefined || metadata.annotations?.[OLD_ANNOTATION] !== undefined) return;
    const [newest] = context.tx
      .list(ingressClassKind)
      .filter((each) => each.metadata.annotations?.[DEFAULT_ANNOTATION] === "true")
      .toSorted(newerFirst);
    if (newest) spec.ingressClassName = newest.metadata.name ?? "";
  },
};

function newerFirst(a: IngressClass, b: IngressClass): number {
  const [left, right] = [a.metadata.creationTimestamp ?? "", b.metadata.creationTimestamp ?? ""];
  if (left !== right) return left > right ? -1 : 1;
  return (a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1;
}
