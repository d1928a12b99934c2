/**
 * Validation of the sources of PersistentVolumes.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidatePersistentVolumeSpec and the functions of its sources)
 */
import { dnsLabelProblems, dnsSubdomainProblems } from "../../lib/names.ts";
import { utf8Length } from "../../lib/text.ts";
import type { PersistentVolume, PersistentVolumeSpec, SecretReference } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { validateDriverName } from "../validation/device-names.ts";
import { forbidden, invalid, invalidFor, notSupported, required } from "../validation/field-errors.ts";
import { validateNoBacksteps } from "./pod-spec/volume-mounts.validation.ts";
import { validateHostPath } from "./pod-spec/volumes.validation.ts";

type Sources = Required<PersistentVolumeSpec>;
type Check<K extends keyof Sources> = (source: Sources[K], path: string, name: string) => FieldError[];

const WRONG_FORM = "must be valid format";
const INITIATORS = [
  ["iqn", /^iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+(:[^,;*&$|\s]+)$/],
  ["eui", /^eui\.[A-Za-z0-9]{16}$/],
  ["naa", /^naa\.[A-Za-z0-9]{32}$/],
] as const;
const MAX_PORTAL = 64;
const BLOB_URI = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd";
const MANAGED_URI = "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}";
const CACHING_MODES = ["None", "ReadOnly", "ReadWrite"];
const DISK_KINDS = ["Dedicated", "Managed", "Shared"];
const PAIRS = "must be a host:port pair or multiple pairs separated by commas";

/** Checks by source, in Kubernetes' order: of two sources the first is validated. */
const CHECKS: { [K in keyof Sources]?: Check<K> } = {
  hostPath: (source, path) => validateHostPath(source.path, source.type ?? "", path),
  gcePersistentDisk: ({ pdName, partition }, path) => {
    // Kubernetes names this source `persistentDisk` in its messages.
    const at = path.replace("gcePersistentDisk", "persistentDisk");
    return [...need(at, { pdName }), ...validatePartition(partition, at)];
  },
  awsElasticBlockStore: ({ volumeID, partition }, path) => [
    ...need(path, { volumeID }),
    ...validatePartition(partition, path),
  ],
  glusterfs: ({ endpoints, path: folder, endpointsNamespace }, path) => [
    ...need(path, { endpoints, path: folder }),
    ...(endpointsNamespace === undefined ? [] : validateNamespace(endpointsNamespace, `${path}.endpointsNamespace`)),
  ],
  nfs: ({ server, path: folder }, path) => [
    ...need(path, { server, path: folder }),
    ...(folder?.startsWith("/") ? [] : [invalid(`${path}.path`, folder ?? "", "must be an absolute path")]),
  ],
  rbd: ({ monitors, image }, path) => need(path, { monitors, image }),
  quobyte: ({ registry, tenant, volume }, path) => [
    ...validateRegistry(registry, tenant, path),
    ...need(path, { volume }),
  ],
  cephfs: ({ monitors }, path) => need(path, { monitors }),
  iscsi: validateIscsi,
  cinder: ({ volumeID, secretRef }, path) => [...need(path, { volumeID }), ...needReference(secretRef, path)],
  fc: validateFibreChannel,
  flexVolume: ({ driver, options = {} }, path) => [
    ...need(path, { driver }),
    ...Object.keys(options).flatMap((key) => {
      const namespace = `.${(key.includes("/") ? key.split("/")[0]! : key).toLowerCase()}`;
      if (!namespace.endsWith(".kubernetes.io") && !namespace.endsWith(".k8s.io")) return [];
      return [invalid(`${path}.options[${key}]`, key, "kubernetes.io and k8s.io namespaces are reserved")];
    }),
  ],
  azureFile: ({ secretName, shareName, secretNamespace }, path) => [
    ...need(path, { secretName, shareName }),
    ...(secretNamespace === "" ? [required(`${path}.secretNamespace`)] : []),
  ],
  vsphereVolume: ({ volumePath }, path) => need(path, { volumePath }),
  photonPersistentDisk: ({ pdID }, path) => need(path, { pdID }),
  portworxVolume: ({ volumeID }, path) => need(path, { volumeID }),
  azureDisk: validateAzureDisk,
  scaleIO: ({ gateway, system, volumeName }, path) => need(path, { gateway, system, volumeName }),
  local: ({ path: folder }, path) => {
    const errors = need(path, { path: folder });
    return errors.length > 0 ? errors : validateNoBacksteps(folder, `${path}.path`);
  },
  storageos: ({ volumeName, volumeNamespace, secretRef }, path) => [
    ...need(path, { volumeName }),
    ...(volumeName ? invalidFor(`${path}.volumeName`, volumeName, dnsLabelProblems(volumeName)) : []),
    ...(volumeNamespace
      ? invalidFor(`${path}.volumeNamespace`, volumeNamespace, dnsLabelProblems(volumeNamespace))
      : []),
    ...needReference(secretRef, path),
  ],
  csi: validateCsi,
};

export function validateVolumeSources({ metadata, spec }: PersistentVolume): FieldError[] {
  const given = (Object.keys(CHECKS) as (keyof Sources)[]).filter((source) => spec[source] !== undefined);
  if (given.length === 0) return [required("spec", "must specify a volume type")];
  return given.flatMap((source, i) => {
    const path = `spec.${source}`;
    if (i > 0) return [forbidden(path, "may not specify more than 1 volume type")];
    return validateSource(source, spec, { path, name: metadata.name ?? "" });
  });
}

function validateSource<K extends keyof Sources>(
  source: K,
  spec: PersistentVolumeSpec,
  { path, name }: { path: string; name: string },
): FieldError[] {
  const check = CHECKS[source] as Check<K> | undefined;
  const errors = check?.(spec[source] as Sources[K], path, name) ?? [];
  if (source === "local" && !spec.nodeAffinity) {
    errors.push(required("spec.nodeAffinity", "Local volume requires node affinity"));
  }
  return errors;
}

