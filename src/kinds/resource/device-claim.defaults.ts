/**
 * Defaults of a claim's device requests.
 *
 * Kubernetes: pkg/apis/resource/v1/defaults.go
 */
import type { DeviceClaim, DeviceSubRequest, ExactDeviceRequest } from "../../schema/index.ts";
import { setDefault, setDefaultForZero } from "../set-default.ts";

const EXACT_COUNT = "ExactCount";

/** A request asks for exactly one device by default. */
export function defaultDeviceClaim(claim: DeviceClaim | undefined): void {
  for (const { exactly, firstAvailable = [] } of claim?.requests ?? []) {
    if (exactly) defaultRequest(exactly);
    for (const request of firstAvailable) defaultRequest(request);
  }
}

function defaultRequest(request: ExactDeviceRequest | DeviceSubRequest): void {
  for (const toleration of request.tolerations ?? []) setDefault(toleration, "operator", "Equal");
  setDefault(request, "allocationMode", EXACT_COUNT);
  if (request.allocationMode === EXACT_COUNT) setDefaultForZero(request, "count", 1);
}
