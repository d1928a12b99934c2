/**
 * The STATUS and DURATION columns of Jobs.
 *
 * Kubernetes: pkg/printers/internalversion/printers.go (printJob)
 */
import { humanDuration } from "../../lib/duration.ts";
import { parseTime } from "../../lib/time.ts";
import type { Job } from "../../schema/index.ts";

export function jobStatus({ metadata, status }: Job): string {
  const has = (type: string) => status.conditions?.some((one) => one.type === type && one.status === "True") ?? false;
  if (has("Complete")) return "Complete";
  if (has("Failed")) return "Failed";
  if (metadata.deletionTimestamp) return "Terminating";
  return ["Suspended", "FailureTarget", "SuccessCriteriaMet"].find(has) ?? "Running";
}

/** From the start to the completion, or to now; empty before the start. */
export function jobDuration({ status }: Job, nowMs: number): string {
  if (!status.startTime) return "";
  const endMs = status.completionTime ? parseTime(status.completionTime) : nowMs;
  return humanDuration(endMs - parseTime(status.startTime));
}
