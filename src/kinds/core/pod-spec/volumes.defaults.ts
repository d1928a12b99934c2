/**
 * Defaults of a pod's volumes, and of the sources that PersistentVolumes share with them.
 *
 * Kubernetes: pkg/apis/core/v1/defaults.go (SetDefaults_Volume and the functions of its sources)
 */
import type {
  DownwardAPIVolumeFile,
  PersistentVolumeSpec,
  ProjectedVolumeSource,
  Volume,
} from "../../../schema/index.ts";
import { setDefault } from "../../set-default.ts";
import { defaultClaimSpec } from "../persistent-volume-claim.defaults.ts";
import { defaultPullPolicy } from "./containers.defaults.ts";

/** 0644. */
const DEFAULT_MODE = 0o644;

/** An hour. */
const TOKEN_EXPIRATION_SECONDS = 3600;

export function defaultVolume(volume: Volume): void {
  if (Object.keys(volume).every((field) => field === "name")) volume.emptyDir = {};
  if (volume.secret) setDefault(volume.secret, "defaultMode", DEFAULT_MODE);
  if (volume.configMap) setDefault(volume.configMap, "defaultMode", DEFAULT_MODE);
  if (volume.downwardAPI) {
    setDefault(volume.downwardAPI, "defaultMode", DEFAULT_MODE);
    defaultDownwardFiles(volume.downwardAPI.items);
  }
  if (volume.projected) defaultProjected(volume.projected);
  if (volume.ephemeral?.volumeClaimTemplate) defaultClaimSpec(volume.ephemeral.volumeClaimTemplate.spec);
  if (volume.image && !volume.image.pullPolicy) volume.image.pullPolicy = defaultPullPolicy(volume.image.reference);
  defaultSource(volume);
}

/** Defaults of sources that pods' volumes and PersistentVolumes share. */
export function defaultSource(
  source: Pick<Volume | PersistentVolumeSpec, "azureDisk" | "hostPath" | "iscsi" | "rbd" | "scaleIO">,
): void {
  const { azureDisk, hostPath, iscsi, rbd, scaleIO } = source;
  if (hostPath) hostPath.type ??= "";
  if (iscsi) setDefault(iscsi, "iscsiInterface", "default");
  if (rbd) {
    setDefault(rbd, "pool", "rbd");
    setDefault(rbd, "user", "admin");
    setDefault(rbd, "keyring", "/etc/ceph/keyring");
  }
  if (azureDisk) {
    setDefault(azureDisk, "cachingMode", "ReadWrite");
    setDefault(azureDisk, "kind", "Shared");
    setDefault(azureDisk, "fsType", "ext4");
    setDefault(azureDisk, "readOnly", false);
  }
  if (scaleIO) {
    setDefault(scaleIO, "storageMode", "ThinProvisioned");
    setDefault(scaleIO, "fsType", "xfs");
  }
}

/**
 * Sources whose features are off by default (`ClusterTrustBundleProjection`, `PodCertificateRequest`) are dropped before
 * validation, as the API server does. Kubernetes: pkg/api/pod/util.go (`dropDisabledFields`).
 */
function defaultProjected(projected: ProjectedVolumeSource): void {
  setDefault(projected, "defaultMode", DEFAULT_MODE);
  for (const source of projected.sources ?? []) {
    delete source.clusterTrustBundle;
    delete source.podCertificate;
    if (source.serviceAccountToken)
      setDefault(source.serviceAccountToken, "expirationSeconds", TOKEN_EXPIRATION_SECONDS);
    if (source.downwardAPI) defaultDownwardFiles(source.downwardAPI.items);
  }
}

function defaultDownwardFiles(files: DownwardAPIVolumeFile[] | undefined): void {
  for (const file of files ?? []) {
    if (file.fieldRef) setDefault(file.fieldRef, "apiVersion", "v1");
    if (file.resourceFieldRef) setDefault(file.resourceFieldRef, "divisor", "0");
  }
}
