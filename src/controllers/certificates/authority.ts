/**
 * Publishes the certificate of the authority for client certificates in the ConfigMap that extension API servers read.
 * Kubernetes: pkg/controlplane/controller/clusterauthenticationtrust/cluster_authentication_trust_controller.go
 */
import { authorityKeyOf, signingKeyOf } from "../../cluster/issuer/issuer.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { configMapKind } from "../../kinds/core/config-map.ts";
import { namespaceKind } from "../../kinds/core/namespace.ts";
import { objectKey } from "../../kinds/kind.ts";
import { authorityCertificate } from "../../lib/signing/certificate.ts";
import type { Controller } from "../controller.ts";

const NAMESPACE = "kube-system";
const NAME = "extension-apiserver-authentication";
const FIELD = "client-ca-file";
const LIFETIME_MS = 10 * 365 * 24 * 3600 * 1000;

export const certificateAuthority: Controller = {
  name: "cluster-authentication-trust-controller",
  manager: "kube-apiserver",
  watches: [
    {
      resource: "certificates.k8s.io/certificatesigningrequests",
      map: () => [objectKey(configMapKind, NAMESPACE, NAME)],
    },
  ],

  reconcile(tx, key) {
    const configMap = tx.get(configMapKind, NAMESPACE, NAME);
    const certificate = configMap && certificateOf(tx);
    if (!certificate || key !== objectKey(configMapKind, NAMESPACE, NAME)) return;
    const present = configMap.data?.[FIELD] ?? "";
    if (present.includes(certificate)) return;
    tx.update(configMapKind, configMap, (draft) => {
      draft.data = { ...draft.data, [FIELD]: present === "" ? certificate : `${present.trimEnd()}\n${certificate}` };
    });
  },
};

/** The authority's certificate, valid since the cluster was created. */
function certificateOf(tx: Transaction): string | undefined {
  const key = signingKeyOf(tx);
  const notBeforeMs = Date.parse(tx.get(namespaceKind, "", NAMESPACE)?.metadata.creationTimestamp ?? "");
  if (!key || Number.isNaN(notBeforeMs)) return undefined;
  return authorityCertificate(authorityKeyOf(key), { notBeforeMs, notAfterMs: notBeforeMs + LIFETIME_MS });
}
