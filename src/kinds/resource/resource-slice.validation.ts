/**
 * Validation of ResourceSlices.
 *
 * Kubernetes: pkg/apis/resource/validation/validation.go (ValidateResourceSlice, ValidateResourceSliceUpdate)
 */
import { dnsLabelProblems, dnsSubdomainProblems } from "../../lib/names.ts";
import { utf8Length } from "../../lib/text.ts";
import type { Device, DeviceAttribute, ResourcePool, ResourceSlice, ResourceSliceSpec } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { validateDriverName, validateQualifiedName } from "../validation/device-names.ts";
import { duplicate, invalid, invalidFor, required, tooLong, tooMany } from "../validation/field-errors.ts";
import { immutable, validateObjectMeta, validateObjectMetaUpdate } from "../validation/object-meta.ts";

const MAX_DEVICES = 128;
/** Limits for slices whose devices have taints, share counters or list attributes. */
const MAX_ADVANCED_DEVICES = 64;
const MAX_COUNTER_SETS = 8;
const MAX_ATTRIBUTES = 32;
const MAX_VALUE_BYTES = 64;
const MAX_POOL_NAME = 253;
/** Semantic versions (semver.org), without the details of build metadata. */
const VERSION =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(\.(0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*)?(\+[\dA-Za-z-]+(\.[\dA-Za-z-]+)*)?$/;

export function validateResourceSlice(slice: ResourceSlice): FieldError[] {
  const { spec } = slice;
  const errors = validateObjectMeta(slice, { namespaced: false });
  errors.push(...validateDriverName(spec.driver, "spec.driver"));
  errors.push(...validatePool(spec.pool));
  errors.push(...validatePlace(spec));
  if (spec.sharedCounters?.length && spec.devices?.length) {
    errors.push(invalid("spec", "", "only one of `sharedCounters` or `devices` is allowed"));
  }
  errors.push(...validateDevices(spec));
  const counters = spec.sharedCounters?.length ?? 0;
  if (counters > MAX_COUNTER_SETS) errors.push(tooMany("spec.sharedCounters", counters, MAX_COUNTER_SETS));
  return errors;
}

export function validateResourceSliceUpdate(slice: ResourceSlice, old: ResourceSlice): FieldError[] {
  return [
    ...validateObjectMetaUpdate(slice, old),
    ...immutable("spec.pool.name", slice.spec.pool.name, old.spec.pool.name),
    ...immutable("spec.driver", slice.spec.driver, old.spec.driver),
    ...immutable("spec.nodeName", slice.spec.nodeName, old.spec.nodeName),
  ];
}

function validatePool({ name, resourceSliceCount, generation }: ResourcePool): FieldError[] {
  const errors: FieldError[] = [];
  const path = "spec.pool";
  if (!name) errors.push(required(`${path}.name`));
  else {
    if (utf8Length(name) > MAX_POOL_NAME) errors.push(tooLong(`${path}.name`, MAX_POOL_NAME));
    for (const part of name.split("/")) errors.push(...invalidFor(`${path}.name`, part, dnsSubdomainProblems(part)));
  }
  if (!(resourceSliceCount > 0)) {
    errors.push(invalid(`${path}.resourceSliceCount`, resourceSliceCount ?? 0, "must be greater than zero"));
  }
  if (generation < 0) {
    errors.push(invalid(`${path}.generation`, generation, "must be greater than or equal to zero"));
  }
  return errors;
}

/** Exactly one field must say which nodes can reach the devices. */
function validatePlace({ nodeName, nodeSelector, allNodes, perDeviceNodeSelection }: ResourceSliceSpec): FieldError[] {
  const errors: FieldError[] = [];
  const set: string[] = [];
  if (nodeName !== undefined) {
    if (nodeName === "") errors.push(invalid("spec.nodeName", "", "must be either unset or set to a non-empty string"));
    else {
      set.push("`nodeName`");
      errors.push(...invalidFor("spec.nodeName", nodeName, dnsSubdomainProblems(nodeName)));
    }
  }
  if (nodeSelector) {
    set.push("`nodeSelector`");
    const terms = nodeSelector.nodeSelectorTerms ?? [];
    if (terms.length !== 1) {
      errors.push(invalid("spec.nodeSelector.nodeSelectorTerms", terms, "must have exactly one node selector term"));
    }
  }
  for (const [field, value] of Object.entries({ allNodes, perDeviceNodeSelection })) {
    if (value === true) set.push(`\`${field}\``);
    if (value === false) errors.push(invalid(`spec.${field}`, value, "must be either unset or set to true"));
  }
  const oneOf = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";
  if (set.length === 0) errors.push(required("spec", oneOf));
  if (set.length > 1) errors.push(invalid("spec", `{${set.join(", ")}}`, `${oneOf}, but multiple fields are set`));
  return errors;
}

function validateDevices({ devices = [], perDeviceNodeSelection }: ResourceSliceSpec): FieldError[] {
  const most = devices.some(isAdvanced) ? MAX_ADVANCED_DEVICES : MAX_DEVICES;
  if (devices.length > most) return [tooMany("spec.devices", devices.length, most)];
  const errors = devices.flatMap((device, i) =>
    validateDevice(device, `spec.devices[${i}]`, perDeviceNodeSelection === true),
  );
  const seen = new Set<string>();
  for (const [i, { name }] of devices.entries()) {
    if (seen.has(name)) errors.push(duplicate(`spec.devices[${i}]`, name));
    seen.add(name);
  }
  return errors;
}

function isAdvanced({ taints, consumesCounters, attributes = {} }: Device): boolean {
  if (taints?.length || consumesCounters?.length) return true;
  return Object.values(attributes).some(({ bools, ints, strings, versions }) => bools ?? ints ?? strings ?? versions);
}

function validateDevice(device: Device, path: string, choosesNodes: boolean): FieldError[] {
  const { name, attributes = {}, capacity = {}, nodeName, nodeSelector, allNodes } = device;
  const errors = name ? invalidFor(`${path}.name`, name, dnsLabelProblems(name)) : [required(`${path}.name`)];
  const count = Object.keys(attributes).length + Object.keys(capacity).length;
  if (count > MAX_ATTRIBUTES) {
    const why = `the total number of attributes and capacities must not exceed ${MAX_ATTRIBUTES}`;
    errors.push(invalid(path, count, why));
  }
  for (const [key, attribute] of Object.entries(attributes)) {
    errors.push(...validateQualifiedName(key, `${path}.attributes`));
    errors.push(...validateAttribute(attribute, `${path}.attributes[${key}]`));
  }
  for (const key of Object.keys(capacity)) errors.push(...validateQualifiedName(key, `${path}.capacity`));
  const places = [nodeName, nodeSelector, allNodes].filter((place) => place !== undefined).length;
  if (choosesNodes && places !== 1) {
    const why =
      "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
    errors.push(places === 0 ? required(path, why) : invalid(path, null, why));
  }
  if (!choosesNodes && places > 0) {
    const why =
      "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
    errors.push(invalid(path, null, why));
  }
  return errors;
}

function validateAttribute(attribute: DeviceAttribute, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const values = Object.entries(attribute).filter(([, value]) => value !== undefined && value !== null);
  for (const [field, value] of values) {
    const texts = (Array.isArray(value) ? value : [value]).filter((text) => typeof text === "string");
    for (const text of texts) {
      if (field.startsWith("version") && !VERSION.test(text)) {
        errors.push(invalid(`${path}.${field}`, text, "must be a string compatible with semver.org spec 2.0.0"));
      }
      if (utf8Length(text) > MAX_VALUE_BYTES) errors.push(tooLong(`${path}.${field}`, MAX_VALUE_BYTES));
    }
  }
  if (values.length !== 1) {
    errors.push(invalid(path, values.length === 0 ? "" : attribute, "exactly one value must be specified"));
  }
  return errors;
}
