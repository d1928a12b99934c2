/** The part of the container software with Prometheus. */
import { prometheus, promtool } from "../../programs/prometheus/index.ts";
import type { Program } from "../../shell/program.ts";

export const programs: Readonly<Record<string, Program>> = { prometheus, promtool };
