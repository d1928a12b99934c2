/**
 * Scripts as trees of numbered nodes. A node is named by its number in the order of the tree, so a frame needs no
 * reference to the tree. Trees are cached by their text.
 */
import { forEachChild, type ParsedScript, parse, type SyntaxNode } from "unbash";
import { assert } from "../../lib/assert.ts";
import { BoundedCache } from "../../lib/bounded-cache.ts";
import type { ShellFlavour } from "../contract.ts";
import type { NodeReference } from "../frame.ts";
import type { Machine } from "../machine-state.ts";
import { dialectProblem } from "./dialect.ts";
import { type SyntaxProblem, syntaxProblem } from "./problem.ts";

export interface Script {
  text: string;
  root: ParsedScript;
  nodes: readonly SyntaxNode[];
  numbers: ReadonlyMap<SyntaxNode, number>;
  problem?: SyntaxProblem;
  /** Problems of other shells than bash, as far as they were asked for. */
  dialects: Map<ShellFlavour, SyntaxProblem | undefined>;
}

const CACHED_SCRIPTS = 256;
/** Texts of scripts in a machine before unused ones are removed. */
const SWEEP_MARGIN = 32;

const scripts = new BoundedCache<string, Script>(CACHED_SCRIPTS);

export function scriptOfText(text: string): Script {
  return scripts.getOrCompute(text, () => parseScript(text));
}

function parseScript(text: string): Script {
  const root = parse(text);
  const nodes: SyntaxNode[] = [];
  const numbers = new Map<SyntaxNode, number>();
  let problem = syntaxProblem(root, text);
  const visit = (node: SyntaxNode): void => {
    numbers.set(node, nodes.length);
    nodes.push(node);
    const inner = node.type === "CommandExpansion" || node.type === "ProcessSubstitution" ? node.script : undefined;
    if (inner) {
      problem ??= inner.source === undefined ? syntaxProblem(inner, text) : undefined;
      visit(inner);
      return;
    }
    // Arithmetic is evaluated from its text.
    if (node.type !== "ArithmeticExpansion" && node.type !== "ArithmeticCommand") forEachChild(node, visit);
  };
  visit(root);
  return { text, root, nodes, numbers, problem, dialects: new Map() };
}

/** The first place at which the shell stops reading the script. */
export function problemOf(script: Script, flavour: ShellFlavour): SyntaxProblem | undefined {
  if (!script.dialects.has(flavour)) {
    const other = dialectProblem(script.nodes, script.text, flavour);
    const isFirst = !script.problem || (other !== undefined && other.position < script.problem.position);
    script.dialects.set(flavour, isFirst ? other : script.problem);
  }
  return script.dialects.get(flavour);
}

/** The key of a text in the machine; adds it if it is new. */
export function addSource(machine: Machine, text: string): number {
  for (const id in machine.sources) if (machine.sources[id] === text) return Number(id);
  if (Object.keys(machine.sources).length >= machine.sweepAt) sweep(machine);
  const id = machine.nextSource++;
  machine.sources[id] = text;
  return id;
}

export function scriptOf(machine: Machine, source: number): Script {
  const text = machine.sources[source];
  assert(text !== undefined, "a frame names a source of its machine");
  return scriptOfText(text);
}

export function nodeOf(machine: Machine, reference: NodeReference): SyntaxNode {
  const node = scriptOf(machine, reference.source).nodes[reference.node];
  assert(node !== undefined, "a frame names a node of its source");
  return node;
}

/** A reference to a node of the script that `from` belongs to. */
export function referTo(machine: Machine, source: number, node: SyntaxNode): NodeReference {
  const number = scriptOf(machine, source).numbers.get(node);
  assert(number !== undefined, "a node belongs to its script");
  return { source, node: number };
}

/** Removes texts that no frame, function or memo names. */
function sweep(machine: Machine): void {
  const used = new Set<number>();
  for (const { shell } of Object.values(machine.processes)) {
    if (!shell) continue;
    for (const reference of Object.values(shell.functions)) used.add(reference.source);
    for (const frame of shell.frames) {
      used.add(frame.source);
      const keys = [...Object.keys(frame.memo ?? {}), ...(frame.substitution ? [frame.substitution.key] : [])];
      for (const key of keys) used.add(Number.parseInt(key, 10));
    }
  }
  for (const id in machine.sources) if (!used.has(Number(id))) delete machine.sources[id];
  machine.sweepAt = Object.keys(machine.sources).length * 2 + SWEEP_MARGIN;
}

const lineStarts = new BoundedCache<string, number[]>(CACHED_SCRIPTS);

/** The line of a position, from 1. */
export function lineAt(text: string, position: number): number {
  const starts = lineStarts.getOrCompute(text, () => {
    const found = [0];
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) found.push(at + 1);
    return found;
  });
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= position) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}
