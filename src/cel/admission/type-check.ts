/**
 * Fields that an expression reads and that its objects do not declare. Such a policy is stored with a warning in its
 * status, because its kinds may be defined later.
 * The shapes of syntax nodes are pinned in test/cel/library-contract.test.ts.
 */
import type { SchemaType } from "../../schema/types.ts";
import { celEnvironment } from "../environment.ts";
import { CelError } from "../error.ts";
import { childrenOf, isNode, type SyntaxNode } from "../metering.ts";
import { compile } from "../program.ts";
import { drawn } from "../report.ts";

/** The variables' types. Undefined: any field may be read. */
export type VariableTypes = Readonly<Record<string, SchemaType | undefined>>;

const MACROS: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "existsOne", "map", "filter"]);
const ACCESS: ReadonlySet<string> = new Set([".", ".?", "[]", "[?]"]);

/** A report for each undeclared field, in cel-go's words; empty for an expression that does not compile. */
export function undefinedFields(source: string, types: VariableTypes): string[] {
  const root = parsed(source);
  if (!root) return [];
  const found: string[] = [];
  typeOf(root, types, (name, node) => {
    const at = source.lastIndexOf(".", node.end - name.length);
    found.push(drawn(source, `undefined field '${name}'`, Math.max(0, at)));
  });
  return found;
}

/** Parses with untyped variables: only the names of fields matter here. */
function parsed(source: string): SyntaxNode | undefined {
  const names = Object.fromEntries(ANY_VARIABLE.map((name) => [name, "dyn"]));
  try {
    return compile(celEnvironment(names), source).root;
  } catch (error) {
    if (error instanceof CelError) return undefined;
    throw error;
  }
}

const ANY_VARIABLE = ["object", "oldObject", "params", "request", "namespaceObject", "authorizer", "variables"];

type Report = (field: string, node: SyntaxNode) => void;

function typeOf(node: SyntaxNode, scope: VariableTypes, report: Report): SchemaType | undefined {
  if (node.op === "id") return scope[node.args as string];
  if (ACCESS.has(node.op)) return typeOfAccess(node, scope, report);
  if (node.op === "rcall") {
    const [name, receiver, args] = node.args as [string, SyntaxNode, SyntaxNode[]];
    const variable = args[0];
    if (MACROS.has(name) && variable?.op === "id") {
      const items = itemsOf(typeOf(receiver, scope, report));
      const inner = { ...scope, [variable.args as string]: items };
      for (const argument of args.slice(1)) typeOf(argument, inner, report);
      return undefined;
    }
  }
  for (const child of childrenOf(node)) typeOf(child, scope, report);
  return undefined;
}

function typeOfAccess(node: SyntaxNode, scope: VariableTypes, report: Report): SchemaType | undefined {
  const [target, key] = node.args as [SyntaxNode, string | SyntaxNode];
  const type = typeOf(target, scope, report);
  if (isNode(key)) typeOf(key, scope, report);
  const name = typeof key === "string" ? key : key.op === "value" ? key.args : undefined;
  switch (type?.kind) {
    case "list":
      return type.items;
    case "map":
      return type.values;
    case "struct": {
      if (typeof name !== "string") return undefined;
      const field = type.fields.get(name);
      if (!field && type.otherFields === undefined && node.op === ".") report(name, node);
      return field?.type ?? type.otherFields;
    }
    default:
      return undefined;
  }
}

/** The type of a macro's variable: the items of a list; undefined for the keys of a map. */
function itemsOf(type: SchemaType | undefined): SchemaType | undefined {
  return type?.kind === "list" ? type.items : undefined;
}
