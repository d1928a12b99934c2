/**
 * Sources of volumes, in pods and PersistentVolumes.
 * Source: k8s.io/kubectl pkg/describe/describe.go (`describeVolumes`)
 */
import type { JsonObject } from "../../../lib/json.ts";
import { compareQuantities } from "../../../lib/quantity.ts";
import { writeClaim } from "./claims.ts";
import { at, isAt, mapAt, numberAt, objectAt, objectsAt, textAt, textsAt } from "./fields.ts";
import { quantityText } from "./quantities.ts";
import type { Writer } from "./writer.ts";

type FieldType = "text" | "number" | "bool" | "list" | "names" | "secret" | "map";

/** A line: its label, the path in the source, and the type (text by default). */
type Line = readonly [label: string, path: string, type?: FieldType];

interface SourceForm {
  /** The field of the volume. */
  field: string;
  type: string;
  lines?: readonly Line[];
  /** Writes the whole of a source that is no list of fields. */
  write?(w: Writer, source: JsonObject): void;
}

const READ_ONLY: Line = ["ReadOnly", "readOnly", "bool"];
const FS_TYPE: Line = ["FSType", "fsType"];
const PARTITION: Line = ["Partition", "partition", "number"];
const SECRET: Line = ["SecretRef", "secretRef", "secret"];

