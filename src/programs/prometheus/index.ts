/** Prometheus, Alertmanager and their operator: a part of the container software. */
export { alertmanager } from "../alertmanager/alertmanager.ts";
export { prometheusOperator } from "../operators/prometheus-operator/prometheus-operator.ts";
export { configReloader } from "../operators/prometheus-operator/reloader.ts";
export { prometheus } from "./prometheus.ts";
export { promtool } from "./promtool.ts";
