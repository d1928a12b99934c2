/** Aliases: the first word of a command is replaced by a text, and the command is parsed again. */
import type { Command } from "unbash";
import { type Context, hasShopt } from "../context.ts";
import { popFrame, pushScript } from "../control.ts";
import type { CommandFrame } from "../frame.ts";
import { scriptOf } from "../syntax/source.ts";
import { lookUp } from "../table.ts";

const MAX_ALIASES = 16;

/** True if the command was replaced. */
export function expandAlias(context: Context, frame: CommandFrame, node: Command): boolean {
  const { shell, machine } = context;
  const isOn = shell.flavour !== "bash" || shell.isInteractive || hasShopt(shell, "expand_aliases");
  if (!isOn || Object.keys(shell.aliases).length === 0 || frame.skipsFunctions) return false;
  const { text } = scriptOf(machine, frame.source);
  const replaced = replaceWords(context, text.slice(node.pos, node.end), node.name!.pos - node.pos);
  if (replaced === undefined) return false;
  popFrame(context);
  pushScript(context, replaced);
  return true;
}

/** The command with its first word replaced as often as an alias gives another alias. */
function replaceWords({ shell }: Context, command: string, start: number): string | undefined {
  let result = command;
  const at = start;
  const used: string[] = [];
  let wasReplaced = false;
  for (let i = 0; i < MAX_ALIASES; i++) {
    const name = /^[^\s;&|<>()$`"'\\=]+/.exec(result.slice(at))?.[0];
    const value = name === undefined ? undefined : lookUp(shell.aliases, name);
    if (name === undefined || value === undefined || used.includes(name)) break;
    used.push(name);
    wasReplaced = true;
    const rest = result.slice(at + name.length);
    // The alias' own name in its value is the command: it is quoted so that it is not replaced again.
    const inner = value.replace(/^\s*([^\s;&|<>()$`"'\\=]+)/, (all, word: string) =>
      used.includes(word) ? all.replace(word, `\\${word}`) : all,
    );
    result = result.slice(0, at) + inner + rest;
    if (inner.startsWith("\\")) break;
  }
  return wasReplaced ? result : undefined;
}
