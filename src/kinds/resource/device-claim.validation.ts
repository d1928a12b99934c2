/**
 * Validation of a claim's requests for devices, in ResourceClaims and their templates.
 *
 * Kubernetes: pkg/apis/resource/validation/validation.go (validateDeviceClaim)
 */
import { dnsLabelProblems, dnsSubdomainProblems } from "../../lib/names.ts";
import { utf8Length } from "../../lib/text.ts";
import type {
  DeviceClaim,
  DeviceClassConfiguration,
  DeviceConstraint,
  DeviceRequest,
  DeviceSelector,
  DeviceSubRequest,
  ExactDeviceRequest,
} from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { validateDriverName, validateFullName } from "../validation/device-names.ts";
import {
  duplicate,
  invalid,
  invalidFor,
  notSupported,
  required,
  tooLong,
  tooMany,
} from "../validation/field-errors.ts";

export const MAX_LIST = 32;
const MAX_SUBREQUESTS = 8;
const MAX_EXPRESSION_BYTES = 10 * 1024;
const ALLOCATION_MODES = ["All", "ExactCount"];

const NOT_A_REQUEST =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

export function validateDeviceClaim(claim: DeviceClaim | undefined, path: string): FieldError[] {
  const { requests, constraints = [], config = [] } = claim ?? {};
  const names = requestNames(requests ?? []);
  const errors = validateEach(requests ?? [], `${path}.requests`, MAX_LIST, validateRequest);
  errors.push(...duplicateNames(requests ?? [], `${path}.requests`));
  errors.push(
    ...validateEach(constraints, `${path}.constraints`, MAX_LIST, (constraint, at) =>
      validateConstraint(constraint, at, names),
    ),
  );
  errors.push(
    ...validateEach(config, `${path}.config`, MAX_LIST, (entry, at) => [
      ...validateReferences(entry.requests ?? [], `${at}.requests`, names),
      ...validateConfiguration(entry, at),
    ]),
  );
  return errors;
}

/** Names that constraints and configurations may refer to: requests, and `request/subrequest`. */
function requestNames(requests: readonly DeviceRequest[]): ReadonlySet<string> {
  return new Set(
    requests.flatMap(({ name, firstAvailable = [] }) => [
      name,
      ...firstAvailable.map((alternative) => `${name}/${alternative.name}`),
    ]),
  );
}

function validateRequest(request: DeviceRequest, path: string): FieldError[] {
  const errors = validateLabelName(request.name, `${path}.name`);
  const { exactly, firstAvailable = [] } = request;
  const kinds = Number(exactly !== undefined) + Number(firstAvailable.length > 0);
  const oneOf = "exactly one of `exactly` or `firstAvailable` is required";
  if (kinds === 0) return [...errors, required(path, oneOf)];
  if (kinds > 1) return [...errors, invalid(path, null, `${oneOf}, but multiple fields are set`)];
  if (exactly) return [...errors, ...validateDeviceRequest(exactly, `${path}.exactly`)];
  const list = `${path}.firstAvailable`;
  errors.push(
    ...validateEach(firstAvailable, list, MAX_SUBREQUESTS, (alternative, at) => [
      ...validateLabelName(alternative.name, `${at}.name`),
      ...validateDeviceRequest(alternative, at),
    ]),
  );
  return [...errors, ...duplicateNames(firstAvailable, list)];
}

function validateDeviceRequest(request: ExactDeviceRequest | DeviceSubRequest, path: string): FieldError[] {
  const { deviceClassName, selectors = [], allocationMode, count = 0 } = request;
  const errors: FieldError[] = [];
  if (!deviceClassName) errors.push(required(`${path}.deviceClassName`));
  else errors.push(...invalidFor(`${path}.deviceClassName`, deviceClassName, dnsSubdomainProblems(deviceClassName)));
  errors.push(...validateSelectors(selectors, `${path}.selectors`));
  if (allocationMode === "All") {
    if (count !== 0) {
      errors.push(invalid(`${path}.count`, count, "must not be specified when allocationMode is 'All'"));
    }
  } else if (allocationMode === "ExactCount") {
    if (count <= 0) errors.push(invalid(`${path}.count`, count, "must be greater than zero"));
  } else {
    errors.push(notSupported(`${path}.allocationMode`, allocationMode, ALLOCATION_MODES));
  }
  return errors;
}

export function validateSelectors(selectors: readonly DeviceSelector[], path: string): FieldError[] {
  return validateEach(selectors, path, MAX_LIST, ({ cel }, at) => {
    if (!cel) return [required(`${at}.cel`)];
    if (utf8Length(cel.expression) > MAX_EXPRESSION_BYTES) {
      return [tooLong(`${at}.cel.expression`, MAX_EXPRESSION_BYTES)];
    }
    return [];
  });
}

function validateConstraint(constraint: DeviceConstraint, path: string, names: ReadonlySet<string>): FieldError[] {
  const { requests = [], matchAttribute, distinctAttribute } = constraint;
  const errors = validateReferences(requests, `${path}.requests`, names);
  if (matchAttribute !== undefined) return [...errors, ...validateFullName(matchAttribute, `${path}.matchAttribute`)];
  if (distinctAttribute !== undefined) {
    return [...errors, ...validateFullName(distinctAttribute, `${path}.distinctAttribute`)];
  }
  const oneOf = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set';
  return [...errors, required(path, oneOf)];
}

export function validateConfiguration({ opaque }: DeviceClassConfiguration, path: string): FieldError[] {
  if (!opaque) return [required(`${path}.opaque`)];
  const errors = validateDriverName(opaque.driver, `${path}.opaque.driver`);
  if (opaque.parameters === undefined || opaque.parameters === null) {
    errors.push(required(`${path}.opaque.parameters`));
  }
  return errors;
}

function validateReferences(requests: readonly string[], path: string, names: ReadonlySet<string>): FieldError[] {
  const seen = new Set<string>();
  return validateEach(requests, path, MAX_LIST, (name, at) => {
    const parts = name.split("/");
    if (parts.length > 2) return [invalid(at, name, NOT_A_REQUEST)];
    const errors = parts.flatMap((part) => validateLabelName(part, at));
    if (!names.has(name)) errors.push(invalid(at, name, NOT_A_REQUEST));
    if (seen.has(name)) errors.push(duplicate(at, name));
    seen.add(name);
    return errors;
  });
}

/** All problems of a list's items. A list that is too long is one problem, and its items are not checked. */
export function validateEach<T>(
  items: readonly T[],
  path: string,
  most: number,
  validate: (item: T, path: string) => FieldError[],
): FieldError[] {
  if (items.length > most) return [tooMany(path, items.length, most)];
  return items.flatMap((item, i) => validate(item, `${path}[${i}]`));
}

function duplicateNames(items: readonly { name: string }[], path: string): FieldError[] {
  const seen = new Set<string>();
  return items.flatMap(({ name }, i) => {
    if (seen.has(name)) return [duplicate(`${path}[${i}]`, name)];
    seen.add(name);
    return [];
  });
}

function validateLabelName(name: string, path: string): FieldError[] {
  return name ? invalidFor(path, name, dnsLabelProblems(name)) : [required(path)];
}
