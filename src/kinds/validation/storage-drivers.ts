/** Validation of what storage drivers and nodes say of each other. */
import { equalJson } from "../../lib/json.ts";
import { dnsSubdomainProblems, qualifiedNameProblems } from "../../lib/names.ts";
import { parseQuantity } from "../../lib/quantity.ts";
import { utf8Length } from "../../lib/utf8.ts";
import type {
  CSIDriver,
  CSINode,
  CSINodeDriver,
  CSIStorageCapacity,
  VolumeAttachment,
  VolumeAttributesClass,
} from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { validateDriverName } from "./devices.ts";
import {
  duplicate,
  forbidden,
  IMMUTABLE,
  invalid,
  invalidFor,
  NOT_NEGATIVE,
  negativeProblem,
  notSupported,
  required,
  tooLong,
} from "./field-errors.ts";
import { attachmentForm, nodeDriverForm } from "./internal-form.ts";
import { validateLabelSelector } from "./labels.ts";
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from "./object-meta.ts";

const MAX_PARAMETERS = 512;
const MAX_PARAMETER_BYTES = 256 * 1024;
const MAX_NODE_ID = 256;
const GROUP_POLICIES = ["File", "None", "ReadWriteOnceWithFSType"];
const LIFECYCLE_MODES = ["Persistent", "Ephemeral"];
const SHORTEST_TOKEN_SECONDS = 600;
const LONGEST_TOKEN_SECONDS = 2 ** 32;
const SHORTEST_UPDATE_PERIOD_SECONDS = 10;

/** Parameters of a class for whoever makes volumes. */
export function validateParameters(parameters: Readonly<Record<string, string>>, path: string): FieldError[] {
  const entries = Object.entries(parameters);
  if (entries.length > MAX_PARAMETERS) return [tooLong(path, MAX_PARAMETERS)];
  const errors = entries.filter(([key]) => key === "").map(([key]) => invalid(path, key, "field can not be empty."));
  const bytes = entries.reduce((sum, [key, value]) => sum + utf8Length(key) + utf8Length(value), 0);
  if (bytes > MAX_PARAMETER_BYTES) errors.push(tooLong(path, MAX_PARAMETER_BYTES));
  return errors;
}

/** Who makes volumes: a qualified name. */
export function validateProvisioner(name: string, path: string): FieldError[] {
  return name ? invalidFor(path, name, qualifiedNameProblems(name.toLowerCase())) : [required(path)];
}

export function validateAttributesClass(attributesClass: VolumeAttributesClass): FieldError[] {
  const { driverName, parameters = {} } = attributesClass;
  const errors = validateObjectMeta(attributesClass, { namespaced: false });
  errors.push(...validateProvisioner(driverName, "driverName"));
  errors.push(...validateParameters(parameters, "parameters"));
  if (Object.keys(parameters).length === 0) {
    errors.push(required("parameters", "must contain at least one key/value pair"));
  }
  return errors;
}

export function validateAttributesClassUpdate(next: VolumeAttributesClass, old: VolumeAttributesClass): FieldError[] {
  const errors = validateObjectMetaUpdate(next, old);
  if (next.driverName !== old.driverName) {
    errors.push(forbidden("driverName", "updates to driverName are forbidden."));
  }
  if (!equalJson(next.parameters ?? {}, old.parameters ?? {})) {
    errors.push(forbidden("parameters", "updates to parameters are forbidden."));
  }
  return errors;
}

export function validateStorageCapacity(capacity: CSIStorageCapacity): FieldError[] {
  const errors = validateObjectMeta(capacity, { namespaced: true });
  errors.push(...validateLabelSelector(capacity.nodeTopology, "nodeTopology"));
  const { storageClassName } = capacity;
  errors.push(...invalidFor("storageClassName", storageClassName, dnsSubdomainProblems(storageClassName)));
  if (capacity.capacity !== undefined && parseQuantity(capacity.capacity).nanos < 0n) {
    errors.push(invalid("capacity", capacity.capacity, NOT_NEGATIVE));
  }
  return errors;
}

export function validateStorageCapacityUpdate(capacity: CSIStorageCapacity, old: CSIStorageCapacity): FieldError[] {
  return [
    ...validateObjectMetaUpdate(capacity, old),
    ...immutable("nodeTopology", capacity.nodeTopology, old.nodeTopology),
    ...immutable("storageClassName", capacity.storageClassName, old.storageClassName),
  ];
}

export function validateCSIDriver(driver: CSIDriver): FieldError[] {
  const { fsGroupPolicy, tokenRequests = [], volumeLifecycleModes = [] } = driver.spec;
  const errors = validateObjectMeta(driver, { namespaced: false });
  if (fsGroupPolicy !== undefined && !GROUP_POLICIES.includes(fsGroupPolicy)) {
    errors.push(notSupported("spec.fsGroupPolicy", fsGroupPolicy, GROUP_POLICIES));
  }
  errors.push(...validateTokenRequests(tokenRequests, "spec.tokenRequests"));
  for (const mode of volumeLifecycleModes) {
    if (!LIFECYCLE_MODES.includes(mode)) errors.push(notSupported("spec.volumeLifecycleModes", mode, LIFECYCLE_MODES));
  }
  const period = driver.spec.nodeAllocatableUpdatePeriodSeconds;
  if (period !== undefined && period < SHORTEST_UPDATE_PERIOD_SECONDS) {
    const why = `must be greater than or equal to ${SHORTEST_UPDATE_PERIOD_SECONDS} seconds`;
    errors.push(invalid("spec.nodeAllocatableUpdatePeriodSeconds", period, why));
  }
  return errors;
}

