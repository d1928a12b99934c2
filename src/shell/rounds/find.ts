/** Loops of shells whose rounds can be computed instead of run. */
import type { SyntaxNode } from "unbash";
import { BoundedCache } from "../../lib/bounded-cache.ts";
import type { Machine, Process } from "../machine-state.ts";
import { nodeOf, scriptOf } from "../syntax/source.ts";
import { modelOf } from "./loop.ts";
import type { LoopModel } from "./model.ts";

export interface ProvenLoop {
  shell: Process;
  /** The pause that the loop waits for. */
  pause: Process;
  model: LoopModel;
}

const PROGRAMS = ["echo", "printf", "date", "sleep", "true", "false", "test", "[", ":", "expr"];
const CACHED_MODELS = 256;
const models = new BoundedCache<string, { model: LoopModel | undefined }>(CACHED_MODELS);

/** The loop in whose pause the machine is; undefined unless that is all that it does and the loop is proven. */
export function loopOf(machine: Machine): ProvenLoop | undefined {
  const [first, second, ...others] = Object.values(machine.processes);
  if (!first?.shell || !second || others.length > 0) return undefined;
  const { shell, pending } = first;
  const isPause = second.program.endsWith("sleep") && second.parentPid === first.pid && second.waits?.length === 1;
  if (!isPause || pending.length > 0 || second.pending.length > 0 || second.isStopped || first.isStopped)
    return undefined;
  if (shell.jobs.length > 0 || shell.isInteractive || shell.traps["DEBUG"] !== undefined) return undefined;
  const frame = shell.frames.find(({ type }) => type === "while" || type === "arithmeticFor");
  const isRenamed = PROGRAMS.some((name) => name in shell.functions || name in shell.aliases);
  if (!frame || isRenamed || shell.variables["TZ"] !== undefined) return undefined;
  const { text } = scriptOf(machine, frame.source);
  const key = `${frame.node} ${text}`;
  const { model } = models.getOrCompute(key, () => ({ model: modelOf(nodeOf(machine, frame) as SyntaxNode) }));
  return model && { shell: first, pause: second, model };
}

/** Values of the variables that a loop reads or changes; undefined if a counter holds no number. */
export function variablesOf({ shell, model }: ProvenLoop): Map<string, string> | undefined {
  const values = new Map<string, string>();
  for (const name of [...model.read, ...model.assigned, ...model.counters.keys()]) {
    const variable = shell.shell!.variables[name];
    if (variable?.items || /[^x]/.test(variable?.flags ?? "")) return undefined;
    values.set(name, variable?.value ?? "");
  }
  for (const name of model.counters.keys()) if (!/^(?:0|-?[1-9]\d{0,14})$/.test(values.get(name)!)) return undefined;
  return values;
}
