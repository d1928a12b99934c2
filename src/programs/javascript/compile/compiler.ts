/** The compiler of one function: instructions, labels, scopes, and the blocks around a statement. */
import type { Code, Place, Source } from "../code.ts";
import { operationOf } from "../operations/registry.ts";
import { type AnyNode, JsSyntaxError, type Node } from "./syntax.ts";

/** A source on its way to instructions. The compilers of statements and expressions need each other; they meet here. */
export interface Unit {
  source: Source;
  codes: Code[];
  expression(compiler: Compiler, node: AnyNode, name?: string): void;
  statement(compiler: Compiler, node: AnyNode): void;
  /** Variables of a module that come from imports: the variable of the namespace and the name in it. */
  imports: Map<string, { namespace: string; name: string }>;
  /** Exported names by variable. */
  exports: Map<string, string[]>;
}

export type VariableKind = "var" | "let" | "const" | "class" | "function" | "parameter";

/** Variables of one scope at run time. */
class StaticScope {
  readonly names = new Map<string, { slot: number; kind: VariableKind }>();
  readonly parent: StaticScope | null;
  /** The function that this is the outermost scope of; undefined for blocks. */
  readonly compiler: Compiler | undefined;
  size = 0;
  constructor(parent: StaticScope | null, compiler?: Compiler) {
    this.parent = parent;
    this.compiler = compiler;
  }

  declare(name: string, kind: VariableKind): number {
    const known = this.names.get(name);
    if (known) {
      if (kind === "function") known.kind = known.kind === "parameter" ? "parameter" : kind;
      return known.slot;
    }
    const slot = this.size++;
    this.names.set(name, { slot, kind });
    return slot;
  }
}

export interface Label {
  at: number;
  uses: number[];
}

/** A part of the source that `break`, `continue` or `return` leaves. */
export interface Leaving {
  /** Emits the instructions that leave it. `hasValue`: the value of `return` lies on the stack. */
  leave(hasValue: boolean): void;
  names?: readonly string[];
  /** A loop or `switch`, which `break` without a label leaves. */
  isBreakable?: boolean;
  breakAt?: Label;
  continueAt?: Label;
}

export interface FunctionFacts {
  name: string;
  from: number;
  to: number;
  kind: Code["kind"];
  isAsync?: boolean;
  isGenerator?: boolean;
  isDerived?: boolean;
}

export class Compiler {
  readonly unit: Unit;
  readonly code: Code;
  readonly parent: Compiler | null;
  readonly functionScope: StaticScope;
  scope: StaticScope;
  leavings: Leaving[] = [];
  /** Labels of the statement that is compiled now. */
  labels: string[] = [];
  /** Where the value begins that a pattern takes apart. */
  valueAt: number | undefined;
  /** Variables of the outermost scope are global. */
  isScript = false;
  #position = 0;

  constructor(unit: Unit, parent: Compiler | null, facts: FunctionFacts) {
    this.unit = unit;
    this.parent = parent;
    this.functionScope = new StaticScope(parent?.scope ?? null, this);
    this.scope = this.functionScope;
    const { name, from, to, kind, isAsync = false, isGenerator = false, isDerived = false } = facts;
    this.code = {
      source: unit.source,
      number: unit.codes.length,
      siblings: unit.codes,
      name,
      from,
      to,
      parameterCount: 0,
      operations: [],
      arguments: [],
      positions: [],
      slotCount: 0,
      lexicalSlots: [],
      kind,
      isAsync,
      isGenerator,
      isStrict: parent?.code.isStrict ?? unit.source.kind === "module",
      isDerived,
    };
    unit.codes.push(this.code);
  }

  /** Ends the function. */
  finish(): Code {
    this.code.slotCount = this.functionScope.size;
    return this.code;
  }

  expression(node: AnyNode, name?: string): void {
    this.unit.expression(this, node, name);
  }

  statement(node: AnyNode): void {
    this.unit.statement(this, node);
  }

  text(node: Node): string {
    const { kind, text } = this.unit.source;
    const shift = kind === "function" ? 1 : 0;
    return text.slice(node.start - shift, node.end - shift);
  }

  /** The place of an operator after an operand. */
  operatorAt(operand: Node, operator: string): number {
    const { text, kind } = this.unit.source;
    const shift = kind === "function" ? 1 : 0;
    const at = text.indexOf(operator, operand.end - shift);
    return at < 0 ? operand.end : at + shift;
  }

  at(position: number): void {
    this.#position = position;
  }

