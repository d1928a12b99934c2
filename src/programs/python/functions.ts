/** Definitions of functions and classes. */
import type { Compiler } from "./compile.ts";
import { compileArguments } from "./expressions.ts";
import { compileParameters } from "./parameters.ts";
import { childrenOf, type Node } from "./syntax.ts";

/** Leaves the function on the stack. */
export function compileFunction(c: Compiler, node: Node): string {
  const children = childrenOf(node);
  const nameNode = children.find(({ name }) => name === "VariableName")!;
  const list = children.find(({ name }) => name === "ParamList")!;
  const body = children.find(({ name }) => name === "Body")!;
  const name = c.text(nameNode);
  const parameters = compileParameters(c, list);
  const inner = c.inner(name, { ...parameters, isCoroutine: children[0]!.name === "async" });
  inner.body(body);
  inner.finish();
  c.emit("function", inner.code.number);
  c.emit("defaults", { shape: [String(parameters.defaults), ...parameters.keywords] });
  return name;
}

/** Leaves the class on the stack. */
export function compileClass(c: Compiler, node: Node): string {
  const children = childrenOf(node);
  const name = c.text(children.find((child) => child.name === "VariableName")!);
  const bases = children.find((child) => child.name === "ArgList");
  const inner = c.inner(name, { isClass: true });
  inner.body(children.find((child) => child.name === "Body")!);
  inner.finish();
  c.emit("function", inner.code.number);
  c.emit("classBuilder", name);
  if (bases) compileArguments(c, bases);
  else c.emit("call", { shape: [] });
  return name;
}

/** Decorators are applied from the innermost to the outermost. */
export function compileDecorated(c: Compiler, node: Node): void {
  const children = childrenOf(node);
  const definition = children.at(-1)!;
  const decorators = children.slice(0, -1);
  for (const decorator of decorators) compileDecorator(c, decorator);
  const name = definition.name === "ClassDefinition" ? compileClass(c, definition) : compileFunction(c, definition);
  for (const _ of decorators) c.emit("call", { shape: [""] });
  c.store(name);
}

/** `@a.b(c)`: the grammar gives the parts of the expression without its nodes. */
function compileDecorator(c: Compiler, node: Node): void {
  c.at(node);
  const children = childrenOf(node).slice(1);
  c.expression(children[0]!);
  for (let i = 1; i < children.length; i++) {
    const child = children[i]!;
    if (child.name === "PropertyName" || (child.name === "VariableName" && children[i - 1]!.name === ".")) {
      c.emit("attribute", c.text(child));
    } else if (child.name === "ArgList") {
      compileArguments(c, child);
    }
  }
}
