/** Compiles expressions. Each leaves one value on the stack. */
import { compileCall, compileChain, compileNew } from "./calls.ts";
import { compileClass } from "./classes.ts";
import type { Compiler } from "./compiler.ts";
import { compileFunction } from "./functions.ts";
import { compileArray, compileKey, compileMember, compileMemberOf, keyName } from "./members.ts";
import { bind } from "./patterns.ts";
import { type AnyNode, describe } from "./syntax.ts";

type Of<T extends AnyNode["type"]> = AnyNode & { type: T };

export function compileExpression(compiler: Compiler, node: AnyNode, name?: string): void {
  compiler.at(node.start);
  const rule = EXPRESSIONS[node.type];
  if (!rule) compiler.fail(node, `Unsupported syntax: ${node.type}`);
  rule(compiler, node as never, name);
}

type Rule = (compiler: Compiler, node: never, name?: string) => void;

const EXPRESSIONS: Partial<Record<AnyNode["type"], Rule>> = {
  Literal(compiler, node: Of<"Literal">) {
    if (node.regex) compiler.emit("regexp", [node.regex.pattern, node.regex.flags]);
    else
      compiler.emit("constant", node.bigint === undefined || node.bigint === null ? node.value : BigInt(node.bigint));
  },
  Identifier: (compiler, node: Of<"Identifier">) => compiler.load(node.name),
  ThisExpression: (compiler) => compiler.emit("this"),
  TemplateLiteral: compileTemplate,
  TaggedTemplateExpression: compileTagged,
  ArrayExpression: (compiler, node: Of<"ArrayExpression">) => compileArray(compiler, node.elements),
  ObjectExpression: compileObject,
  FunctionExpression: (compiler, node: Of<"FunctionExpression">, name = "") =>
    compileFunction(compiler, node, { name }),
  ArrowFunctionExpression: (compiler, node: Of<"ArrowFunctionExpression">, name = "") =>
    compileFunction(compiler, node, { name }),
  ClassExpression: (compiler, node: Of<"ClassExpression">, name = "") => compileClass(compiler, node, name),
  ParenthesizedExpression: (compiler, node: Of<"ParenthesizedExpression">) => compiler.expression(node.expression),
  SequenceExpression(compiler, node: Of<"SequenceExpression">) {
    for (const [i, each] of node.expressions.entries()) {
      if (i > 0) compiler.emit("pop");
      compiler.expression(each);
    }
  },
  UnaryExpression: compileUnary,
  UpdateExpression: compileUpdate,
  BinaryExpression(compiler, node: Of<"BinaryExpression">) {
    if (node.left.type === "PrivateIdentifier") {
      compiler.load(`#${node.left.name}`);
      compiler.expression(node.right);
      compiler.emit("hasPrivate");
      return;
    }
    compiler.expression(node.left);
    compiler.expression(node.right);
    compiler.emit(node.operator, undefined, compiler.operatorAt(node.left, node.operator));
  },
  LogicalExpression(compiler, node: Of<"LogicalExpression">) {
    const end = compiler.label();
    compiler.expression(node.left);
    compiler.jump(SHORT_CIRCUITS[node.operator]!, end);
    compiler.expression(node.right);
    compiler.place(end);
  },
  ConditionalExpression(compiler, node: Of<"ConditionalExpression">, name) {
    const otherwise = compiler.label();
    const end = compiler.label();
    compiler.expression(node.test);
    compiler.jump("jumpIfFalse", otherwise);
    compiler.expression(node.consequent, name);
    compiler.jump("jump", end);
    compiler.place(otherwise);
    compiler.expression(node.alternate, name);
    compiler.place(end);
  },
  AssignmentExpression: compileAssignment,
  MemberExpression: (compiler, node: Of<"MemberExpression">) => compileMember(compiler, node),
  ChainExpression(compiler, node: Of<"ChainExpression">) {
    const end = compiler.label();
    compileChain(compiler, node.expression, end);
    compiler.place(end);
  },
  CallExpression: (compiler, node: Of<"CallExpression">) => compileCall(compiler, node),
  NewExpression: (compiler, node: Of<"NewExpression">) => compileNew(compiler, node),
  SpreadElement: (compiler, node: Of<"SpreadElement">) => compiler.fail(node, "Unexpected token '...'"),
  MetaProperty(compiler, node: Of<"MetaProperty">) {
    compiler.emit(node.meta.name === "new" ? "newTarget" : "importMeta");
  },
  ImportExpression(compiler, node: Of<"ImportExpression">) {
    compiler.expression(node.source);
    compiler.emit("importDynamic", compiler.unit.source.file);
  },
  AwaitExpression(compiler, node: Of<"AwaitExpression">) {
    compiler.expression(node.argument);
    compiler.emit("await", undefined, node.start);
  },
  YieldExpression(compiler, node: Of<"YieldExpression">) {
    if (node.argument) compiler.expression(node.argument);
    else compiler.emit("undefined");
    if (!node.delegate) {
      if (compiler.code.isAsync) compiler.emit("await");
      compiler.emit("yield");
      return;
    }
    compileDelegation(compiler);
  },
};

