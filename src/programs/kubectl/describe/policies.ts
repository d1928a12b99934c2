/**
 * Quotas and limit ranges, on their own and in the description of their namespace.
 * Source: k8s.io/kubectl pkg/describe/describe.go (`DescribeResourceQuotas`, `DescribeLimitRanges`)
 */
import type { JsonObject } from "../../../lib/json.ts";
import { formatQuantity, parseQuantity, quantityValue } from "../../../lib/quantity.ts";
import { sortedBy } from "./containers.ts";
import { mapAt, objectsAt, textAt, textsAt } from "./fields.ts";
import { quantityText } from "./quantities.ts";
import type { Writer } from "./writer.ts";

const SCOPES: Readonly<Record<string, string>> = {
  Terminating:
    "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.",
  NotTerminating:
    "Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.",
  BestEffort:
    "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.",
  NotBestEffort:
    "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.",
};

/** The scopes of a quota. `bullet` stands in front of each explanation. */
export function writeScopes(w: Writer, level: number, quota: JsonObject, bullet: string): void {
  const scopes = textsAt(quota, "spec.scopes").sort();
  if (scopes.length === 0) return;
  w.field(level, "Scopes", scopes.join(", "));
  for (const scope of scopes) if (SCOPES[scope]) w.write(level, `${bullet}${SCOPES[scope]}\n`);
}

/** The quotas of a namespace. */
export function writeQuotas(w: Writer, quotas: readonly JsonObject[]): void {
  w.write(0, quotas.length === 0 ? "No resource quota.\n" : "Resource Quotas\n");
  for (const quota of sortedBy(quotas, "metadata.name")) {
    w.field(1, "Name", textAt(quota, "metadata.name"));
    writeScopes(w, 1, quota, "* ");
    w.write(1, "Resource\tUsed\tHard\n");
    w.write(1, "--------\t---\t---\n");
    const used = mapAt(quota, "status.used");
    for (const [name, hard] of entriesByName(mapAt(quota, "status.hard"))) {
      w.write(1, `${name}\t${quantityText(used[name])}\t${quantityText(hard)}\n`);
    }
  }
}

/** The lines of one quota: a used amount is shown in the format of its limit. */
export function writeQuotaAmounts(w: Writer, quota: JsonObject): void {
  w.write(0, "Resource\tUsed\tHard\n");
  w.write(0, "--------\t----\t----\n");
  const used = mapAt(quota, "status.used");
  for (const [name, hard] of entriesByName(mapAt(quota, "status.hard"))) {
    const { format } = parseQuantity(hard);
    const amount = used[name] ?? "0";
    const isSame = parseQuantity(amount).format === format;
    const nanos = BigInt(quantityValue(amount)) * 1_000_000_000n;
    w.write(
      0,
      `${name}\t${isSame ? quantityText(amount) : formatQuantity({ nanos, format })}\t${quantityText(hard)}\n`,
    );
  }
}

function entriesByName(map: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}

const LIMIT_TITLES = "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio\n" as const;
const LIMIT_RULES = "----\t--------\t---\t---\t---------------\t-------------\t-----------------------\n" as const;
const LIMIT_FIELDS = ["min", "max", "defaultRequest", "default", "maxLimitRequestRatio"] as const;

/** The limit ranges of a namespace. */
export function writeLimitRanges(w: Writer, ranges: readonly JsonObject[]): void {
  if (ranges.length === 0) {
    w.write(0, "No LimitRange resource.\n");
    return;
  }
  w.write(0, `Resource Limits\n ${LIMIT_TITLES}`);
  w.write(0, ` ${LIMIT_RULES}`);
  for (const range of ranges) writeLimits(w, range, " ");
}

export function writeLimitTable(w: Writer, range: JsonObject): void {
  w.write(0, LIMIT_TITLES);
  w.write(0, LIMIT_RULES);
  writeLimits(w, range, "");
}

/** A line per resource. The real kubectl prints the resources of one limit in random order. */
function writeLimits(w: Writer, range: JsonObject, indent: string): void {
  for (const limit of objectsAt(range, "spec.limits")) {
    const names = new Set(LIMIT_FIELDS.flatMap((field) => Object.keys(mapAt(limit, field))));
    for (const name of [...names].sort()) {
      const cells = LIMIT_FIELDS.map((field) => {
        const amount = mapAt(limit, field)[name];
        return amount === undefined ? "-" : quantityText(amount);
      });
      w.write(0, `${indent}${textAt(limit, "type")}\t${name}\t${cells.join("\t")}\n`);
    }
  }
}
