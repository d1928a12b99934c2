/** Frames of a shell: positions in scripts, instead of a call stack of the host. JSON. */
import type { JsonObject } from "../lib/json.ts";
import type { EditState } from "./interactive/line-editor.ts";
import type { Table } from "./table.ts";

/** A node of a script: the key of the text in `Machine.sources` and the number of the node in it. */
export interface NodeReference {
  source: number;
  node: number;
}

export interface Frame extends NodeReference {
  type: string;
  /** Position within the frame; its meaning is that of the type. */
  at: number;
  /** A condition is evaluated: errexit and the ERR trap do not apply. */
  isGuarded?: true;
  /** Descriptors to restore at the end of the frame: open file, or null for a closed descriptor. */
  saved?: Record<number, number | null>;
  /** Results of substitutions within the word that is being expanded. */
  memo?: Table<string>;
  substitution?: Substitution;
  /** Descriptors of process substitutions, closed at the end of the frame. */
  substituted?: number[];
}

/** A command substitution that runs. Its output comes through a pipe. */
export interface Substitution {
  key: string;
  pid: number;
  fd: number;
  output: string;
}

/** Variables as they were before; null: unset. */
export type SavedVariables = Table<Variable | null>;

export interface Variable {
  /** Undefined: declared, not set. */
  value?: string;
  /** Elements of an array. Keys of an indexed array are numbers. */
  items?: Table<string>;
  /** Letters of `declare`: a A i l n r u x. */
  flags: string;
}

export interface ListFrame extends Frame {
  type: "list";
}

export interface PipelineFrame extends Frame {
  type: "pipeline";
  pids?: number[];
  startedAtMs?: number;
}

export interface ConditionalFrame extends Frame {
  type: "if" | "andOr" | "while";
  status?: number;
}

export interface ForFrame extends Frame {
  type: "for" | "select";
  values?: string[];
  words?: string[];
  line?: string;
}

export interface CaseFrame extends Frame {
  type: "case";
  word?: string;
  fallsThrough?: true;
  hasMatched?: true;
}

export interface SubshellFrame extends Frame {
  type: "subshell";
  pid?: number;
}

export interface CommandFrame extends Frame {
  type: "command";
  phase: "words" | "assignments" | "redirections" | "execution" | "function" | "child";
  words: string[];
  assignments: AssignmentValue[];
  /** Assignments that are arguments of declare, export and so on; by their position in `words`. */
  declared?: Record<number, AssignmentValue>;
  /** Variables before the assignments of this command. */
  temporary?: SavedVariables;
  /** Not a function: `command x`. */
  skipsFunctions?: true;
  skipsBuiltins?: true;
  builtin?: JsonObject;
  pid?: number;
  substitutionStatus?: number;
  /** Attempts to fork. */
  forks?: number;
}

export interface CallFrame extends Frame {
  type: "call";
  name: string;
  parameters: string[];
  line: number;
  locals: SavedVariables;
  options?: Table<true>;
  getopts?: number;
  /** The RETURN trap was set in this call. */
  hasReturnTrap?: true;
}

export interface SourcedFrame extends Frame {
  type: "sourced";
  name: string;
  parameters?: string[];
  line: number;
}

export interface TrapFrame extends Frame {
  type: "trap";
  name: string;
  status: number;
  pipeStatus: number[];
  line: number;
}

export interface InputFrame extends Frame {
  type: "input";
  /** The line that is being edited on a terminal, and its prompt. */
  edit?: EditState;
  prompt?: string;
  /** Input that was read ahead. */
  block?: string;
  /** Lines of the commands that run now. */
  pendingLines?: number;
  /** Lines that are not a whole command yet. */
  text: string;
  line: number;
}

/** One assignment with its values expanded. */
export interface AssignmentValue {
  name: string;
  /** Text between the brackets, expanded. */
  key?: string;
  appends: boolean;
  value?: string;
  items?: { key?: string; value: string; appends: boolean }[];
}
