/** Finds exports that no other file imports. */
import ts from "typescript";
import { importsOf, place, type SourceFile, targetOf, walk } from "./source.ts";

interface Export {
  name: string;
  node: ts.Node;
  isType: boolean;
}

/**
 * Exports of `files` that no file of `readers` imports, each with its place. A type may be exported for the signatures of its
 * own file: it is reported only where its file does not use it either.
 */
export function unusedExports(files: readonly SourceFile[], readers: readonly SourceFile[]): string[] {
  const { names, namespaces } = importedNames(readers);
  return files
    .filter((file) => !namespaces.has(file.path))
    .flatMap((file) =>
      exportsOf(file)
        .filter(({ name }) => !names.has(`${file.path}#${name}`))
        .filter(({ name, isType }) => !isType || countOf(file, name) === 1)
        .map(({ name, node }) => `${place(file, node)} exports ${name}`),
    );
}

/** The names that files import, as `path#name`, and the files that are imported as a whole. */
function importedNames(readers: readonly SourceFile[]): { names: Set<string>; namespaces: Set<string> } {
  const names = new Set<string>();
  const namespaces = new Set<string>();
  for (const file of readers) {
    for (const { specifier, node } of importsOf(file)) {
      const target = targetOf(file, specifier);
      if (target === undefined) continue;
      const named = namedElements(node);
      if (!named) namespaces.add(target);
      else for (const { propertyName, name } of named) names.add(`${target}#${(propertyName ?? name).text}`);
    }
  }
  return { names, namespaces };
}

/** The elements of `import { … }` and `export { … } from`; null for imports of a whole file. */
function namedElements(node: ts.Node): readonly (ts.ImportSpecifier | ts.ExportSpecifier)[] | null {
  const bindings = ts.isImportDeclaration(node)
    ? node.importClause?.namedBindings
    : ts.isExportDeclaration(node)
      ? node.exportClause
      : undefined;
  return bindings && (ts.isNamedImports(bindings) || ts.isNamedExports(bindings)) ? bindings.elements.slice() : null;
}

function exportsOf(file: SourceFile): Export[] {
  return file.tree.statements.flatMap((statement): Export[] => {
    if (ts.isExportDeclaration(statement)) {
      const elements = namedElements(statement) ?? [];
      // A re-export has no other use than its importers.
      return elements.map((node) => ({ name: node.name.text, node, isType: false }));
    }
    if (!isExported(statement)) return [];
    const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
    return declaredBy(statement).map((name) => ({ name, node: statement, isType }));
  });
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  const has = (kind: ts.SyntaxKind) => modifiers.some((modifier) => modifier.kind === kind);
  return has(ts.SyntaxKind.ExportKeyword) && !has(ts.SyntaxKind.DefaultKeyword);
}

function declaredBy(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
  }
  const { name } = statement as { name?: ts.Node };
  return name && ts.isIdentifier(name) ? [name.text] : [];
}

function countOf(file: SourceFile, name: string): number {
  let count = 0;
  walk(file.tree, (node) => {
    if (ts.isIdentifier(node) && node.text === name) count++;
  });
  return count;
}
