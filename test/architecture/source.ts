/** The project's sources as syntax trees, for the rules in `architecture.test.ts`. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";

export const PROJECT_ROOT = join(import.meta.dirname, "../..");

export interface SourceFile {
  /** Relative to the project's folder, with forward slashes: `src/lib/time.ts`. */
  path: string;
  /** The folder below `src`, or the file's own name for `src/worker.ts`. */
  folder: string;
  isGenerated: boolean;
  lineCount: number;
  tree: ts.SourceFile;
}

/** Every TypeScript file below these folders. */
export function readSources(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => readSource(relative(PROJECT_ROOT, join(entry.parentPath, entry.name)).replaceAll("\\", "/")))
      .sort((left, right) => (left.path < right.path ? -1 : 1)),
  );
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(PROJECT_ROOT, path), "utf8");
  return {
    path,
    folder: path.split("/")[1] ?? "",
    isGenerated: path.includes("/generated/"),
    lineCount: text.split("\n").length - 1,
    tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true),
  };
}

/** Calls `visit` for every node of the file. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** `src/lib/time.ts:12`. */
export function place(file: SourceFile, node: ts.Node): string {
  return `${file.path}:${file.tree.getLineAndCharacterOfPosition(node.getStart(file.tree)).line + 1}`;
}

export interface Import {
  /** As written: `../lib/time.ts`, `node:fs`, `yaml`. */
  specifier: string;
  node: ts.Node;
}

/** All imports of the file: static, dynamic, and re-exports. */
export function importsOf(file: SourceFile): Import[] {
  const found: Import[] = [];
  walk(file.tree, (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      if (ts.isStringLiteral(node.moduleSpecifier)) found.push({ specifier: node.moduleSpecifier.text, node });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteralLike(argument)) found.push({ specifier: argument.text, node });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      if (ts.isStringLiteral(node.argument.literal)) found.push({ specifier: node.argument.literal.text, node });
    }
  });
  return found;
}

/** The path of a relative import's target; undefined for a package. */
export function targetOf(file: SourceFile, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return join(file.path, "..", specifier).replaceAll("\\", "/");
}

/** Names that the file declares itself, and which therefore do not refer to the global of the same name. */
export function declaredNames(file: SourceFile): Set<string> {
  const names = new Set<string>();
  walk(file.tree, (node) => {
    const isDeclaration =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isClassDeclaration(node) ||
      ts.isImportSpecifier(node) ||
      ts.isImportClause(node) ||
      ts.isNamespaceImport(node) ||
      ts.isBindingElement(node);
    if (isDeclaration && node.name && ts.isIdentifier(node.name)) names.add(node.name.text);
  });
  return names;
}

/** True if this identifier refers to a value, not to a member, a key or a type. */
export function isFreeName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent) || ts.isTypeReferenceNode(parent)) return false;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  const isMemberName =
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isGetAccessorDeclaration(parent) ||
    ts.isSetAccessorDeclaration(parent);
  return !isMemberName;
}
