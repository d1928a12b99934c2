/** All endpoints of the HTTP API that are written. */
import type { Endpoint } from "./endpoint.ts";
import { query, queryRange } from "./query.ts";
import { alertmanagers, alerts, rules } from "./rules.ts";
import { labelNames, labelValues, series } from "./series.ts";
import { buildInfo, databaseStatus, runtimeInfo, statusConfig, statusFlags } from "./status.ts";
import { metadata, scrapePools, targets } from "./targets.ts";

export const ENDPOINTS: readonly Endpoint[] = [
  query,
  queryRange,
  series,
  labelNames,
  labelValues,
  targets,
  scrapePools,
  metadata,
  rules,
  alerts,
  alertmanagers,
  buildInfo,
  statusConfig,
  statusFlags,
  runtimeInfo,
  databaseStatus,
];
