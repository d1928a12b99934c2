/** Builtins that reach the outside: inputs, errors, messages, the end of the program. */
import { Halt } from "../machine.ts";
import { JqError, type Value } from "../values.ts";
import { textOf } from "../writer.ts";
import type { Natives } from "./native.ts";

export const SYSTEM: Natives = {
  "debug/0": (value, _args, { meter, surroundings }) => {
    surroundings.warn(`["DEBUG:",${textOf(value, meter)}]\n`);
    return value;
  },
  "error/0": (value) => {
    throw new JqError(value);
  },
  "error/1": (_value, [message]) => {
    throw new JqError(message!);
  },
  "false/0": () => false,
  "get_search_list/0": () => [],
  "halt/0": () => {
    throw new Halt(0);
  },
  "halt_error/1": (value, [status]) => {
    if (typeof status !== "number") throw new JqError("halt_error/1: number required");
    throw new Halt(status, value);
  },
  "have_decnum/0": () => false,
  "have_literal_numbers/0": () => true,
  "input/0": (_value, _args, { surroundings }) => {
    const found = surroundings.input();
    if (!found) throw new JqError("break");
    return found.value;
  },
  "input_filename/0": (_value, _args, { surroundings }): Value => surroundings.inputName() ?? null,
  "input_line_number/0": (_value, _args, { surroundings }) => surroundings.inputLine(),
  "null/0": () => null,
  "now/0": (_value, _args, { surroundings }) => surroundings.nowMs / 1000,
  "true/0": () => true,
  "stderr/0": (value, _args, { meter, surroundings }) => {
    surroundings.warn(textOf(value, meter));
    return value;
  },
};
