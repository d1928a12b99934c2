/** Destructuring and assignment. The value lies on the stack and is taken. */

import type { Compiler } from "./compiler.ts";
import type { AnyNode } from "./syntax.ts";

/** `declare`: the first value of a declared variable. `var`: a value of a `var`. */
export type BindMode = "declare" | "assign";

/** Binds the value on the stack to a pattern. */
export function bind(compiler: Compiler, target: AnyNode, mode: BindMode): void {
  if (target.type !== "Identifier" && target.type !== "ArrayPattern") compiler.valueAt = undefined;
  switch (target.type) {
    case "Identifier":
      compiler.at(compiler.valueAt ?? target.start);
      compiler.valueAt = undefined;
      if (mode === "declare") compiler.initialize(target.name);
      else compiler.store(target.name);
      return;
    case "MemberExpression":
      storeMember(compiler, target);
      return;
    case "AssignmentPattern":
      withDefault(compiler, target.right, nameOf(target.left));
      bind(compiler, target.left, mode);
      return;
    case "ArrayPattern":
      bindArray(compiler, target, mode);
      return;
    case "ObjectPattern":
      bindObject(compiler, target, mode);
      return;
    default:
      compiler.fail(target, "Invalid destructuring assignment target");
  }
}

const nameOf = (node: AnyNode): string | undefined => (node.type === "Identifier" ? node.name : undefined);

/** Replaces undefined on the stack by a default. */
function withDefault(compiler: Compiler, node: AnyNode, name: string | undefined): void {
  const end = compiler.label();
  compiler.jump("jumpIfDefined", end);
  compiler.expression(node, name);
  compiler.place(end);
}

/** value → ; the object and the key are evaluated after the value. */
function storeMember(compiler: Compiler, target: AnyNode & { type: "MemberExpression" }): void {
  if (target.object.type === "Super") compiler.fail(target, "'super' is no target of destructuring here");
  compiler.expression(target.object);
  const { property } = target;
  if (property.type === "PrivateIdentifier") {
    compiler.load(`#${property.name}`);
    compiler.emit("rotate");
    compiler.emit("setPrivate", property.name);
  } else if (target.computed) {
    compiler.expression(property);
    compiler.emit("rotate");
    compiler.emit("setIndex");
  } else {
    compiler.emit("swap");
    compiler.emit("setMember", property.type === "Identifier" ? property.name : "", property.start);
  }
  compiler.emit("pop");
}

function bindArray(compiler: Compiler, target: AnyNode & { type: "ArrayPattern" }, mode: BindMode): void {
  compiler.at(compiler.valueAt ?? target.start);
  compiler.valueAt = undefined;
  compiler.emit("iterate", compiler.text(target));
  for (const element of target.elements) {
    if (element?.type === "RestElement") {
      compiler.emit("iterationRest");
      bind(compiler, element.argument, mode);
      continue;
    }
    compiler.emit("iterationNext");
    if (element) bind(compiler, element, mode);
    else compiler.emit("pop");
  }
  compiler.emit("closeIteration");
}

function bindObject(compiler: Compiler, target: AnyNode & { type: "ObjectPattern" }, mode: BindMode): void {
  const first = target.properties[0];
  const firstName =
    first?.type === "Property" && first.key.type === "Identifier" && !first.computed ? first.key.name : undefined;
  compiler.emit("checkObject", firstName, first?.start ?? target.start);
  const hasRest = target.properties.at(-1)?.type === "RestElement";
  // The keys that were taken lie under the object, for a rest.
  if (hasRest) {
    compiler.emit("newArray", 0);
    compiler.emit("swap");
  }
  for (const property of target.properties) {
    if (property.type === "RestElement") {
      compiler.emit("objectRest");
      bind(compiler, property.argument, mode);
      return;
    }
    compiler.emit("duplicate");
    const { key } = property;
    if (!property.computed) {
      compiler.emit("constant", key.type === "Identifier" ? key.name : String((key as { value?: unknown }).value));
    } else {
      compiler.expression(key);
      compiler.emit("toKey");
    }
    if (hasRest) compiler.emit("rememberKey");
    compiler.emit("getIndex", undefined, key.start);
    bind(compiler, property.value, mode);
  }
  compiler.emit("pop");
}
