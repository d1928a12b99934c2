/** The commands of kubectl: one file and one line each. */
import type { Command } from "../core/command.ts";
import { get } from "./get.ts";

export const commands: readonly Command[] = [get];
