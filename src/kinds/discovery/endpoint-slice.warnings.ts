/**
 * Warnings of EndpointSlices.
 *
 * Kubernetes: pkg/registry/discovery/endpointslice/strategy.go (warnOnDeprecatedAddressType, warnOnBadIPs)
 */
import type { EndpointSlice } from "../../schema/index.ts";
import { addressWarnings } from "../validation/address-warnings.ts";

export function endpointSliceWarnings({ addressType, endpoints }: EndpointSlice): string[] {
  if (addressType === "FQDN") return ["spec.addressType: FQDN endpoints are deprecated"];
  return (endpoints ?? []).flatMap(({ addresses }, i) =>
    addresses.flatMap((address, j) => addressWarnings(address, `endpoints[${i}].addresses[${j}]`)),
  );
}
