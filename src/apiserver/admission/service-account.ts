/**
 * Gives every pod a service account, and mounts the account's token as a projected volume unless the pod or the account
 * opts out.
 *
 * Kubernetes: plugin/pkg/admission/serviceaccount/admission.go.
 */
import type { Pod, PodSpec, ServiceAccount } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { type AdmissionContext, type AdmissionPlugin, forbidden, isWriteTo } from "./context.ts";

const TOKEN_MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
const VOLUME_NAME_PREFIX = "kube-api-access-";
/** An hour, and seven seconds by which the API server recognises the tokens that it requested itself. */
const TOKEN_SECONDS = 3607;
/** Present on pods that mirror a node's static pods. */
const MIRROR_ANNOTATION = "kubernetes.io/config.mirror";

export const serviceAccount: AdmissionPlugin = {
  name: "ServiceAccount",

  admit(context) {
    if (context.operation !== "CREATE" || !isWriteTo(context, "", "pods")) return;
    const pod = context.object as KubernetesObject & Pod;
    const { spec } = pod;
    if (!spec || pod.metadata.annotations?.[MIRROR_ANNOTATION] !== undefined) return;

    spec.serviceAccountName ||= "default";
    // In Kubernetes the version's conversion keeps the deprecated alias equal.
    spec.serviceAccount = spec.serviceAccountName;
    const account = lookUp(context, spec.serviceAccountName);
    if (mountsToken(account, spec)) mountToken(context, spec);
    if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length) {
      spec.imagePullSecrets = account.imagePullSecrets.map((reference) => ({ ...reference }));
    }
  },
};

function lookUp(context: AdmissionContext, name: string): ServiceAccount {
  const namespace = context.object.metadata.namespace ?? "";
  const account = context.tx.getByKey(`core/serviceaccounts/${namespace}/${name}`);
  if (account) return account as ServiceAccount;
  throw forbidden(context, `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`);
}

function mountsToken(account: ServiceAccount, spec: PodSpec): boolean {
  return spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
}

function mountToken(context: AdmissionContext, spec: PodSpec): void {
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const needing = containers.filter(
    (container) => !container.volumeMounts?.some((mount) => mount.mountPath === TOKEN_MOUNT_PATH),
  );
  const existing = spec.volumes?.find((volume) => volume.name.startsWith(VOLUME_NAME_PREFIX));
  const name = existing?.name ?? VOLUME_NAME_PREFIX + context.tx.random.nameSuffix();

  for (const container of needing) {
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: TOKEN_MOUNT_PATH }];
  }
  if (!existing && needing.length > 0) {
    spec.volumes = [...(spec.volumes ?? []), { name, projected: tokenProjection() }];
  }
}

function tokenProjection() {
  return {
    sources: [
      { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: "token" } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
      {
        downwardAPI: {
          items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
        },
      },
    ],
    defaultMode: 0o644,
  };
}
