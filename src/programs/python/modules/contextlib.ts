/** `_contextlib`: exceptions of a `with` block for the asynchronous generator behind its manager. */
import { raise } from "../errors.ts";
import { Generator, Instance } from "../objects.ts";
import { functionsOf } from "./define.ts";

const fill = functionsOf("_contextlib", {
  throw_next(_vm, [generator, error]) {
    if (!(generator instanceof Generator && error instanceof Instance)) raise("TypeError", "expected a generator");
    generator.thrown = error;
    return null;
  },
});

export const fillContextlib = (_vm: unknown, module: Parameters<typeof fill>[0]): void => fill(module);