const FORMS: readonly SourceForm[] = [
  {
    field: "hostPath",
    type: "HostPath (bare host directory volume)",
    write(w, source) {
      const type = at(source, "type") === undefined ? "<none>" : textAt(source, "type");
      writeLines(w, [`Path:\t${textAt(source, "path")}`, `HostPathType:\t${type}`]);
    },
  },
  {
    field: "emptyDir",
    type: "EmptyDir (a temporary directory that shares a pod's lifetime)",
    write(w, source) {
      const limit = textAt(source, "sizeLimit");
      const shown = limit !== "" && compareQuantities(limit, "0") > 0 ? quantityText(limit) : "<unset>";
      writeLines(w, [`Medium:\t${textAt(source, "medium")}`, `SizeLimit:\t${shown}`]);
    },
  },
  {
    field: "gcePersistentDisk",
    type: "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
    lines: [["PDName", "pdName"], FS_TYPE, PARTITION, READ_ONLY],
  },
  {
    field: "awsElasticBlockStore",
    type: "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
    lines: [["VolumeID", "volumeID"], FS_TYPE, PARTITION, READ_ONLY],
  },
  {
    field: "gitRepo",
    type: "GitRepo (a volume that is pulled from git when the pod is created)",
    lines: [
      ["Repository", "repository"],
      ["Revision", "revision"],
    ],
  },
  {
    field: "secret",
    type: "Secret (a volume populated by a Secret)",
    lines: [
      ["SecretName", "secretName"],
      ["Optional", "optional", "bool"],
    ],
  },
  {
    field: "configMap",
    type: "ConfigMap (a volume populated by a ConfigMap)",
    lines: [
      ["Name", "name"],
      ["Optional", "optional", "bool"],
    ],
  },
  {
    field: "nfs",
    type: "NFS (an NFS mount that lasts the lifetime of a pod)",
    lines: [["Server", "server"], ["Path", "path"], READ_ONLY],
  },
  {
    field: "iscsi",
    type: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    write: writeIscsi,
  },
  {
    field: "glusterfs",
    type: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    write(w, source) {
      const namespace = at(source, "endpointsNamespace");
      writeLines(w, [
        `EndpointsName:\t${textAt(source, "endpoints")}`,
        ...(namespace === undefined ? [] : [`EndpointsNamespace:\t${textAt(source, "endpointsNamespace")}`]),
        `Path:\t${textAt(source, "path")}`,
        `ReadOnly:\t${isAt(source, "readOnly")}`,
      ]);
    },
  },
  {
    field: "persistentVolumeClaim",
    type: "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
    lines: [["ClaimName", "claimName"], READ_ONLY],
  },
  {
    field: "ephemeral",
    type: "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)",
    write(w, source) {
      if (at(source, "volumeClaimTemplate") === undefined) return;
      writeClaim(w.nested(2), objectAt(source, "volumeClaimTemplate"), { isFull: false, nowMs: 0 });
    },
  },
  {
    field: "rbd",
    type: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    lines: [
      ["CephMonitors", "monitors", "list"],
      ["RBDImage", "image"],
      FS_TYPE,
      ["RBDPool", "pool"],
      ["RadosUser", "user"],
      ["Keyring", "keyring"],
      SECRET,
      READ_ONLY,
    ],
  },
  {
    field: "quobyte",
    type: "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
    lines: [["Registry", "registry"], ["Volume", "volume"], READ_ONLY],
  },
  {
    field: "downwardAPI",
    type: "DownwardAPI (a volume populated by information about the pod)",
    write(w, source) {
      w.write(0, "    Items:\n");
      for (const item of objectsAt(source, "items")) {
        const path = textAt(item, "path");
        if (at(item, "fieldRef") !== undefined) w.write(3, `${textAt(item, "fieldRef.fieldPath")} -> ${path}\n`);
        if (at(item, "resourceFieldRef") !== undefined) {
          w.write(3, `${textAt(item, "resourceFieldRef.resource")} -> ${path}\n`);
        }
      }
    },
  },
  {
    field: "azureDisk",
    type: "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
    lines: [
      ["DiskName", "diskName"],
      ["DiskURI", "diskURI"],
      ["Kind: ", "kind"],
      FS_TYPE,
      ["CachingMode", "cachingMode"],
      READ_ONLY,
    ],
  },
  {
    field: "vsphereVolume",
    type: "vSphereVolume (a Persistent Disk resource in vSphere)",
    lines: [["VolumePath", "volumePath"], FS_TYPE, ["StoragePolicyName", "storagePolicyName"]],
  },
  {
    field: "cinder",
    type: "Cinder (a Persistent Disk resource in OpenStack)",
    lines: [["VolumeID", "volumeID"], FS_TYPE, READ_ONLY, SECRET],
  },
  {
    field: "photonPersistentDisk",
    type: "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
    lines: [["PdID", "pdID"], FS_TYPE],
  },
  {
    field: "portworxVolume",
    type: "PortworxVolume (a Portworx Volume resource)",
    lines: [["VolumeID", "volumeID"]],
  },
  {
    field: "scaleIO",
    type: "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
    lines: [
      ["Gateway", "gateway"],
      ["System", "system"],
      ["Protection Domain", "protectionDomain"],
      ["Storage Pool", "storagePool"],
      ["Storage Mode", "storageMode"],
      ["VolumeName", "volumeName"],
      FS_TYPE,
      READ_ONLY,
    ],
  },
  {
    field: "local",
    type: "LocalVolume (a persistent volume backed by local storage on a node)",
    lines: [["Path", "path"]],
  },
  {
    field: "cephfs",
    type: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    lines: [
      ["Monitors", "monitors", "list"],
      ["Path", "path"],
      ["User", "user"],
      ["SecretFile", "secretFile"],
      SECRET,
      READ_ONLY,
    ],
  },
  {
    field: "storageos",
    type: "StorageOS (a StorageOS Persistent Disk resource)",
    lines: [["VolumeName", "volumeName"], ["VolumeNamespace", "volumeNamespace"], FS_TYPE, READ_ONLY],
  },
  {
    field: "fc",
    type: "FC (a Fibre Channel disk)",
    write(w, source) {
      writeLines(w, [
        `TargetWWNs:\t${textsAt(source, "targetWWNs").join(", ")}`,
        `LUN:\t${at(source, "lun") === undefined ? "<none>" : numberAt(source, "lun")}`,
        `FSType:\t${textAt(source, "fsType")}`,
        `ReadOnly:\t${isAt(source, "readOnly")}`,
      ]);
    },
  },
  {
    field: "azureFile",
    type: "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
    lines: [["SecretName", "secretName"], ["ShareName", "shareName"], READ_ONLY],
  },
  {
    field: "flexVolume",
    type: "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
    lines: [["Driver", "driver"], FS_TYPE, SECRET, READ_ONLY, ["Options", "options", "map"]],
  },
  {
    field: "flocker",
    type: "Flocker (a Flocker volume mounted by the Flocker agent)",
    lines: [
      ["DatasetName", "datasetName"],
      ["DatasetUUID", "datasetUUID"],
    ],
  },
  {
    field: "projected",
    type: "Projected (a volume that contains injected data from multiple sources)",
    write: writeProjected,
  },
  { field: "csi", type: "CSI (a Container Storage Interface (CSI) volume source)", write: writeCsi },
  {
    field: "image",
    type: "Image (a container image or OCI artifact)",
    lines: [
      ["Reference", "reference"],
      ["PullPolicy", "pullPolicy"],
    ],
  },
];

/** The volumes of a pod, or of a template behind `indent`. */
export function writeVolumes(w: Writer, volumes: readonly JsonObject[], indent: string): void {
  w.write(0, volumes.length === 0 ? `${indent}Volumes:\t<none>\n` : `${indent}Volumes:\n`);
  for (const volume of volumes) {
    w.write(1, `${indent === "" ? "" : " "}${textAt(volume, "name")}:\n`);
    writeVolumeSource(w, volume);
  }
}

