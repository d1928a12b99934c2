/** The part of the container software with kubectl. */
import { kubectl } from "../../programs/kubectl/index.ts";
import type { Program } from "../../shell/program.ts";

export const programs: Readonly<Record<string, Program>> = { kubectl };
