/**
 * Outcomes of a probe.
 * Kubernetes: pkg/probe/probe.go
 */
import type { Probe } from "../../schema/index.ts";

export type ProbeOutcome =
  | { type: "success" }
  | { type: "failure"; output: string }
  /** Counts as success, with an Event. */
  | { type: "warning"; output: string }
  /** The probe itself went wrong. The outcome is discarded. */
  | { type: "unknown"; output: string };

export const SUCCESS: ProbeOutcome = { type: "success" };

export function failure(output: string): ProbeOutcome {
  return { type: "failure", output };
}

export function timeoutOf({ timeoutSeconds }: Probe): number {
  return (timeoutSeconds || 1) * 1000;
}
