/** The part of the container software with Node.js and what runs on its interpreter. */
import { node } from "../../programs/javascript/index.ts";
import { npm } from "../../programs/javascript/npm.ts";
import { mongosh } from "../../programs/mongosh/index.ts";
import type { Program } from "../../shell/program.ts";

export const programs: Readonly<Record<string, Program>> = { mongosh, node, npm };
