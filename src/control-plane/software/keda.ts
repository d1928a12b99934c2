/** The part of the container software with KEDA. */
import { kedaMetricsServer, kedaOperator } from "../../programs/operators/keda/programs.ts";
import type { Program } from "../../shell/program.ts";

export const programs: Readonly<Record<string, Program>> = {
  "keda-metrics-server": kedaMetricsServer,
  "keda-operator": kedaOperator,
};
