/** Defaults of volumes. */
import type { DownwardAPIVolumeFile, ProjectedVolumeSource, Volume } from "../../schema/index.ts";
import { defaultPullPolicy } from "./containers.ts";
import { setDefault } from "./set-default.ts";

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
  if (volume.hostPath && volume.hostPath.type === undefined) volume.hostPath.type = "";
  if (volume.ephemeral?.volumeClaimTemplate)
    setDefault(volume.ephemeral.volumeClaimTemplate.spec, "volumeMode", "Filesystem");
  if (volume.image && !volume.image.pullPolicy) volume.image.pullPolicy = defaultPullPolicy(volume.image.reference);
  if (volume.iscsi) setDefault(volume.iscsi, "iscsiInterface", "default");
  if (volume.rbd) {
    setDefault(volume.rbd, "pool", "rbd");
    setDefault(volume.rbd, "user", "admin");
    setDefault(volume.rbd, "keyring", "/etc/ceph/keyring");
  }
  if (volume.azureDisk) {
    setDefault(volume.azureDisk, "cachingMode", "ReadWrite");
    setDefault(volume.azureDisk, "kind", "Shared");
    setDefault(volume.azureDisk, "fsType", "ext4");
    setDefault(volume.azureDisk, "readOnly", false);
  }
  if (volume.scaleIO) {
    setDefault(volume.scaleIO, "storageMode", "ThinProvisioned");
    setDefault(volume.scaleIO, "fsType", "xfs");
  }
}

function defaultProjected(projected: ProjectedVolumeSource): void {
  setDefault(projected, "defaultMode", DEFAULT_MODE);
  for (const source of projected.sources ?? []) {
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
