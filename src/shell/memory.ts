/** Memory that a process holds in its state: input that a tool collects, variables of a shell. */
import type { JsonValue } from "../lib/json.ts";
import type { Process } from "./machine-state.ts";
import type { Shell } from "./shell-state.ts";

/** Levels of a state that are looked at. */
const DEPTH_OF_STATE = 6;

/** Bytes of the texts in the state of a process, with its heap as an interpreter counts it (`state.heapBytes`). */
export function heldBytes({ state, shell }: Process): number {
  let bytes = 0;
  if (typeof state.heapBytes === "number") bytes = state.heapBytes;
  else for (const value of Object.values(state)) bytes += sizeOf(value, DEPTH_OF_STATE);
  return shell ? bytes + variableBytes(shell) : bytes;
}

function sizeOf(value: JsonValue | undefined, depth: number): number {
  if (typeof value === "string") return value.length;
  if (depth === 0 || typeof value !== "object" || value === null) return 0;
  let bytes = 0;
  for (const each of Object.values(value)) bytes += sizeOf(each, depth - 1);
  return bytes;
}

function variableBytes({ variables, parameters }: Shell): number {
  let bytes = 0;
  for (const parameter of parameters) bytes += parameter.length;
  for (const { value, items } of Object.values(variables)) {
    bytes += value?.length ?? 0;
    if (items) for (const item of Object.values(items)) bytes += item.length;
  }
  return bytes;
}
