/** Functions: parameters, bodies, and declarations that are hoisted. */

import { Compiler, type FunctionFacts, type VariableKind } from "./compiler.ts";
import { bind } from "./patterns.ts";
import type { AnyNode } from "./syntax.ts";
import { boundNames, varNames } from "./syntax.ts";

export type FunctionNode = AnyNode & {
  type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression";
};

/** Emits a closure of a function. */
export function compileFunction(
  outer: Compiler,
  node: FunctionNode,
  facts: Partial<FunctionFacts> & { name: string },
): void {
  const isArrow = node.type === "ArrowFunctionExpression";
  const hasOwnName = node.type === "FunctionExpression" && node.id;
  // A named function expression knows itself by its name.
  if (hasOwnName) {
    const { name } = node.id!;
    outer.inScope([[name, "let"]], () => {
      emitFunction(outer, node, { kind: "function", ...facts, name });
      outer.emit("duplicate");
      outer.initialize(name);
    });
    return;
  }
  emitFunction(outer, node, { kind: isArrow ? "arrow" : "function", ...facts });
}

function emitFunction(
  outer: Compiler,
  node: FunctionNode,
  facts: Partial<FunctionFacts> & Pick<FunctionFacts, "name" | "kind">,
): void {
  const inner = new Compiler(outer.unit, outer, {
    from: node.start,
    to: node.end,
    isAsync: node.async,
    isGenerator: node.generator,
    ...facts,
  });
  compileBody(inner, node);
  outer.emit("closure", inner.code.number);
}

/** Compiles parameters and body into a function's code. `before` runs after the parameters. */
export function compileBody(compiler: Compiler, node: FunctionNode, before?: () => void): void {
  const { code } = compiler;
  const { params, body } = node;
  if (body.type === "BlockStatement" && isStrictBody(body.body)) code.isStrict = true;
  const firstOptional = params.findIndex(({ type }) => type === "AssignmentPattern" || type === "RestElement");
  code.parameterCount = firstOptional < 0 ? params.length : firstOptional;
  for (const parameter of params) for (const name of boundNames(parameter)) compiler.scope.declare(name, "parameter");
  // The slot of `arguments`, once the body uses it.
  compiler.emit("arguments", -1);
  for (const [i, parameter] of params.entries()) {
    if (parameter.type === "RestElement") {
      compiler.emit("restArguments", i);
      bind(compiler, parameter.argument, "declare");
    } else {
      compiler.emit("argument", i);
      bind(compiler, parameter, "declare");
    }
  }
  before?.();
  if (code.isGenerator) compiler.emit("startGenerator");
  if (body.type === "BlockStatement") {
    hoist(compiler, body.body);
    for (const statement of body.body) compiler.statement(statement);
    compiler.emit("undefined", undefined, node.end - 1);
  } else compiler.expression(body);
  compiler.emit("return");
  compiler.finish();
}

export function isStrictBody(statements: readonly AnyNode[]): boolean {
  for (const statement of statements) {
    if (statement.type !== "ExpressionStatement" || statement.directive === undefined) return false;
    if (statement.directive === "use strict") return true;
  }
  return false;
}

/** Declares the variables of a function's body and makes its functions. */
export function hoist(compiler: Compiler, statements: readonly AnyNode[]): void {
  const vars = new Set<string>();
  varNames(statements, vars);
  for (const name of vars) compiler.scope.declare(name, "var");
  for (const [name, kind] of lexicalNames(statements)) {
    const isNew = !compiler.scope.names.has(name);
    const slot = compiler.scope.declare(name, kind);
    if (kind !== "function" && isNew) compiler.code.lexicalSlots.push(slot);
  }
  hoistFunctions(compiler, statements);
}

/** Names that `let`, `const`, `class` and functions declare directly in a block. */
export function lexicalNames(statements: readonly AnyNode[]): [string, VariableKind][] {
  const names: [string, VariableKind][] = [];
  for (const each of statements) {
    const statement = declarationOf(each);
    if (statement?.type === "VariableDeclaration" && statement.kind !== "var") {
      const kind = statement.kind === "const" ? "const" : "let";
      for (const { id } of statement.declarations) for (const name of boundNames(id)) names.push([name, kind]);
    } else if (statement?.type === "ClassDeclaration" && statement.id) names.push([statement.id.name, "class"]);
    else if (statement?.type === "FunctionDeclaration" && statement.id) names.push([statement.id.name, "function"]);
  }
  return names;
}

/** The declaration behind `export`. */
function declarationOf(statement: AnyNode): AnyNode | null | undefined {
  const isExport = statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration";
  return isExport ? statement.declaration : statement;
}

export function hoistFunctions(compiler: Compiler, statements: readonly AnyNode[]): void {
  for (const each of statements) {
    const statement = declarationOf(each);
    if (statement?.type !== "FunctionDeclaration" || !statement.id) continue;
    compiler.at(statement.start);
    compileFunction(compiler, statement, { name: statement.id.name });
    compiler.initialize(statement.id.name);
    compiler.storeOutside(statement.id.name);
  }
}
