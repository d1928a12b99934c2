/** The programs of Prometheus: a part of the container software. */
export { prometheus } from "./prometheus.ts";
export { promtool } from "./promtool.ts";
