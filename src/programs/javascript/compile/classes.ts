/** Classes. On the stack lie the class and its prototype while members are defined. */
import { Compiler, type VariableKind } from "./compiler.ts";
import { compileBody, compileFunction, type FunctionNode } from "./functions.ts";
import { keyName } from "./members.ts";
import type { AnyNode } from "./syntax.ts";

type ClassNode = AnyNode & { type: "ClassDeclaration" | "ClassExpression" };
type Member = ClassNode["body"]["body"][number];

export function compileClass(outer: Compiler, node: ClassNode, hint: string): void {
  const name = node.id?.name ?? hint;
  const names: [string, VariableKind][] = node.id ? [[node.id.name, "const"]] : [];
  const members = node.body.body;
  for (const privateName of privateNames(members)) names.push([privateName, "const"]);
  // Keys of fields are computed once, when the class is defined.
  members.forEach((member, i) => {
    if (member.type === "PropertyDefinition" && member.computed) names.push([`.key${i}`, "let"]);
  });
  const wasStrict = outer.code.isStrict;
  outer.code.isStrict = true;
  outer.inScope(names, () => {
    for (const privateName of privateNames(members)) {
      outer.emit("privateName", privateName);
      outer.initialize(privateName);
    }
    compileDefinition(outer, node, name, members);
  });
  outer.code.isStrict = wasStrict;
}

function compileDefinition(outer: Compiler, node: ClassNode, name: string, members: readonly Member[]): void {
  if (node.superClass) outer.expression(node.superClass);
  const written = members.find((member) => member.type === "MethodDefinition" && member.kind === "constructor");
  const facts = { name, from: node.start, to: node.end, kind: "class" as const, isDerived: Boolean(node.superClass) };
  const inner = new Compiler(outer.unit, outer, facts);
  if (written) {
    const { value } = written as Member & { type: "MethodDefinition" };
    compileBody(inner, value as FunctionNode, () => node.superClass || inner.emit("initializeFields"));
  } else compileDefaultConstructor(inner, Boolean(node.superClass));
  outer.emit("class", [inner.code.number, Boolean(node.superClass)], node.start);
  for (const [i, member] of members.entries()) if (member !== written) compileMember(outer, member, i);
  compileFields(outer, members, false);
  outer.emit("pop");
  // Static members see the class by its name.
  if (node.id) {
    outer.emit("duplicate");
    outer.initialize(node.id.name);
  }
  compileFields(outer, members, true);
}

function compileDefaultConstructor(inner: Compiler, isDerived: boolean): void {
  inner.emit("arguments", -1);
  if (isDerived) {
    inner.emit("undefined");
    inner.emit("superConstructor");
    inner.emit("restArguments", 0);
    inner.emit("superSpread", [0, "super"]);
    inner.emit("pop");
  } else inner.emit("initializeFields");
  inner.emit("undefined");
  inner.emit("return");
  inner.finish();
}

/** class prototype → class prototype */
function compileMember(outer: Compiler, member: Member, i: number): void {
  if (member.type === "PropertyDefinition" && member.computed) {
    outer.expression(member.key);
    outer.emit("toKey");
    outer.initialize(`.key${i}`);
  }
  if (member.type !== "MethodDefinition") return;
  const { key, value, kind, computed } = member;
  const isPrivate = key.type === "PrivateIdentifier";
  outer.emit(member.static ? "duplicateBelow" : "duplicate");
  const name = computed ? "" : keyName(key);
  if (isPrivate) outer.load(`#${key.name}`);
  else if (computed) {
    outer.expression(key);
    outer.emit("toKey");
  } else outer.emit("constant", name);
  compileFunction(outer, value as FunctionNode, { name, kind: "method", from: member.start, to: member.end });
  if (kind === "get" || kind === "set") outer.emit("defineAccessor", { kind, isEnumerable: false, name });
  else outer.emit("defineMethod", { isEnumerable: false, isComputed: computed });
  outer.emit("pop");
}

/** Fields become one function, whose `this` is the instance or the class. */
function compileFields(outer: Compiler, members: readonly Member[], isStatic: boolean): void {
  const isChosen = (member: Member) =>
    member.type === "StaticBlock" ? isStatic : member.type === "PropertyDefinition" && member.static === isStatic;
  if (!members.some(isChosen)) return;
  const name = isStatic ? "<static_initializer>" : "<instance_members_initializer>";
  const first = members.find(isChosen)!;
  const inner = new Compiler(outer.unit, outer, { name, from: first.start, to: first.end, kind: "method" });
  inner.emit("arguments", -1);
  for (const [i, member] of members.entries()) {
    if (!isChosen(member)) continue;
    if (member.type === "StaticBlock") compileStaticBlock(inner, member);
    else compileField(inner, member as Member & { type: "PropertyDefinition" }, i);
  }
  inner.emit("undefined");
  inner.emit("return");
  inner.finish();
  outer.emit("closure", inner.code.number);
  outer.emit(isStatic ? "runStaticFields" : "setFields");
}

function compileField(inner: Compiler, member: Member & { type: "PropertyDefinition" }, i: number): void {
  const { key } = member;
  inner.emit("this");
  if (key.type === "PrivateIdentifier") inner.load(`#${key.name}`);
  else if (member.computed) inner.load(`.key${i}`);
  else inner.emit("constant", keyName(key));
  if (member.value) inner.expression(member.value, member.computed ? "" : keyName(key));
  else inner.emit("undefined");
  inner.emit("defineField", false);
  inner.emit("pop");
}

function compileStaticBlock(inner: Compiler, member: Member & { type: "StaticBlock" }): void {
  inner.statement({ ...member, type: "BlockStatement" } as AnyNode);
}

function privateNames(members: readonly Member[]): Set<string> {
  const names = new Set<string>();
  for (const member of members) {
    if (
      (member.type === "MethodDefinition" || member.type === "PropertyDefinition") &&
      member.key.type === "PrivateIdentifier"
    )
      names.add(`#${member.key.name}`);
  }
  return names;
}
