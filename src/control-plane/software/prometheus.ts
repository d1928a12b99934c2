/** The part of the container software with Prometheus. */
import {
  alertmanager,
  configReloader,
  prometheus,
  prometheusOperator,
  promtool,
} from "../../programs/prometheus/index.ts";
import type { Program } from "../../shell/program.ts";

export const programs: Readonly<Record<string, Program>> = {
  alertmanager,
  prometheus,
  "prometheus-config-reloader": configReloader,
  "prometheus-operator": prometheusOperator,
  promtool,
};
