/** Text pages about a component for operators: `/statusz` (KEP-4827) and `/flagz` (KEP-4828). */
import type { RequestTransaction } from "../cluster/transaction.ts";
import { namespaceKind } from "../kinds/core/namespace.ts";
import { podKind } from "../kinds/core/pod.ts";
import { parseTime } from "../lib/time.ts";
import type { ApiOutcome } from "./request.ts";
import { plainTextOutcome } from "./respond.ts";
import { VERSION } from "./server-info.ts";

const SYSTEM_NAMESPACE = "kube-system";
const COMPONENT = "kube-apiserver";
const WARNING =
  "Warning: This endpoint is not meant to be machine parseable, has no formatting compatibility guarantees and is for debugging purposes only.";
const PATHS = ["/flagz", "/healthz", "/livez", "/metrics", "/readyz", "/statusz", "/version"];

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `/statusz`: the server has run for as long as its cluster exists. `offsetMs` is how far the cluster's time runs ahead. */
export function statuszOutcome(tx: RequestTransaction, offsetMs: number): ApiOutcome {
  const createdAt = tx.get(namespaceKind, "", SYSTEM_NAMESPACE)?.metadata.creationTimestamp;
  const startedAtMs = createdAt === undefined ? tx.nowMs : parseTime(createdAt);
  const lines = [
    "",
    `${COMPONENT} statusz`,
    WARNING,
    "",
    `Started: ${unixDate(startedAtMs - offsetMs)}`,
    `Up: ${uptime(tx.nowMs - startedAtMs)}`,
    `Go version: ${VERSION.goVersion}`,
    `Binary version: ${VERSION.gitVersion.slice(1)}`,
    `Emulation version: ${VERSION.emulationMajor}.${VERSION.emulationMinor}`,
    `Paths: ${PATHS.join(" ")}`,
  ];
  return plainTextOutcome(200, `${lines.join("\n")}\n`);
}

/** `/flagz`: the flags on the command line of the API server's pod; empty if a user has deleted the pod. */
export function flagzOutcome(tx: RequestTransaction): ApiOutcome {
  const pod = tx.list(podKind, SYSTEM_NAMESPACE).find(({ metadata }) => metadata.labels?.["component"] === COMPONENT);
  const flags = (pod?.spec.containers[0]?.command ?? []).filter((word) => word.startsWith("--"));
  const lines = ["", `${COMPONENT} flagz`, WARNING, "", ...flags.map((flag) => flag.slice(2)).sort()];
  return plainTextOutcome(200, `${lines.join("\n")}\n`);
}

/** `Sun Nov 22 11:34:02 UTC 2026`, as Go's time.UnixDate has it. */
function unixDate(atMs: number): string {
  const at = new Date(atMs);
  const time = at.toISOString().slice(11, 19);
  const day = String(at.getUTCDate()).padStart(2, " ");
  return `${DAYS[at.getUTCDay()]} ${MONTHS[at.getUTCMonth()]} ${day} ${time} UTC ${at.getUTCFullYear()}`;
}

function uptime(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (count: number) => String(count).padStart(2, "0");
  return `${Math.floor(seconds / 3600)} hr ${two(Math.floor(seconds / 60) % 60)} min ${two(seconds % 60)} sec`;
}
