/** All tools by name. A GNU tool has its plain name, the busybox one `busybox/<name>`. */
import type { Program } from "../shell/program.ts";
import type { Tool } from "./base/call.ts";
import * as bundled from "./bundled/tools.ts";
import * as attributes from "./files/attributes.ts";
import { cp } from "./files/cp.ts";
import { ls } from "./files/ls.ts";
import * as making from "./files/mkdir.ts";
import { mv } from "./files/mv.ts";
import * as removing from "./files/rm.ts";
import { stat } from "./files/stat.ts";
import { curl } from "./network/curl.ts";
import { dig, host, nslookup } from "./network/dns.ts";
import { nc, telnet } from "./network/nc.ts";
import { ping, traceroute } from "./network/ping.ts";
import * as sockets from "./network/sockets.ts";
import { wget } from "./network/wget.ts";
import * as environment from "./processes/env.ts";
import * as signalling from "./processes/kill.ts";
import { ps } from "./processes/ps.ts";
import * as waiting from "./processes/waiting.ts";
import { python } from "./python/index.ts";
import { date } from "./system/date.ts";
import * as passing from "./text/cat.ts";
import * as fields from "./text/fields.ts";
import { grep } from "./text/grep.ts";
import { head, tail } from "./text/head.ts";
import { printf } from "./text/printf.ts";
import * as sorting from "./text/sort.ts";
import * as words from "./text/words.ts";

const TOOLS: Readonly<Record<string, Tool>> = {
  "[": words.test,
  arp: sockets.arp,
  awk: bundled.awk,
  basename: words.basename,
  cat: passing.cat,
  chgrp: attributes.chgrp,
  chmod: attributes.chmod,
  chown: attributes.chown,
  chrt: waiting.chrt,
  column: bundled.column,
  comm: fields.comm,
  cp,
  curl,
  cut: fields.cut,
  date,
  diff: bundled.diff,
  dig,
  dir: ls,
  dirname: words.dirname,
  "dumb-init": waiting.dumbInit,
  echo: words.echo,
  egrep: grep,
  env: environment.env,
  expand: passing.expand,
  false: words.false_,
  fgrep: grep,
  fold: passing.fold,
  grep,
  head,
  host,
  ifconfig: sockets.ifconfig,
  install: attributes.install,
  ionice: waiting.ionice,
  ip: sockets.ip,
  join: bundled.join,
  jq: bundled.jq,
  kill: signalling.kill,
  killall: signalling.killall,
  ln: making.ln,
  ls,
  mkdir: making.mkdir,
  mkfifo: making.mkfifo,
  mktemp: making.mktemp,
  mv,
  nc,
  ncat: nc,
  netcat: nc,
  netstat: sockets.netstat,
  nice: waiting.nice,
  nl: passing.nl,
  nohup: waiting.nohup,
  nslookup,
  paste: fields.paste,
  pause: waiting.pause,
  pgrep: signalling.pgrep,
  pidof: signalling.pidof,
  ping,
  ping6: ping,
  pkill: signalling.pkill,
  printenv: environment.printenv,
  printf,
  ps,
  readlink: making.readlink,
  realpath: making.realpath,
  rev: passing.rev,
  rm: removing.rm,
  rmdir: removing.rmdir,
  route: sockets.route,
  sed: bundled.sed,
  seq: words.seq,
  setpriv: waiting.setpriv,
  setsid: waiting.setsid,
  shuf: sorting.shuf,
  sleep: waiting.sleep,
  sort: sorting.sort,
  split: sorting.split_,
  ss: sockets.ss,
  stat,
  stdbuf: waiting.stdbuf,
  strings: sorting.strings,
  sync: attributes.sync,
  tac: sorting.tac,
  tail,
  tee: passing.tee,
  telnet,
  test: words.test,
  time: waiting.time,
  timeout: waiting.timeout,
  tini: waiting.tini,
  touch: attributes.touch,
  tr: fields.tr,
  traceroute,
  tree: bundled.tree,
  true: words.true_,
  truncate: attributes.truncate,
  unexpand: passing.unexpand,
  uniq: fields.uniq,
  unlink: removing.unlink,
  watch: waiting.watch,
  wc: fields.wc,
  wget,
  xargs: environment.xargs,
  yes: waiting.yes,
};

const programs = new Map<string, Program>();
for (const [name, tool] of Object.entries(TOOLS)) {
  programs.set(name, tool("gnu"));
  programs.set(`busybox/${name}`, tool("busybox"));
}
programs.set("python3", python);

export function findProgram(name: string): Program | undefined {
  return programs.get(name);
}

/** Names of all programs, in the order of the table. */
export function programNames(): string[] {
  return [...programs.keys()];
}