const SHORT_CIRCUITS: Record<string, string> = {
  "&&": "jumpIfFalseKeep",
  "||": "jumpIfTrueKeep",
  "??": "jumpIfPresentKeep",
};

/** `yield*`: iterates by `next` and gives each value on. */
function compileDelegation(compiler: Compiler): void {
  const isAsync = compiler.code.isAsync;
  const top = compiler.label();
  const end = compiler.label();
  compiler.emit(isAsync ? "iterateAsync" : "iterate", "yield*");
  compiler.emit("undefined");
  compiler.place(top);
  // iteration sent → iteration result
  compiler.emit("delegateNext");
  if (isAsync) compiler.emit("await");
  compiler.jump("jumpIfDone", end);
  compiler.emit("yield");
  compiler.jump("jump", top);
  compiler.place(end);
}

function compileTemplate(compiler: Compiler, node: Of<"TemplateLiteral">): void {
  for (const [i, quasi] of node.quasis.entries()) {
    compiler.emit("constant", quasi.value.cooked ?? "");
    const expression = node.expressions[i];
    if (expression) {
      compiler.expression(expression);
      compiler.emit("toText");
    }
  }
  compiler.emit("concat", node.quasis.length + node.expressions.length);
}

function compileTagged(compiler: Compiler, node: Of<"TaggedTemplateExpression">): void {
  if (node.tag.type === "MemberExpression") {
    compiler.expression(node.tag.object);
    compiler.emit("duplicate");
    compileMemberOf(compiler, node.tag);
  } else {
    compiler.emit("undefined");
    compiler.expression(node.tag);
  }
  const { quasis, expressions } = node.quasi;
  compiler.emit("templateObject", [quasis.map(({ value }) => value.cooked), quasis.map(({ value }) => value.raw)]);
  for (const expression of expressions) compiler.expression(expression);
  compiler.emit("call", [expressions.length + 1, describe(node.tag, (each) => compiler.text(each))], node.start);
}

function compileObject(compiler: Compiler, node: Of<"ObjectExpression">): void {
  compiler.emit("newObject");
  for (const property of node.properties) {
    if (property.type === "SpreadElement") {
      compiler.expression(property.argument);
      compiler.emit("spreadObject");
      continue;
    }
    const { key, computed, kind, value } = property;
    const name = computed ? undefined : keyName(key);
    if (name === undefined) {
      compiler.expression(key);
      compiler.emit("toKey");
    } else compiler.emit("constant", name);
    if (kind === "get" || kind === "set") {
      compileFunction(compiler, value as Of<"FunctionExpression">, { name: name ?? "", kind: "method" });
      compiler.emit("defineAccessor", { kind, isEnumerable: true, name });
    } else if (name === "__proto__" && !computed && !property.shorthand && !property.method) {
      compiler.expression(value);
      compiler.emit("setPrototype");
    } else if (property.method) {
      compileFunction(compiler, value as Of<"FunctionExpression">, {
        name: name ?? "",
        kind: "method",
        from: property.start,
      });
      compiler.emit("defineMethod", { isEnumerable: true, isComputed: computed });
    } else {
      compiler.expression(value, name);
      compiler.emit("defineField", computed && isFunctionNode(value));
    }
  }
}

const isFunctionNode = ({ type }: AnyNode) =>
  type === "FunctionExpression" || type === "ArrowFunctionExpression" || type === "ClassExpression";

function compileUnary(compiler: Compiler, node: Of<"UnaryExpression">): void {
  const { operator, argument } = node;
  if (
    operator === "typeof" &&
    argument.type === "Identifier" &&
    !compiler.resolve(argument.name) &&
    !compiler.unit.imports.has(argument.name)
  ) {
    compiler.emit("typeofGlobal", argument.name);
    return;
  }
  if (operator === "delete") {
    compileDelete(compiler, argument);
    return;
  }
  compiler.expression(argument);
  if (operator === "void") {
    compiler.emit("pop");
    compiler.emit("undefined");
  } else compiler.emit(`unary ${operator}`);
}

