/** The commands of kubectl: one file and one line each. */
import type { Command } from "../core/command.ts";
import { deleteCommand } from "./delete.ts";
import { get } from "./get.ts";
import { annotate, label } from "./label.ts";
import { patch } from "./patch.ts";
import { scale } from "./scale.ts";

export const commands: readonly Command[] = [annotate, deleteCommand, get, label, patch, scale];
