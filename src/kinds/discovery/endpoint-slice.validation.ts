/**
 * Validation of EndpointSlices.
 *
 * Kubernetes: pkg/apis/discovery/validation/validation.go (ValidateEndpointSliceCreate, ValidateEndpointSliceUpdate)
 */
import { dnsLabelProblems, dnsSubdomainProblems, isIPv4, isIPv6 } from "../../lib/names.ts";
import type { DiscoveryV1EndpointPort, Endpoint, EndpointSlice } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, invalid, invalidFor, notSupported, required, tooMany } from "../validation/field-errors.ts";
import { immutable, validateObjectMeta } from "../validation/object-meta.ts";
import { PROTOCOLS, validateEndpointAddress } from "../validation/ports.ts";

const ADDRESS_TYPES = ["FQDN", "IPv4", "IPv6"];
const MAX_ENDPOINTS = 1000;
const MAX_ADDRESSES = 100;
const MAX_PORTS = 20_000;

export function validateEndpointSlice(slice: EndpointSlice): FieldError[] {
  const errors = validateObjectMeta(slice, { namespaced: true });
  if (!slice.addressType) errors.push(required("addressType"));
  else if (!ADDRESS_TYPES.includes(slice.addressType)) {
    errors.push(notSupported("addressType", slice.addressType, ADDRESS_TYPES));
  }
  const endpoints = slice.endpoints ?? [];
  if (endpoints.length > MAX_ENDPOINTS) errors.push(tooMany("endpoints", endpoints.length, MAX_ENDPOINTS));
  else
    errors.push(
      ...endpoints.flatMap((endpoint, i) => validateEndpoint(endpoint, slice.addressType, `endpoints[${i}]`)),
    );
  return [...errors, ...validateSlicePorts(slice.ports ?? [])];
}

export function validateEndpointSliceUpdate(slice: EndpointSlice, old: EndpointSlice): FieldError[] {
  return immutable("addressType", slice.addressType, old.addressType);
}

function validateEndpoint(endpoint: Endpoint, addressType: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const addresses = endpoint.addresses ?? [];
  if (addresses.length === 0) errors.push(required(`${path}.addresses`, "must contain at least 1 address"));
  else if (addresses.length > MAX_ADDRESSES) errors.push(tooMany(`${path}.addresses`, addresses.length, MAX_ADDRESSES));
  for (const [i, address] of addresses.entries()) {
    const at = `${path}.addresses[${i}]`;
    if (addressType === "IPv4" && !isIPv4(address)) errors.push(invalid(at, address, "must be an IPv4 address"));
    else if (addressType === "IPv6" && !isIPv6(address)) errors.push(invalid(at, address, "must be an IPv6 address"));
    else if (addressType !== "FQDN") errors.push(...validateEndpointAddress(at, address));
    if (addressType === "FQDN") errors.push(...invalidFor(at, address, dnsSubdomainProblems(address)));
  }
  if (endpoint.nodeName) {
    errors.push(...invalidFor(`${path}.nodeName`, endpoint.nodeName, dnsSubdomainProblems(endpoint.nodeName)));
  }
  if (endpoint.hostname) {
    errors.push(...invalidFor(`${path}.hostname`, endpoint.hostname, dnsLabelProblems(endpoint.hostname)));
  }
  return errors;
}

function validateSlicePorts(ports: readonly DiscoveryV1EndpointPort[]): FieldError[] {
  if (ports.length > MAX_PORTS) return [tooMany("ports", ports.length, MAX_PORTS)];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, port] of ports.entries()) {
    const path = `ports[${i}]`;
    const name = port.name ?? "";
    if (name !== "") errors.push(...invalidFor(`${path}.name`, name, dnsLabelProblems(name)));
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
    if (!port.protocol) errors.push(required(`${path}.protocol`));
    else if (!PROTOCOLS.includes(port.protocol))
      errors.push(notSupported(`${path}.protocol`, port.protocol, PROTOCOLS));
  }
  return errors;
}
