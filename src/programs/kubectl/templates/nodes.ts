/** The parts of a parsed Go template. */

/** A value of a template: JSON whose numbers are Go's float64, Go's int as bigint, and undefined for a missing value. */
export type Value =
  | null
  | undefined
  | string
  | boolean
  | number
  | bigint
  | readonly Value[]
  | { readonly [key: string]: Value };

/** Where a node stands, and how errors show it. */
interface Placed {
  /** In the template's text. */
  at: number;
  shown: string;
}

export type Operand = Placed &
  (
    | { type: "dot" }
    | { type: "nil" }
    | { type: "constant"; value: Value }
    /** Fields of the dot. */
    | { type: "field"; names: readonly string[] }
    | { type: "variable"; name: string; names: readonly string[] }
    | { type: "function"; name: string }
    /** Fields of another operand's value. */
    | { type: "chain"; of: Operand; names: readonly string[] }
    | { type: "pipeline"; pipeline: Pipeline }
  );

export interface CommandNode extends Placed {
  operands: readonly Operand[];
}

export interface Pipeline extends Placed {
  commands: readonly CommandNode[];
  /** Variables that get the value. */
  variables: readonly string[];
  isAssignment: boolean;
}

export type Node =
  | { type: "text"; text: string }
  | { type: "action"; pipeline: Pipeline }
  | { type: "if" | "with" | "range"; pipeline: Pipeline; body: readonly Node[]; otherwise: readonly Node[] }
  | { type: "break" | "continue" }
  | { type: "template"; name: string; at: number; shown: string; pipeline: Pipeline | undefined };

export interface Template {
  text: string;
  /** By name; the template itself has the name `output`. */
  bodies: ReadonlyMap<string, readonly Node[]>;
}

/** A template that cannot be read or executed; the message is Go's. */
export class TemplateError extends Error {
  override name = "TemplateError";
}

/** An argument that does not fit a function's parameter. */
export class ArgumentTypeError extends TemplateError {
  override name = "ArgumentTypeError";
}
