/** Compiled JavaScript: what `compile/` makes of a source. Compilation is deterministic, so a code is named by its place. */
/** A source text with its name. */
export interface Source {
  /** Shown in stack traces: `/app/server.js`, `[eval]`; a part of the interpreter begins with `lib:`. */
  file: string;
  text: string;
  kind: SourceKind;
}

/**
 * `function`: an expression that is one function. `script`: its variables are global (`-e`, the REPL). `commonjs`: the
 * parameters exports, require, module, __filename, __dirname. `module`: import and export.
 */
export type SourceKind = "script" | "commonjs" | "module" | "function";

/** An instruction; the interpreter gives it itself, the frame and the argument. */
type CompiledOperation = (vm: never, frame: never, argument: never) => void;

export interface Code {
  source: Source;
  number: number;
  /** All codes of the source by number. */
  siblings: readonly Code[];
  name: string;
  /** Position of the function in the source, for `toString`. */
  from: number;
  to: number;
  parameterCount: number;
  operations: CompiledOperation[];
  arguments: unknown[];
  /** Offset in the source of each instruction. */
  positions: number[];
  /** Variables of the function's scope. */
  slotCount: number;
  /** Slots that are empty until their declaration. */
  lexicalSlots: number[];
  kind: "function" | "arrow" | "method" | "class" | "module";
  isAsync: boolean;
  isGenerator: boolean;
  isStrict: boolean;
  isDerived: boolean;
}

/** Place of a variable: scopes outwards, slot, and its name for errors. */
export type Place = readonly [hops: number, slot: number, name: string];
