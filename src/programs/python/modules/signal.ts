/** `signal`: handlers run between two instructions. */

import type { SignalName } from "../../../shell/program.ts";
import { integer } from "../builtins/arguments.ts";
import { Dict, type Module } from "../objects.ts";
import type { Interpreter } from "../vm.ts";
import { define, functionsOf } from "./define.ts";

export const SIGNAL_NUMBERS: Partial<Record<SignalName, number>> = { HUP: 1, INT: 2, USR1: 10, USR2: 12, TERM: 15 };

const handlers = (vm: Interpreter): Dict => vm.modules.get("signal")!.scope.variables.get("_handlers") as Dict;

const fill = functionsOf("signal", {
  signal(vm, [number, handler = null]) {
    const known = handlers(vm).entries.get(`n${integer(number)}`)?.[1] ?? null;
    vm.setSubscript(handlers(vm), BigInt(integer(number)), handler);
    return known;
  },
  getsignal: (vm, [number]) => handlers(vm).entries.get(`n${integer(number)}`)?.[1] ?? null,
  pause(vm) {
    if (!vm.pending) {
      vm.pending = { isPaused: true };
      vm.wait({ type: "signal" });
    }
    vm.pending = null;
    return null;
  },
});

export function fillSignal(_vm: Interpreter, module: Module): void {
  fill(module);
  define(module, { _handlers: new Dict(), SIG_DFL: 0n, SIG_IGN: 1n });
  for (const [name, number] of Object.entries(SIGNAL_NUMBERS)) define(module, { [`SIG${name}`]: BigInt(number) });
}
