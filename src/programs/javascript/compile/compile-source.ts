/** Compiles a source to codes. The same source gives the same codes. */
import { BoundedCache } from "../../../lib/bounded-cache.ts";
import type { Code, Source } from "../code.ts";
import { Compiler, type Unit } from "./compiler.ts";
import { compileExpression } from "./expressions.ts";
import { compileFunction, type FunctionNode, hoist, isStrictBody, lexicalNames } from "./functions.ts";
import { compileImports, readModule } from "./modules.ts";
import { compileStatement } from "./statements.ts";
import { type AnyNode, parseSource, varNames } from "./syntax.ts";

const MAX_REMEMBERED = 400;
const compiled = new BoundedCache<string, readonly Code[]>(MAX_REMEMBERED);

const PARAMETERS = ["exports", "require", "module", "__filename", "__dirname"];

/** Codes of a source by number: 0 runs it; of a function's source, 1 is the function. Throws JsSyntaxError. */
export function compileSource(source: Source): readonly Code[] {
  const key = `${source.kind}\0${source.file}\0${source.text}`;
  return compiled.getOrCompute(key, () => compile(source));
}

function compile(source: Source): readonly Code[] {
  const program = parseSource(source);
  const statements = program.body as AnyNode[];
  const unit: Unit = {
    source,
    codes: [],
    imports: new Map(),
    exports: new Map(),
    expression: compileExpression,
    statement: compileStatement,
  };
  const compiler = new Compiler(unit, null, {
    name: "",
    from: 0,
    to: source.text.length,
    kind: "module",
    isAsync: source.kind === "module",
  });
  if (isStrictBody(statements)) compiler.code.isStrict = true;
  if (source.kind === "function") {
    const [statement] = statements as [AnyNode & { type: "ExpressionStatement" }];
    // The function does not know itself by its name, so that no scope is around it.
    const expression = statement.expression as FunctionNode;
    const name = (expression.id?.name ?? "").replace(/_$/, "");
    compileFunction(compiler, { ...expression, id: null } as FunctionNode, { name });
    return unit.codes;
  }
  if (source.kind === "commonjs") {
    for (const name of PARAMETERS) compiler.scope.declare(name, "parameter");
    for (const [i, name] of PARAMETERS.entries()) {
      compiler.emit("argument", i);
      compiler.initialize(name);
    }
  }
  if (source.kind === "script") compileScript(compiler, statements);
  else {
    if (source.kind === "module") {
      readModule(compiler, statements);
      compileImports(compiler, statements);
    }
    hoist(compiler, statements);
    for (const statement of statements) compiler.statement(statement);
    compiler.emit("undefined");
  }
  compiler.emit("return");
  compiler.finish();
  return unit.codes;
}

/** Variables of a script are global; its value is that of its last expression. */
function compileScript(compiler: Compiler, statements: readonly AnyNode[]): void {
  compiler.isScript = true;
  const vars = new Set<string>();
  varNames(statements, vars);
  for (const name of vars) compiler.emit("declareVariable", name);
  for (const [name, kind] of lexicalNames(statements)) {
    if (kind === "function") compiler.emit("declareVariable", name);
  }
  for (const statement of statements) {
    if (statement.type !== "FunctionDeclaration") continue;
    compileFunction(compiler, statement, { name: statement.id!.name });
    compiler.emit("declareGlobal", statement.id!.name);
  }
  for (const statement of statements) compiler.statement(statement);
  compiler.emit("completion");
}
