/** The kinds of monitors, in the order in which their scrape configurations are written. */
import type { MonitorKind } from "./monitor.ts";
import { podMonitors } from "./pod-monitor.ts";
import { probes } from "./probe.ts";
import { scrapeConfigs } from "./scrape-config.ts";
import { serviceMonitors } from "./service-monitor.ts";

export const MONITORS: readonly MonitorKind[] = [serviceMonitors, podMonitors, probes, scrapeConfigs];
