/** `import` and `export`. A namespace is an object; exported variables write their values into it. */
import { compileClass } from "./classes.ts";
import type { Compiler, Unit } from "./compiler.ts";
import { compileDeclaration } from "./declarations.ts";
import { compileFunction, type FunctionNode } from "./functions.ts";
import { type AnyNode, boundNames } from "./syntax.ts";

type Of<T extends AnyNode["type"]> = AnyNode & { type: T };

const nameOf = (node: AnyNode): string =>
  node.type === "Identifier" ? node.name : String((node as { value?: unknown }).value);
const namespaceOf = (node: AnyNode): string => `.namespace${node.start}`;

/** Reads the imports and exports of a module before it is compiled. */
export function readModule(compiler: Compiler, statements: readonly AnyNode[]): void {
  for (const node of statements) {
    if (node.type === "ImportDeclaration") readImport(compiler, node);
    else if (node.type === "ExportNamedDeclaration" && !node.source) {
      for (const { local, exported } of node.specifiers) addExport(compiler.unit, nameOf(local), nameOf(exported));
      for (const name of declaredNames(node.declaration)) addExport(compiler.unit, name, name);
    } else if (node.type === "ExportDefaultDeclaration" && "id" in node.declaration && node.declaration.id) {
      if (node.declaration.type === "FunctionDeclaration")
        addExport(compiler.unit, node.declaration.id.name, "default");
    }
  }
}

function readImport(compiler: Compiler, node: Of<"ImportDeclaration">): void {
  const namespace = namespaceOf(node);
  compiler.scope.declare(namespace, "var");
  for (const specifier of node.specifiers) {
    const name =
      specifier.type === "ImportSpecifier"
        ? nameOf(specifier.imported)
        : specifier.type === "ImportDefaultSpecifier"
          ? "default"
          : "*";
    compiler.unit.imports.set(specifier.local.name, { namespace, name });
  }
}

function addExport({ exports }: Unit, variable: string, name: string): void {
  exports.set(variable, [...(exports.get(variable) ?? []), name]);
}

function declaredNames(node: AnyNode | null | undefined): string[] {
  if (node?.type === "VariableDeclaration") return node.declarations.flatMap(({ id }) => boundNames(id));
  return (node?.type === "FunctionDeclaration" || node?.type === "ClassDeclaration") && node.id ? [node.id.name] : [];
}

/** Loads the imported modules, before anything else of the module runs. */
export function compileImports(compiler: Compiler, statements: readonly AnyNode[]): void {
  for (const node of statements) {
    const isImport = node.type === "ImportDeclaration";
    const isReExport = (node.type === "ExportNamedDeclaration" || node.type === "ExportAllDeclaration") && node.source;
    if (!isImport && !isReExport) continue;
    compiler.emit("constant", String(node.source!.value), node.start);
    compiler.emit("import", compiler.unit.source.file, node.start);
    compiler.emit("await", undefined, node.start);
    if (isImport) {
      compiler.emit(
        "checkImports",
        node.specifiers
          .flatMap((each) =>
            each.type === "ImportSpecifier"
              ? [nameOf(each.imported)]
              : each.type === "ImportDefaultSpecifier"
                ? ["default"]
                : [],
          )
          .map((name) => [name, String(node.source.value)]),
        node.specifiers[0]?.start ?? node.start,
      );
      compiler.initialize(namespaceOf(node));
    } else if (node.type === "ExportAllDeclaration")
      compiler.emit("exportAll", node.exported ? nameOf(node.exported) : undefined);
    else if (node.type === "ExportNamedDeclaration")
      compiler.emit(
        "exportFrom",
        node.specifiers.map(({ local, exported }) => [nameOf(local), nameOf(exported)]),
      );
  }
}

export function compileImport(_compiler: Compiler, _node: Of<"ImportDeclaration">): void {
  // `compileImports` has loaded it.
}

export function compileExport(
  compiler: Compiler,
  node: Of<"ExportNamedDeclaration"> | Of<"ExportDefaultDeclaration"> | Of<"ExportAllDeclaration">,
): void {
  if (node.type === "ExportAllDeclaration") return;
  const declaration = node.declaration as AnyNode | null | undefined;
  if (node.type === "ExportNamedDeclaration") {
    if (declaration?.type === "VariableDeclaration") compileDeclaration(compiler, declaration);
    else if (declaration) compiler.statement(declaration);
    return;
  }
  if (!declaration || (declaration.type === "FunctionDeclaration" && declaration.id)) return;
  if (declaration.type === "FunctionDeclaration")
    compileFunction(compiler, declaration as FunctionNode, { name: "default" });
  else if (declaration.type === "ClassDeclaration") {
    compileClass(compiler, declaration as never, declaration.id?.name ?? "default");
    if (declaration.id) {
      compiler.emit("duplicate");
      compiler.initialize(declaration.id.name);
    }
  } else compiler.expression(declaration, "default");
  compiler.emit("export", ["default"]);
}
