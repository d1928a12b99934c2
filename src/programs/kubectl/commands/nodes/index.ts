/** `kubectl cordon`, `uncordon`, `drain` and `taint` */
import type { Command } from "../../core/command.ts";
import { markCommands } from "./cordon.ts";
import { drain } from "./drain.ts";
import { taint } from "./taint.ts";

export const nodeCommands: readonly Command[] = [...markCommands, drain, taint];
