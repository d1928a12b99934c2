/**
 * Requires a signing key before an object is stored that controllers will sign. Requests can ask the runtime for a key;
 * controllers cannot.
 */
import { requireSigningKey } from "../../cluster/issuer/issuer.ts";
import { type AdmissionContext, type AdmissionPlugin, isWriteTo } from "./context.ts";

export const signingKey: AdmissionPlugin = {
  name: "SigningKey",

  validate(context) {
    if (context.user && context.operation !== "DELETE" && willBeSigned(context)) requireSigningKey(context.tx);
  },
};

function willBeSigned(context: AdmissionContext): boolean {
  if (isWriteTo(context, "certificates.k8s.io", "certificatesigningrequests")) return true;
  return isWriteTo(context, "", "secrets") && context.object["type"] === "kubernetes.io/service-account-token";
}
