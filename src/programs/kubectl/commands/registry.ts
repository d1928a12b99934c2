/** The commands of kubectl: one file and one line each. */
import type { Command } from "../core/command.ts";
import { apply } from "./apply.ts";
import { create } from "./create/create.ts";
import { dataGenerators } from "./create/data.ts";
import { simpleGenerators } from "./create/generators.ts";
import { deleteCommand } from "./delete.ts";
import { get } from "./get.ts";
import { annotate, label } from "./label.ts";
import { patch } from "./patch.ts";
import { rolloutCommands } from "./rollout.ts";
import { scale } from "./scale.ts";
import { infoCommands } from "./version.ts";

export const commands: readonly Command[] = [
  annotate,
  apply,
  create,
  ...dataGenerators,
  deleteCommand,
  get,
  ...infoCommands,
  label,
  patch,
  ...rolloutCommands,
  scale,
  ...simpleGenerators,
];