export function validateCSIDriverUpdate(driver: CSIDriver, old: CSIDriver): FieldError[] {
  return [
    ...validateObjectMetaUpdate(driver, old),
    // The field's name is misspelt in Kubernetes' own message.
    ...immutable("spec.attachedRequired", driver.spec.attachRequired, old.spec.attachRequired),
    ...immutable("spec.volumeLifecycleModes", driver.spec.volumeLifecycleModes, old.spec.volumeLifecycleModes),
  ];
}

function validateTokenRequests(
  requests: readonly { audience: string; expirationSeconds?: number }[],
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const audiences = new Set<string>();
  for (const [i, { audience, expirationSeconds }] of requests.entries()) {
    if (audiences.has(audience)) {
      errors.push(duplicate(`${path}[${i}].audience`, audience));
      continue;
    }
    audiences.add(audience);
    const at = `${path}[${i}].expirationSeconds`;
    if (expirationSeconds === undefined) continue;
    if (expirationSeconds < SHORTEST_TOKEN_SECONDS) {
      errors.push(invalid(at, expirationSeconds, "may not specify a duration less than 10 minutes"));
    }
    if (expirationSeconds > LONGEST_TOKEN_SECONDS) {
      errors.push(invalid(at, expirationSeconds, "may not specify a duration larger than 2^32 seconds"));
    }
  }
  return errors;
}

export function validateCSINode(node: CSINode): FieldError[] {
  const errors = validateObjectMeta(node, { namespaced: false });
  const names = new Set<string>();
  for (const [i, driver] of (node.spec.drivers ?? []).entries()) {
    const path = `spec.drivers[${i}]`;
    errors.push(...validateNodeDriver(driver, path));
    if (names.has(driver.name)) errors.push(duplicate(`${path}.name`, driver.name));
    names.add(driver.name);
  }
  return errors;
}

/** A driver that is on a node stays as it is, but for how many volumes it takes. */
export function validateCSINodeUpdate(node: CSINode, old: CSINode): FieldError[] {
  const errors: FieldError[] = [];
  const present = new Map((node.spec.drivers ?? []).map((driver) => [driver.name, driver]));
  for (const { allocatable: _before, ...before } of old.spec.drivers ?? []) {
    const driver = present.get(before.name);
    if (!driver) continue;
    const { allocatable: _after, ...after } = driver;
    if (!equalJson(after, before)) errors.push(invalid("spec.drivers", nodeDriverForm(driver), IMMUTABLE));
  }
  return errors;
}

function validateNodeDriver({ name, nodeID, allocatable, topologyKeys }: CSINodeDriver, path: string): FieldError[] {
  const errors = validateDriverName(name, `${path}.name`);
  if (!nodeID) errors.push(required(`${path}.nodeID`));
  else if (nodeID.length > MAX_NODE_ID) {
    errors.push(invalid(`${path}.nodeID`, nodeID, `must be ${MAX_NODE_ID} characters or less`));
  }
  errors.push(...negativeProblem(`${path}.allocatable.count`, allocatable?.count));
  const keys = new Set<string>();
  for (const key of topologyKeys ?? []) {
    if (key === "") errors.push(required(path));
    if (keys.has(key)) errors.push(duplicate(path, key));
    keys.add(key);
    errors.push(...invalidFor(path, key, qualifiedNameProblems(key)));
  }
  return errors;
}

export function validateAttachment(attachment: VolumeAttachment): FieldError[] {
  const { attacher, source, nodeName } = attachment.spec;
  const errors = validateObjectMeta(attachment, { namespaced: false });
  if (!attacher) errors.push(required("spec.attacher"));
  const volume = source?.persistentVolumeName;
  const oneOf = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
  if (volume === undefined && !source?.inlineVolumeSpec) errors.push(required("spec.source", oneOf));
  else if (volume !== undefined && source?.inlineVolumeSpec) errors.push(forbidden("spec.source", oneOf));
  else if (volume === "") {
    errors.push(required("spec.source.persistentVolumeName", "must specify non empty persistentVolumeName"));
  }
  errors.push(...invalidFor("spec.nodeName", nodeName ?? "", dnsSubdomainProblems(nodeName ?? "")));
  return errors;
}

export function validateAttachmentUpdate(attachment: VolumeAttachment, old: VolumeAttachment): FieldError[] {
  return equalJson(attachment.spec, old.spec) ? [] : [invalid("spec", attachmentForm(attachment.spec), IMMUTABLE)];
}
