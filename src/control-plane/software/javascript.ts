/** The part of the container software with Node.js. */
import { node } from "../../programs/javascript/index.ts";
import { npm } from "../../programs/javascript/npm.ts";
import type { Program } from "../../shell/program.ts";

export const programs: Readonly<Record<string, Program>> = { node, npm };
