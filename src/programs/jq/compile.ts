/** Compiles programs to code of the machine. All names are resolved first, so a program with an unknown one never runs. */
import { assignNode, callCode, defineCode, variableCode } from "./call-code.ts";
import { type Compiler, inScope, type Scope } from "./compiler.ts";
import * as flow from "./flow-code.ts";
import { bindCode, foreachCode, reduceCode } from "./fold-code.ts";
import type { Code } from "./machine.ts";
import { parseProgram } from "./parser.ts";
import * as paths from "./path-code.ts";
import { PRELUDE } from "./prelude.ts";
import { type CompileProblem, JqSyntaxError, type Node } from "./syntax.ts";
import * as making from "./value-code.ts";
import type { Value } from "./values.ts";

type CodeOf<T extends Node["type"]> = (
  compiler: Compiler,
  node: Extract<Node, { type: T }>,
  scope: Scope | undefined,
) => Code;

const CODES: { [T in Node["type"]]: CodeOf<T> } = {
  identity:
    () =>
    (machine, { value, path }, next) =>
      machine.give(next, value, path),
  descend: (compiler, _node, scope) => callCode(compiler, { type: "call", name: "recurse", args: [], at: 0 }, scope),
  literal: (_compiler, { value }) => making.literalCode(value),
  text: making.textCode,
  format: making.formatCode,
  index: paths.indexCode,
  slice: paths.sliceCode,
  iterate: paths.iterateCode,
  try: flow.tryCode,
  array: making.arrayCode,
  object: making.objectCode,
  negate: making.negateCode,
  pipe: flow.pipeCode,
  comma: flow.commaCode,
  binary: making.binaryCode,
  and: flow.logicCode,
  or: flow.logicCode,
  alternative: flow.alternativeCode,
  assign: (compiler, node, scope) => compiler.compile(assignNode(node), scope),
  if: flow.ifCode,
  reduce: reduceCode,
  foreach: foreachCode,
  label: flow.labelCode,
  break: flow.breakCode,
  define: defineCode,
  call: callCode,
  variable: variableCode,
  bind: bindCode,
};

/** Builtins in jq that were used, by name and number of parameters. They are the same for all programs. */
const compiledPrelude = new Map<string, { code: Code | undefined }>();

class ProgramCompiler implements Compiler {
  readonly globals: ReadonlyMap<string, Value>;
  readonly problems: CompileProblem[] = [];

  constructor(globals: ReadonlyMap<string, Value>) {
    this.globals = globals;
  }

  compile(node: Node, scope: Scope | undefined): Code {
    const make = CODES[node.type] as CodeOf<Node["type"]>;
    return make(this, node as never, scope);
  }

  problem(message: string, at: number): void {
    this.problems.push({ message, at });
  }

  prelude(name: string): { code: Code | undefined } | undefined {
    const known = compiledPrelude.get(name);
    if (known) return known;
    if (!Object.hasOwn(PRELUDE, name)) return undefined;
    const made: { code: Code | undefined } = { code: undefined };
    compiledPrelude.set(name, made);
    const program = parseProgram(PRELUDE[name]!);
    if (program.type !== "define") throw new TypeError(`${name} is no definition`);
    const { parameters, body } = program.definition;
    const scope = parameters.reduce<Scope | undefined>(
      (up, parameter) => inScope(up, "parameter", parameter),
      undefined,
    );
    made.code = new ProgramCompiler(new Map()).compile(body, scope);
    return made;
  }
}

/** Compiles a program. `globals`: the variables of the command line. @throws JqSyntaxError */
export function compileProgram(text: string, globals: ReadonlyMap<string, Value>): Code {
  const compiler = new ProgramCompiler(globals);
  const code = compiler.compile(parseProgram(text), undefined);
  if (compiler.problems.length > 0) throw new JqSyntaxError(compiler.problems);
  return code;
}