function compileDelete(compiler: Compiler, argument: AnyNode): void {
  const target = argument.type === "ChainExpression" ? argument.expression : argument;
  if (target.type !== "MemberExpression") {
    compiler.emit("constant", true);
    return;
  }
  const end = compiler.label();
  if (target.optional || argument.type === "ChainExpression") {
    compileChain(compiler, target.object, end);
    compiler.jump("jumpIfNullish", end);
  } else compiler.expression(target.object);
  compileKey(compiler, target);
  compiler.emit("delete");
  compiler.place(end);
}

function compileUpdate(compiler: Compiler, node: Of<"UpdateExpression">): void {
  const operator = node.operator === "++" ? "increment" : "decrement";
  const target = node.argument;
  if (target.type === "Identifier") {
    compiler.load(target.name);
    compiler.emit("toNumeric");
    if (!node.prefix) compiler.emit("duplicate");
    compiler.emit(operator);
    if (node.prefix) compiler.emit("duplicate");
    compiler.store(target.name);
    return;
  }
  if (target.type !== "MemberExpression") compiler.fail(node, "Invalid left-hand side expression in postfix operation");
  compileReference(compiler, target);
  compiler.emit("duplicateTwo");
  readReference(compiler, target);
  compiler.emit("toNumeric");
  // object key old → old object key new
  if (!node.prefix) compiler.emit("saveBelow");
  compiler.emit(operator);
  writeReference(compiler, target);
  if (!node.prefix) compiler.emit("pop");
}

function compileAssignment(compiler: Compiler, node: Of<"AssignmentExpression">): void {
  const { left, right, operator } = node;
  if (operator === "=") {
    compilePlainAssignment(compiler, left, right);
    return;
  }
  const short = { "&&=": "jumpIfFalseKeep", "||=": "jumpIfTrueKeep", "??=": "jumpIfPresentKeep" }[operator as string];
  const end = compiler.label();
  if (left.type === "Identifier") {
    compiler.load(left.name);
    if (short) compiler.jump(short, end);
    compiler.expression(right, short ? left.name : undefined);
    if (!short) compiler.emit(operator.slice(0, -1), undefined, compiler.operatorAt(left, operator));
    compiler.emit("duplicate");
    compiler.store(left.name);
    compiler.place(end);
    return;
  }
  if (left.type !== "MemberExpression") compiler.fail(left, "Invalid left-hand side in assignment");
  compileReference(compiler, left);
  compiler.emit("duplicateTwo");
  readReference(compiler, left);
  if (!short) {
    compiler.expression(right);
    compiler.emit(operator.slice(0, -1), undefined, compiler.operatorAt(left, operator));
    writeReference(compiler, left);
    return;
  }
  const keep = compiler.label();
  compiler.jump(short, keep);
  compiler.expression(right);
  writeReference(compiler, left);
  compiler.jump("jump", end);
  compiler.place(keep);
  // object key value → value
  compiler.emit("dropTwoBelow");
  compiler.place(end);
}

function compilePlainAssignment(compiler: Compiler, left: AnyNode, right: AnyNode): void {
  if (left.type === "MemberExpression") {
    compileReference(compiler, left);
    compiler.expression(right);
    writeReference(compiler, left, compiler.operatorAt(left, "="));
    return;
  }
  compiler.expression(right, left.type === "Identifier" ? left.name : undefined);
  compiler.emit("duplicate");
  compiler.valueAt = left.type === "Identifier" ? compiler.operatorAt(left, "=") : right.start;
  bind(compiler, left, "assign");
}

/** Pushes object and key of a member. */
function compileReference(compiler: Compiler, node: Of<"MemberExpression">): void {
  if (node.object.type === "Super") compiler.emit("this");
  else compiler.expression(node.object);
  compileKey(compiler, node);
}

function readReference(compiler: Compiler, node: Of<"MemberExpression">): void {
  const { property, object } = node;
  if (object.type === "Super") compiler.emit("getSuper");
  else if (property.type === "PrivateIdentifier") compiler.emit("getPrivate", property.name);
  else compiler.emit("getIndex", undefined, property.start);
}

function writeReference(compiler: Compiler, node: Of<"MemberExpression">, at = node.property.start): void {
  const { property } = node;
  if (property.type === "PrivateIdentifier") compiler.emit("setPrivate", property.name);
  else compiler.emit("setIndex", undefined, at);
}
