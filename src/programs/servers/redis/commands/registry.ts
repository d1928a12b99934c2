/** All commands on data. Commands on the server itself are in `administration.ts`, those of a connection in `sessions.ts`. */
import { BIT_COMMANDS } from "./bits.ts";
import type { Command } from "./command.ts";
import { HASH_COMMANDS } from "./hashes.ts";
import { KEY_COMMANDS } from "./keys.ts";
import { LIST_COMMANDS } from "./lists.ts";
import { SET_COMMANDS } from "./sets.ts";
import { SORTED_SET_COMMANDS } from "./sorted-sets.ts";
import { STREAM_COMMANDS } from "./streams.ts";
import { STRING_COMMANDS } from "./strings.ts";

const COMMANDS: Readonly<Record<string, Command>> = {
  ...STRING_COMMANDS,
  ...BIT_COMMANDS,
  ...KEY_COMMANDS,
  ...LIST_COMMANDS,
  ...HASH_COMMANDS,
  ...SET_COMMANDS,
  ...SORTED_SET_COMMANDS,
  ...STREAM_COMMANDS,
};

/** A command by its name in capitals. */
export function findCommand(name: string): Command | undefined {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
}

export const COMMAND_COUNT = Object.keys(COMMANDS).length;
