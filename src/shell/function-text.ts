/** The text of a function, as `declare -f` and `type` print it: as it was written, under bash's heading. */
import type { Context } from "./context.ts";
import { nodeOf, scriptOf } from "./syntax/source.ts";
import { lookUp } from "./table.ts";

export function functionText(context: Context, name: string): string {
  const reference = lookUp(context.shell.functions, name);
  if (!reference) return "";
  const { text } = scriptOf(context.machine, reference.source);
  const node = nodeOf(context.machine, reference);
  const body = text.slice(node.pos, node.end);
  const simple = /^\{\s*([^{}\n]*?);?\s*\}$/.exec(body)?.[1];
  if (simple === undefined) return `${name} () \n${body}`;
  const commands = simple.split(/;\s*/).map((command) => `    ${command}`);
  return `${name} () \n{ \n${commands.join(";\n")}\n}`;
}