  fail(node: Node, message: string): never {
    throw new JsSyntaxError(message, node.start, this.unit.source);
  }

  emit(operation: string, argument?: unknown, position?: number): void {
    this.code.operations.push(operationOf(operation));
    this.code.arguments.push(argument);
    this.code.positions.push(position ?? this.#position);
  }

  label(): Label {
    return { at: -1, uses: [] };
  }

  /** Emits an instruction whose argument is the place of a label. */
  jump(operation: string, label: Label): void {
    label.uses.push(this.code.arguments.length);
    this.emit(operation, label.at);
  }

  place(label: Label): void {
    label.at = this.code.operations.length;
    for (const use of label.uses) this.code.arguments[use] = label.at;
  }

  // ---- scopes

  /** Compiles with a scope for these names, if there are any. */
  inScope(names: readonly [string, VariableKind][], body: () => void): void {
    if (names.length === 0) {
      body();
      return;
    }
    const outer = this.scope;
    this.scope = new StaticScope(outer);
    for (const [name, kind] of names) this.scope.declare(name, kind);
    this.emit("pushScope", this.scope.size);
    this.leavings.push({ leave: () => this.emit("popScope") });
    body();
    this.leavings.pop();
    this.emit("popScope");
    this.scope = outer;
  }

  /** The variable of a name; undefined: it is global. */
  resolve(name: string): { place: Place; kind: VariableKind } | undefined {
    let hops = 0;
    for (let scope: StaticScope | null = this.scope; scope; scope = scope.parent) {
      let found = scope.names.get(name);
      if (!found && name === "arguments" && scope.compiler?.hasArguments()) {
        scope.compiler.code.arguments[0] = scope.declare(name, "var");
        found = scope.names.get(name);
      }
      if (found) return { place: [hops, found.slot, name], kind: found.kind };
      hops++;
    }
    return undefined;
  }

  hasArguments(): boolean {
    return this.code.kind !== "arrow" && this.parent !== null;
  }

  load(name: string): void {
    const imported = this.unit.imports.get(name);
    const found = this.resolve(name);
    if (found) this.emit("load", found.place);
    else if (imported) {
      this.load(imported.namespace);
      if (imported.name !== "*") this.emit("getImport", imported.name);
    } else if (name === "undefined") this.emit("undefined");
    // Parts of the interpreter reach its own functions: `$array` is `node:array`.
    else if (name.startsWith("$") && this.unit.source.file.startsWith("lib:"))
      this.emit("intrinsic", `node:${name.slice(1)}`);
    else this.emit("loadGlobal", name);
  }

  /** Assigns the value on the stack, which is taken. */
  store(name: string): void {
    const found = this.resolve(name);
    if (!found) {
      if (this.unit.imports.has(name)) this.emit("failConstant", name);
      this.emit("storeGlobal", name);
      return;
    }
    this.emit(found.kind === "const" ? "failConstant" : "store", found.kind === "const" ? name : found.place);
    this.exported(name);
  }

  /** Gives a declared variable its first value, which is taken from the stack. */
  initialize(name: string): void {
    const found = this.resolve(name);
    if (found) {
      this.emit("initialize", found.place);
      this.exported(name);
    } else this.emit("declareGlobal", name);
  }

  /** A function of a block is a variable of the function around it too, in code that is not strict. */
  storeOutside(name: string): void {
    if (this.scope === this.functionScope || this.code.isStrict) return;
    const { scope } = this;
    this.scope = scope.parent!;
    const outer = this.resolve(name);
    this.scope = scope;
    if (outer && outer.kind !== "var") return;
    this.load(name);
    if (outer) this.emit("store", [outer.place[0] + 1, outer.place[1], name]);
    else this.emit("declareGlobal", name);
  }

  /** An exported variable changes the module's namespace too. */
  exported(name: string): void {
    const names = this.unit.exports.get(name);
    if (!names) return;
    this.load(name);
    this.emit("export", names);
  }

  // ---- leaving

  /** Emits what leaves everything down to `depth`. Statements of `finally` are compiled for each way out. */
  leaveTo(depth: number, hasValue: boolean): void {
    const { leavings } = this;
    for (let i = leavings.length - 1; i >= depth; i--) {
      this.leavings = leavings.slice(0, i);
      leavings[i]!.leave(hasValue);
    }
    this.leavings = leavings;
  }

  return(): void {
    const { scope } = this;
    this.leaveTo(0, true);
    this.scope = scope;
    this.emit("return");
  }
}