/** The source among the fields of a volume, or of a PersistentVolume's spec. */
export function writeVolumeSource(w: Writer, holder: JsonObject): void {
  const form = FORMS.find(({ field }) => at(holder, field) !== undefined);
  if (!form) {
    w.write(1, "<unknown>\n");
    return;
  }
  const source = objectAt(holder, form.field);
  w.field(2, "Type", form.type);
  writeLines(
    w,
    (form.lines ?? []).map(([label, path, type]) => `${label}:\t${valueText(source, path, type)}`),
  );
  form.write?.(w, source);
}

function writeLines(w: Writer, lines: readonly string[]): void {
  for (const line of lines) w.write(2, `${line}\n`);
}

function valueText(source: JsonObject, path: string, type: FieldType = "text"): string {
  switch (type) {
    case "number":
      return String(numberAt(source, path));
    case "bool":
      return String(isAt(source, path));
    case "list":
      return `[${textsAt(source, path).join(" ")}]`;
    case "secret":
      return secretText(source, path);
    case "map":
      return textAt(source, path) || "map[]";
    default:
      return textAt(source, path);
  }
}

/** As Go prints a pointer to a reference: that of a volume has a name, that of a PersistentVolume a namespace too. */
function secretText(source: JsonObject, path: string): string {
  if (at(source, path) === undefined) return "nil";
  const name = textAt(source, `${path}.name`);
  const namespace = at(source, `${path}.namespace`);
  if (namespace === undefined) return `&LocalObjectReference{Name:${name},}`;
  return `&SecretReference{Name:${name},Namespace:${textAt(source, `${path}.namespace`)},}`;
}

function writeIscsi(w: Writer, source: JsonObject): void {
  const initiator = at(source, "initiatorName") === undefined ? "<none>" : textAt(source, "initiatorName");
  writeLines(w, [
    `TargetPortal:\t${textAt(source, "targetPortal")}`,
    `IQN:\t${textAt(source, "iqn")}`,
    `Lun:\t${numberAt(source, "lun")}`,
    `ISCSIInterface\t${textAt(source, "iscsiInterface")}`,
    `FSType:\t${textAt(source, "fsType")}`,
    `ReadOnly:\t${isAt(source, "readOnly")}`,
    `Portals:\t[${textsAt(source, "portals").join(" ")}]`,
    `DiscoveryCHAPAuth:\t${isAt(source, "chapAuthDiscovery")}`,
    `SessionCHAPAuth:\t${isAt(source, "chapAuthSession")}`,
    `SecretRef:\t${secretText(source, "secretRef")}`,
    `InitiatorName:\t${initiator}`,
  ]);
}

function writeProjected(w: Writer, source: JsonObject): void {
  for (const one of objectsAt(source, "sources")) {
    if (at(one, "secret") !== undefined) {
      writeLines(w, [`SecretName:\t${textAt(one, "secret.name")}`, `Optional:\t${isAt(one, "secret.optional")}`]);
    } else if (at(one, "downwardAPI") !== undefined) {
      writeLines(w, ["DownwardAPI:\ttrue"]);
    } else if (at(one, "configMap") !== undefined) {
      writeLines(w, [
        `ConfigMapName:\t${textAt(one, "configMap.name")}`,
        `Optional:\t${isAt(one, "configMap.optional")}`,
      ]);
    } else if (at(one, "serviceAccountToken") !== undefined) {
      writeLines(w, [`TokenExpirationSeconds:\t${numberAt(one, "serviceAccountToken.expirationSeconds")}`]);
    }
  }
}

function writeCsi(w: Writer, source: JsonObject): void {
  const handle = at(source, "volumeHandle");
  writeLines(w, [
    `Driver:\t${textAt(source, "driver")}`,
    `FSType:\t${textAt(source, "fsType")}`,
    ...(handle === undefined ? [] : [`VolumeHandle:\t${textAt(source, "volumeHandle")}`]),
    `ReadOnly:\t${isAt(source, "readOnly")}`,
  ]);
  const attributes = mapAt(source, "volumeAttributes");
  w.write(2, "VolumeAttributes:\t");
  const keys = Object.keys(attributes).sort();
  if (keys.length === 0) w.write(0, "<none>\n");
  keys.forEach((key, i) => {
    const line = `${key}=${attributes[key]}`;
    if (i > 0) w.write(4, "\t");
    w.write(2, line.length > MAX_ATTRIBUTE ? `${line.slice(0, MAX_ATTRIBUTE)}...\n` : `${line}\n`);
  });
}

const MAX_ATTRIBUTE = 140;
