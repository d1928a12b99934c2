/** Compiled Python: what `compile.ts` makes of a source. Compilation is deterministic, so a code is named by its place. */

export type Instruction = readonly [operation: string, argument?: Argument];

/** A constant, a name, a place in the code, or one of the shapes below. */
export type Argument = null | boolean | bigint | number | string | object;

export interface CallShape {
  /** One entry for each argument in the order of the source: positional, keyword, `*` or `**`. */
  shape: readonly string[];
}

export interface UnpackShape {
  before: number;
  /** Undefined without a starred target. */
  after?: number;
}

export interface ImportShape {
  module: string;
  names: readonly string[];
}

export interface Parameter {
  name: string;
  kind: "positional" | "keywordOnly" | "rest" | "keywords";
  hasDefault: boolean;
}

export interface Code {
  /** Place of this code: file, and its number in the order of compilation. */
  file: string;
  source: string;
  number: number;
  name: string;
  parameters: Parameter[];
  instructions: Instruction[];
  /** Line of each instruction. */
  lines: number[];
  locals: Set<string>;
  globals: Set<string>;
  isGenerator: boolean;
  /** `async def`: with a `yield` of its own it makes asynchronous generators. */
  isCoroutine: boolean;
  isAsyncGenerator: boolean;
  isClass: boolean;
  isModule: boolean;
}

/** Files with this beginning are statements of the interactive mode: the values of their expressions are shown. */
export const INPUT_NAME = "<python-input-";
