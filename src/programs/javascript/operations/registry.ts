/** All instructions by name. */
import type { Operation } from "../vm.ts";
import { ARITHMETIC } from "./arithmetic.ts";
import { CALLS } from "./calls.ts";
import { CLASSES } from "./classes.ts";
import { FLOW } from "./flow.ts";
import { ITERATIONS } from "./iterations.ts";
import { MEMBERS } from "./members.ts";
import { MODULES } from "./modules.ts";
import { VARIABLES } from "./variables.ts";

const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...ARITHMETIC,
  ...CALLS,
  ...CLASSES,
  ...FLOW,
  ...ITERATIONS,
  ...MEMBERS,
  ...MODULES,
  ...VARIABLES,
};

export function operationOf(name: string): Operation {
  const found = OPERATIONS[name];
  if (!found) throw new Error(`no instruction ${name}`);
  return found;
}
