/** The builtins of each shell. */
import type { ShellFlavour } from "../contract.ts";
import type { Builtin } from "./builtin.ts";
import { declare, exportVariables, local, readonly, unset } from "./declare.ts";
import { cd, dirs, popd, pushd, pwd } from "./directories.ts";
import { breakLoop, builtin, command, continueLoop, evaluateText, exec, exit, returnFrom, source } from "./flow.ts";
import {
  accept,
  alias,
  caller,
  enable,
  hash,
  help,
  history,
  logout,
  times,
  type,
  ulimit,
  umask,
  unalias,
} from "./info.ts";
import { isBuiltin } from "./names.ts";
import { echo, fail, succeed } from "./output.ts";
import { printf } from "./printf.ts";
import { bg, disown, fg, jobs, kill, trap, wait } from "./processes.ts";
import { mapfile, read } from "./read.ts";
import { getopts, letBuiltin, set, shift, shopt } from "./set.ts";
import { bracket, test } from "./test.ts";

const BUILTINS: Readonly<Record<string, Builtin>> = {
  ":": succeed,
  ".": source,
  "[": bracket,
  alias,
  bg,
  bind: accept,
  break: breakLoop,
  builtin,
  caller,
  cd,
  command,
  compgen: fail,
  complete: accept,
  compopt: accept,
  continue: continueLoop,
  declare,
  dirs,
  disown,
  echo,
  enable,
  eval: evaluateText,
  exec,
  exit,
  export: exportVariables,
  false: fail,
  fc: accept,
  fg,
  getopts,
  hash,
  help,
  history,
  jobs,
  kill,
  let: letBuiltin,
  local,
  logout,
  mapfile,
  popd,
  printf,
  pushd,
  pwd,
  read,
  readarray: mapfile,
  readonly,
  return: returnFrom,
  set,
  shift,
  shopt,
  source,
  suspend: accept,
  test,
  times,
  trap,
  true: succeed,
  type,
  typeset: declare,
  ulimit,
  umask,
  unalias,
  unset,
  wait,
};

export function findBuiltin(flavour: ShellFlavour, name: string): Builtin | undefined {
  return isBuiltin(flavour, name) && Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined;
}
