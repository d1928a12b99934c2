/** Validation of Endpoints and EndpointSlices. */
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  isIPv4,
  isIPv6,
  isIpAddress,
  portNameProblems,
  portNumberProblems,
  qualifiedNameProblems,
} from "../../lib/names.ts";
import type { DiscoveryV1EndpointPort, Endpoint, EndpointPort, EndpointSlice, Endpoints } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { duplicate, invalid, invalidFor, notSupported, required, tooMany } from "./field-errors.ts";
import { immutable, validateObjectMeta } from "./object-meta.ts";

const PROTOCOLS = ["SCTP", "TCP", "UDP"];
const ADDRESS_TYPES = ["FQDN", "IPv4", "IPv6"];
const NOT_AN_IP = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
const MAX_ENDPOINTS = 1000;
const MAX_ADDRESSES = 100;
const MAX_PORTS = 20_000;

export function validateEndpoints(endpoints: Endpoints): FieldError[] {
  const errors = validateObjectMeta(endpoints, { namespaced: true });
  for (const [i, subset] of (endpoints.subsets ?? []).entries()) {
    const path = `subsets[${i}]`;
    const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
    if (addresses.length + notReadyAddresses.length === 0) {
      errors.push(required(path, "must specify `addresses` or `notReadyAddresses`"));
    }
    for (const [name, list] of Object.entries({ addresses, notReadyAddresses })) {
      for (const [a, { ip, hostname }] of list.entries()) {
        const at = `${path}.${name}[${a}]`;
        if (!isIpAddress(ip ?? "")) errors.push(invalid(`${at}.ip`, ip ?? "", NOT_AN_IP));
        if (hostname) errors.push(...invalidFor(`${at}.hostname`, hostname, dnsLabelProblems(hostname)));
      }
    }
    for (const [p, port] of ports.entries()) {
      errors.push(...validateEndpointPort(port, { nameRequired: ports.length > 1, path: `${path}.ports[${p}]` }));
    }
  }
  return errors;
}

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

function validateEndpointPort(port: EndpointPort, options: { nameRequired: boolean; path: string }): FieldError[] {
  const { nameRequired, path } = options;
  const errors: FieldError[] = [];
  if (nameRequired && !port.name) errors.push(required(`${path}.name`));
  else if (port.name) errors.push(...invalidFor(`${path}.name`, port.name, dnsLabelProblems(port.name)));
  errors.push(...invalidFor(`${path}.port`, port.port, portNumberProblems(port.port)));
  if (!port.protocol) errors.push(required(`${path}.protocol`));
  else if (!PROTOCOLS.includes(port.protocol)) errors.push(notSupported(`${path}.protocol`, port.protocol, PROTOCOLS));
  if (port.appProtocol) {
    errors.push(...invalidFor(`${path}.appProtocol`, port.appProtocol, qualifiedNameProblems(port.appProtocol)));
  }
  return errors;
}

function validateEndpoint(endpoint: Endpoint, addressType: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const addresses = endpoint.addresses ?? [];
  if (addresses.length === 0) errors.push(required(`${path}.addresses`, "must contain at least 1 address"));
  else if (addresses.length > MAX_ADDRESSES) errors.push(tooMany(`${path}.addresses`, addresses.length, MAX_ADDRESSES));
  for (const [i, address] of addresses.entries()) {
    const at = `${path}.addresses[${i}]`;
    if (addressType === "IPv4" && !isIPv4(address)) errors.push(invalid(at, address, "must be an IPv4 address"));
    if (addressType === "IPv6" && !isIPv6(address)) errors.push(invalid(at, address, "must be an IPv6 address"));
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
    if (name !== "") errors.push(...invalidFor(`${path}.name`, name, portNameProblems(name)));
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
    if (!port.protocol) errors.push(required(`${path}.protocol`));
    else if (!PROTOCOLS.includes(port.protocol))
      errors.push(notSupported(`${path}.protocol`, port.protocol, PROTOCOLS));
  }
  return errors;
}
