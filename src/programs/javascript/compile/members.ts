/** Members of objects, and the elements of arrays. */
import type { Compiler } from "./compiler.ts";
import { type AnyNode, describe } from "./syntax.ts";

type Member = AnyNode & { type: "MemberExpression" };

export function compileMember(compiler: Compiler, node: Member): void {
  if (node.object.type === "Super") {
    compiler.emit("this");
    compileKey(compiler, node);
    compiler.emit("getSuper");
    return;
  }
  compiler.expression(node.object);
  compileMemberOf(compiler, node);
}

/** object → value */
export function compileMemberOf(compiler: Compiler, node: Member): void {
  const { property } = node;
  if (property.type === "PrivateIdentifier") {
    compiler.load(`#${property.name}`);
    compiler.emit("getPrivate", property.name, property.start);
  } else if (node.computed) {
    compiler.expression(property);
    compiler.emit("getIndex", undefined, property.start);
  } else compiler.emit("getMember", (property as AnyNode & { type: "Identifier" }).name, property.start);
}

export function compileKey(compiler: Compiler, node: Member): void {
  const { property } = node;
  if (property.type === "PrivateIdentifier") compiler.load(`#${property.name}`);
  else if (node.computed) compiler.expression(property);
  else compiler.emit("constant", (property as AnyNode & { type: "Identifier" }).name);
}

/** The name of a key that is not computed. */
export function keyName(key: AnyNode): string {
  if (key.type === "Identifier") return key.name;
  if (key.type === "PrivateIdentifier") return `#${key.name}`;
  return String((key as { value?: unknown }).value);
}

export function compileArray(compiler: Compiler, elements: readonly (AnyNode | null)[], callAt?: number): void {
  const isPlain = elements.every((element) => element !== null && element.type !== "SpreadElement");
  if (isPlain) {
    for (const element of elements) compiler.expression(element!);
    compiler.emit("newArray", elements.length);
    return;
  }
  compiler.emit("newArray", 0);
  for (const element of elements) {
    if (!element) compiler.emit("appendHole");
    else if (element.type === "SpreadElement") {
      compiler.expression(element.argument);
      compiler.emit(
        callAt === undefined ? "appendAll" : "appendArguments",
        describe(element.argument, (each) => compiler.text(each)),
        callAt ?? element.argument.start,
      );
    } else {
      compiler.expression(element);
      compiler.emit("append");
    }
  }
}
