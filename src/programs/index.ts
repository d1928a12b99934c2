/** The programs of containers. The module is large: the runtime imports it when a request first touches a program. */
import type { Program } from "../shell/program.ts";
import { findProgram } from "./registry.ts";

export const containerPrograms: { find(name: string): Program | undefined } = { find: findProgram };
