/** Compiles a Python source to instructions for `operations.ts`. */
import type { Code } from "./code.ts";
import { Compiler, type Unit } from "./compile.ts";
import { compileExpression } from "./expressions.ts";
import { compileStatement } from "./statements.ts";
import { childrenOf, parse, sourceOf } from "./syntax.ts";

/** Codes of a source by number: 0 is the module. */
const compiled = new Map<string, readonly Code[]>();
const MAX_REMEMBERED = 64;

/** All codes of a source. Throws PythonSyntaxError. The same source gives the same codes. */
export function compileSource(text: string, file: string): readonly Code[] {
  const key = `${file}\0${text}`;
  const known = compiled.get(key);
  if (known) return known;
  if (compiled.size >= MAX_REMEMBERED) compiled.delete(compiled.keys().next().value!);
  const source = sourceOf(text, file);
  const unit: Unit = { source, codes: [], expression: compileExpression, statement: compileStatement };
  const module = new Compiler(unit, "<module>", { isModule: true });
  for (const statement of childrenOf(parse(source))) compileStatement(module, statement);
  module.finish();
  compiled.set(key, unit.codes);
  return unit.codes;
}
