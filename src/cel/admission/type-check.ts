/**
 * Fields that an expression reads and that its objects do not declare, and values whose type an operator or a function
 * does not accept. Such a policy is stored with a warning in its status, because its kinds may be defined later.
 * The shapes of syntax nodes are pinned in test/cel/library-contract.test.ts.
 */
import type { ScalarKind, SchemaType } from "../../schema/types.ts";
import {
  type DeclaredField,
  type DeclaredScalar,
  type DeclaredType,
  DeclaredTypes,
  escapeFieldName,
} from "../declared.ts";
import { celEnvironment } from "../environment.ts";
import { CelError } from "../error.ts";
import { childrenOf, isNode, type SyntaxNode } from "../metering.ts";
import { compile } from "../program.ts";
import { compilationReport, drawn } from "../report.ts";

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

/** Other problems are found when a policy is written, or depend on values. */
const MISMATCHES: ReadonlySet<string> = new Set(["no_such_overload", "no_matching_overload"]);

/** A report of the first operator or function that does not accept the types of its arguments, in cel-go's words. */
export function mismatchedTypes(source: string, types: VariableTypes): string | undefined {
  const untyped = ANY_VARIABLE.filter((name) => types[name] === undefined);
  const environment = celEnvironment(Object.fromEntries(untyped.map((name) => [name, "dyn"])));
  const declared = new DeclaredTypes(environment);
  const subset = new DeclaredSubset(source);
  for (const [name, type] of Object.entries(types)) {
    if (type) environment.registerVariable(name, declared.nameOf(subset.of(type)));
  }
  try {
    compile(environment, source);
    return undefined;
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    if (!MISMATCHES.has(error.problem?.code ?? "")) return undefined;
    return compilationReport(environment, source, error).replace(/^compilation failed: /, "");
  }
}

/** Kinds of scalars whose type in expressions is known. Quantities and the like may be texts or numbers. */
const SCALARS: Readonly<Partial<Record<ScalarKind, DeclaredScalar>>> = {
  string: "string",
  int32: "int",
  int64: "int",
  boolean: "bool",
  double: "double",
  bytes: "bytes",
  time: "timestamp",
  microTime: "timestamp",
};

/** Types with only those fields whose names occur in an expression: types of Kubernetes have hundreds of fields. */
class DeclaredSubset {
  readonly #names: ReadonlySet<string>;
  readonly #made = new Map<SchemaType, DeclaredType>();

  constructor(source: string) {
    this.#names = new Set(source.match(/[A-Za-z_]\w*/g));
  }

  /** A type that contains itself is unchecked from there on. */
  of(type: SchemaType, outer: readonly SchemaType[] = []): DeclaredType {
    const known = this.#made.get(type);
    if (known) return known;
    const made = outer.includes(type) ? scalar("dyn") : this.#declared(type, [...outer, type]);
    if (outer.length === 0) this.#made.set(type, made);
    return made;
  }

  #declared(type: SchemaType, outer: readonly SchemaType[]): DeclaredType {
    switch (type.kind) {
      case "scalar":
        return scalar(SCALARS[type.scalar] ?? "dyn");
      case "list":
        return { kind: "list", items: this.of(type.items, outer), ...NO_SIZES };
      case "map":
        return { kind: "map", values: this.of(type.values, outer), ...NO_SIZES };
      case "struct": {
        if (type.keepsUnknown || type.otherFields) return scalar("dyn");
        const fields = [...type.fields.values()].flatMap(({ name, type: fieldType }): [string, DeclaredField][] => {
          const written = escapeFieldName(name);
          if (written === undefined || !this.#names.has(written)) return [];
          return [[written, { name, type: this.of(fieldType, outer) }]];
        });
        return { kind: "object", fields: new Map(fields), ...NO_SIZES };
      }
    }
  }
}

/** Sizes serve estimates of costs only. */
const NO_SIZES = { maxElements: 0, minBytes: 0 };

function scalar(name: DeclaredScalar): DeclaredType {
  return { kind: "scalar", scalar: name, ...NO_SIZES };
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
