/**
 * Certificates for Ingresses that name an issuer in an annotation.
 * Source: github.com/cert-manager/cert-manager pkg/controller/certificate-shim/sync.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { recordEvent } from "../events.ts";
import { create, find, list, metadataOf, nameOf, namespaceOf } from "../objects.ts";
import { annotationsOf } from "../server-certificates.ts";
import { GROUP } from "./issuers.ts";

export function* reconcileIngresses(api: Api): Steps<void> {
  for (const item of yield* list(api.client, "/apis/networking.k8s.io/v1/ingresses")) {
    const ingress: JsonObject = { ...item, apiVersion: "networking.k8s.io/v1", kind: "Ingress" };
    const annotations = annotationsOf(ingress);
    const cluster = annotations["cert-manager.io/cluster-issuer"];
    const name = cluster ?? annotations["cert-manager.io/issuer"];
    if (name === undefined) continue;
    const issuerRef = { group: "cert-manager.io", kind: cluster === undefined ? "Issuer" : "ClusterIssuer", name };
    for (const entry of objectsIn(objectIn(ingress["spec"])["tls"])) {
      if (typeof entry["secretName"] === "string") yield* ensureCertificate(api, ingress, entry, issuerRef);
    }
  }
}

function* ensureCertificate(api: Api, ingress: JsonObject, tls: JsonObject, issuerRef: JsonObject): Steps<void> {
  const namespace = namespaceOf(ingress);
  const name = String(tls["secretName"]);
  const path = `${GROUP}/namespaces/${namespace}/certificates`;
  if (yield* find(api.client, `${path}/${name}`)) return;
  const { uid = "" } = metadataOf(ingress);
  const owner = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", name: nameOf(ingress), uid };
  yield* create(api.client, path, {
    ...{ apiVersion: "cert-manager.io/v1", kind: "Certificate" },
    metadata: { name, namespace, ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }] },
    spec: {
      dnsNames: tls["hosts"] ?? [],
      secretName: name,
      issuerRef,
      usages: ["digital signature", "key encipherment"],
    },
  });
  const message = `Successfully created Certificate ${JSON.stringify(name)}`;
  yield* recordEvent(api, ingress, { reason: "CreateCertificate", message, component: "cert-manager-ingress-shim" });
}
