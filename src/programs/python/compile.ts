/** The compiler of one function, class body or module: instructions, labels, and the blocks around a statement. */

import { type Argument, type Code, INPUT_NAME, type Parameter } from "./code.ts";
import { childrenOf, lineAt, type Node, PythonSyntaxError, type Source } from "./syntax.ts";

/** A source on its way to instructions. The compilers of statements and expressions need each other, so they meet here. */
export interface Unit {
  source: Source;
  codes: Code[];
  expression(compiler: Compiler, node: Node): void;
  statement(compiler: Compiler, node: Node): void;
}

/** A part of the source that must run when control leaves it: the end of a `try … finally` or `with`. */
export interface Leaving {
  kind: "loop" | "block" | "handler" | "iterator";
  /** Emits the instructions that leave it. */
  leave(compiler: Compiler): void;
  /** Labels of a loop. */
  continueAt?: Label;
  breakAt?: Label;
}

export interface Label {
  at: number;
  uses: number[];
}

/** Compiles one function, class body or module. */
export class Compiler {
  readonly unit: Unit;
  readonly code: Code;
  readonly leavings: Leaving[] = [];
  #line = 1;
  /** The innermost class around the code, without leading underscores; "" outside of classes. */
  readonly #className: string;

  constructor(
    unit: Unit,
    name: string,
    { isModule = false, isClass = false, isCoroutine = false, className = "" } = {},
  ) {
    this.unit = unit;
    this.#className = isClass ? name.replace(/^_+/, "") : className;
    this.code = {
      file: unit.source.file,
      source: unit.source.text,
      number: unit.codes.length,
      name,
      parameters: [],
      instructions: [],
      lines: [],
      locals: new Set(),
      globals: new Set(),
      isGenerator: isCoroutine,
      isCoroutine,
      isAsyncGenerator: false,
      isClass,
      isModule,
    };
    unit.codes.push(this.code);
  }

  /** Whether the values of expression statements are shown, as in the interactive mode. */
  get showsValues(): boolean {
    return this.code.isModule && this.code.file.startsWith(INPUT_NAME);
  }

  /** `__name` inside of a class is `_Class__name`, also in its methods. */
  privateName(name: string): string {
    const isPrivate = this.#className !== "" && name.startsWith("__") && !name.endsWith("__");
    return isPrivate ? `_${this.#className}${name}` : name;
  }

  /** Compiles an expression: it leaves one value on the stack. */
  expression(node: Node): void {
    this.unit.expression(this, node);
  }

  /** Compiles the statements of a suite. */
  body(suite: Node): void {
    for (const child of childrenOf(suite)) if (child.name !== ":") this.unit.statement(this, child);
  }

  text(node: Node): string {
    return this.unit.source.text.slice(node.from, node.to);
  }

  at(node: Node): void {
    this.#line = lineAt(this.unit.source, node.from);
  }

  fail(node: Node, message = "invalid syntax"): never {
    throw new PythonSyntaxError(message, lineAt(this.unit.source, node.from));
  }

  emit(operation: string, argument?: Argument): void {
    this.code.instructions.push(argument === undefined ? [operation] : [operation, argument]);
    this.code.lines.push(this.#line);
  }

  label(): Label {
    return { at: -1, uses: [] };
  }

  /** Emits an instruction whose argument is the place of a label. */
  jump(operation: string, label: Label): void {
    label.uses.push(this.code.instructions.length);
    this.emit(operation, label.at);
  }

  place(label: Label): void {
    label.at = this.code.instructions.length;
    for (const use of label.uses) this.code.instructions[use] = [this.code.instructions[use]![0], label.at];
  }

  store(name: string): void {
    this.declare(name);
    this.emit("store", name);
  }

  /** A name that is assigned here is local, unless `global` or `nonlocal` names it. */
  declare(name: string): void {
    if (!this.code.globals.has(name) && !this.nonlocals.has(name)) this.code.locals.add(name);
  }

  readonly nonlocals = new Set<string>();

  finish(): void {
    this.emit("constant", null);
    this.emit("return");
    for (const name of [...this.code.globals, ...this.nonlocals]) this.code.locals.delete(name);
  }

  /** A code inside this one. */
  inner(name: string, options: { isClass?: boolean; isCoroutine?: boolean; parameters?: Parameter[] } = {}): Compiler {
    const compiler = new Compiler(this.unit, name, { ...options, className: this.#className });
    compiler.code.parameters = options.parameters ?? [];
    for (const parameter of compiler.code.parameters) compiler.code.locals.add(parameter.name);
    return compiler;
  }
}
