/** The part of the container software with Python. */
import { python } from "../../programs/python/index.ts";
import type { Program } from "../../shell/program.ts";

export const programs: Readonly<Record<string, Program>> = { python3: python };
