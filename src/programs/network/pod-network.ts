/** The network of a pod as its tools show it. */
import type { Call } from "../base/call.ts";

/** The gateway of a pod's network: the first address of its /24. */
export function gatewayOf(address: string): string {
  return address.replace(/\.\d+$/, ".1");
}

export function networkOf(address: string): string {
  return address.replace(/\.\d+$/, ".0");
}

export function broadcastOf(address: string): string {
  return address.replace(/\.\d+$/, ".255");
}

export function macOf(address: string): string {
  const parts = address.split(".").map((part) => Number(part).toString(16).padStart(2, "0"));
  return ["0a", "58", ...parts].join(":");
}

/** The pod's IPv4 address. */
export function ownAddress(call: Call): string {
  return call.process.host.podAddresses.find((address) => address.includes(".")) ?? "127.0.0.1";
}
