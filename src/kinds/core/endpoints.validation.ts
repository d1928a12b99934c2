/**
 * Validation of Endpoints.
 *
 * Kubernetes: pkg/apis/core/validation/validation.go (ValidateEndpointsCreate, validateEndpointSubsets)
 */
import { dnsLabelProblems, dnsSubdomainProblems, portNumberProblems, qualifiedNameProblems } from "../../lib/names.ts";
import type { EndpointPort, Endpoints } from "../../schema/index.ts";
import type { FieldError } from "../kind.ts";
import { invalidFor, notSupported, required } from "../validation/field-errors.ts";
import { validateObjectMeta } from "../validation/object-meta.ts";
import { PROTOCOLS, validateEndpointAddress } from "../validation/ports.ts";

export function validateEndpoints(endpoints: Endpoints): FieldError[] {
  const errors = validateObjectMeta(endpoints, { namespaced: true });
  for (const [i, subset] of (endpoints.subsets ?? []).entries()) {
    const path = `subsets[${i}]`;
    const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
    if (addresses.length + notReadyAddresses.length === 0) {
      errors.push(required(path, "must specify `addresses` or `notReadyAddresses`"));
    }
    for (const [name, list] of Object.entries({ addresses, notReadyAddresses })) {
      for (const [a, { ip, hostname, nodeName }] of list.entries()) {
        const at = `${path}.${name}[${a}]`;
        errors.push(...validateEndpointAddress(`${at}.ip`, ip));
        if (hostname) errors.push(...invalidFor(`${at}.hostname`, hostname, dnsLabelProblems(hostname)));
        if (nodeName !== undefined) {
          errors.push(...invalidFor(`${at}.nodeName`, nodeName, dnsSubdomainProblems(nodeName)));
        }
      }
    }
    for (const [p, port] of ports.entries()) {
      errors.push(...validateEndpointPort(port, { nameRequired: ports.length > 1, path: `${path}.ports[${p}]` }));
    }
  }
  return errors;
}

function validateEndpointPort(port: EndpointPort, options: { nameRequired: boolean; path: string }): FieldError[] {
  const { nameRequired, path } = options;
  const errors: FieldError[] = [];
  if (nameRequired && !port.name) errors.push(required(`${path}.name`));
  else if (port.name) errors.push(...invalidFor(`${path}.name`, port.name, dnsLabelProblems(port.name)));
  errors.push(...invalidFor(`${path}.port`, port.port, portNumberProblems(port.port)));
  if (!port.protocol) errors.push(required(`${path}.protocol`));
  else if (!PROTOCOLS.includes(port.protocol)) errors.push(notSupported(`${path}.protocol`, port.protocol, PROTOCOLS));
  if (port.appProtocol !== undefined) {
    errors.push(...invalidFor(`${path}.appProtocol`, port.appProtocol, qualifiedNameProblems(port.appProtocol)));
  }
  return errors;
}
