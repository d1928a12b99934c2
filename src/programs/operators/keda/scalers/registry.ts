/** All scalers by the type of their triggers. cpu and memory are metrics of the HPA itself. */
import type { Scaler } from "./contract.ts";
import { cron } from "./cron.ts";
import { metricsApi, prometheus } from "./http.ts";
import { kafka } from "./kafka.ts";
import { rabbitmq } from "./rabbitmq.ts";
import { redis } from "./redis.ts";
import { mysql, postgresql } from "./sql.ts";
import { kubernetesWorkload } from "./workload.ts";

const SCALERS: Readonly<Record<string, Scaler>> = {
  "apache-kafka": kafka,
  cron,
  kafka,
  "kubernetes-workload": kubernetesWorkload,
  "metrics-api": metricsApi,
  mysql,
  postgresql,
  prometheus,
  rabbitmq,
  redis,
};

/** Undefined: there is no such scaler here. */
export function scalerOf(type: string): Scaler | undefined {
  return Object.hasOwn(SCALERS, type) ? SCALERS[type] : undefined;
}