/** A refusal for each empty value. */
function need(path: string, values: Readonly<Record<string, string | readonly string[] | undefined>>): FieldError[] {
  return Object.entries(values)
    .filter(([, value]) => value === undefined || value.length === 0)
    .map(([field]) => required(`${path}.${field}`));
}

function needReference(reference: { name?: string; namespace?: string } | undefined, path: string): FieldError[] {
  if (!reference) return [];
  const { name, namespace } = reference;
  return need(`${path}.secretRef`, { name, namespace });
}

function validatePartition(partition: number | undefined, path: string): FieldError[] {
  if (partition === undefined || (partition >= 0 && partition <= 255)) return [];
  return [invalid(`${path}.partition`, partition, "must be between 1 and 255, inclusive")];
}

function validateNamespace(namespace: string, field: string): FieldError[] {
  if (namespace !== "") return invalidFor(field, namespace, dnsLabelProblems(namespace));
  return [invalid(field, namespace, "if the endpointnamespace is set, it must be a valid namespace name")];
}

function validateRegistry(registry: string, tenant: string | undefined, path: string): FieldError[] {
  if (!registry) return [required(`${path}.registry`, PAIRS)];
  if (utf8Length(tenant ?? "") > 64) {
    return [required(`${path}.tenant`, "must be a UUID and may not exceed a length of 64 characters")];
  }
  const wrong = registry.split(",").filter((pair) => !/^([^:[\]]*|\[[^[\]]*\]):[^:]*$/.test(pair));
  return wrong.map(() => invalid(`${path}.registry`, registry, PAIRS));
}

function validateIscsi(source: Sources["iscsi"], path: string, name: string): FieldError[] {
  const { targetPortal = "", iqn = "", lun, initiatorName, secretRef } = source;
  const errors = need(path, { targetPortal });
  if (initiatorName !== undefined && utf8Length(`${name}:${targetPortal}`) > MAX_PORTAL) {
    const most =
      "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.";
    errors.push(invalid(`${path}.targetportal`, targetPortal, most));
  }
  errors.push(...(iqn === "" ? [required(`${path}.iqn`)] : validateInitiator(iqn, `${path}.iqn`)));
  errors.push(...validateLun(lun, path));
  const authenticates = source.chapAuthDiscovery === true || source.chapAuthSession === true;
  if (authenticates && !secretRef) errors.push(required(`${path}.secretRef`));
  if (secretRef) errors.push(...need(`${path}.secretRef`, { name: secretRef.name }));
  if (initiatorName !== undefined) errors.push(...validateInitiator(initiatorName, `${path}.initiatorname`));
  return errors;
}

function validateInitiator(text: string, field: string): FieldError[] {
  const form = INITIATORS.find(([prefix]) => text.startsWith(prefix));
  return form?.[1].test(text) ? [] : [invalid(field, text, WRONG_FORM)];
}

function validateLun(lun: number, path: string): FieldError[] {
  return lun >= 0 && lun <= 255 ? [] : [invalid(`${path}.lun`, lun, "must be between 0 and 255, inclusive")];
}

function validateFibreChannel({ targetWWNs = [], wwids = [], lun }: Sources["fc"], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const field = `${path}.targetWWNs`;
  if (targetWWNs.length + wwids.length === 0) {
    errors.push(required(field, "must specify either targetWWNs or wwids, but not both"));
  }
  if (targetWWNs.length > 0 && wwids.length > 0) {
    errors.push(invalid(field, targetWWNs, "targetWWNs and wwids can not be specified simultaneously"));
  }
  if (targetWWNs.length === 0) return errors;
  if (lun === undefined) return [...errors, required(`${path}.lun`, "lun is required if targetWWNs is specified")];
  return [...errors, ...validateLun(lun, path)];
}

function validateAzureDisk(source: Sources["azureDisk"], path: string): FieldError[] {
  const { diskName, diskURI = "", cachingMode, kind } = source;
  const errors = need(path, { diskName, diskURI });
  if (cachingMode !== undefined && !CACHING_MODES.includes(cachingMode)) {
    errors.push(notSupported(`${path}.cachingMode`, cachingMode, CACHING_MODES));
  }
  if (kind === undefined) return errors;
  if (!DISK_KINDS.includes(kind)) errors.push(notSupported(`${path}.kind`, kind, DISK_KINDS));
  const [prefix, form] = kind === "Managed" ? ["/subscriptions/", MANAGED_URI] : ["https://", BLOB_URI];
  if (!diskURI.startsWith(prefix)) errors.push(notSupported(`${path}.diskURI`, diskURI, [form]));
  return errors;
}

function validateCsi(source: Sources["csi"], path: string): FieldError[] {
  const errors = [
    ...validateDriverName(source.driver, `${path}.driver`),
    ...need(path, { volumeHandle: source.volumeHandle }),
  ];
  const references = [
    "controllerPublishSecretRef",
    "controllerExpandSecretRef",
    "nodePublishSecretRef",
    "nodeExpandSecretRef",
  ] as const;
  for (const field of references) {
    const reference = source[field];
    if (reference) errors.push(...validateReference(reference, `${path}.${field}`));
  }
  return errors;
}

function validateReference({ name, namespace }: SecretReference, path: string): FieldError[] {
  return [
    ...(name ? invalidFor(`${path}.name`, name, dnsSubdomainProblems(name)) : [required(`${path}.name`)]),
    ...(namespace
      ? invalidFor(`${path}.namespace`, namespace, dnsLabelProblems(namespace))
      : [required(`${path}.namespace`)]),
  ];
}
