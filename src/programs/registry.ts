/** All tools by name. A GNU tool has its plain name, the busybox one `busybox/<name>`. */
import type { Program } from "../shell/program.ts";
import { ADMINISTRATION } from "./administration/index.ts";
import { gunzip, gzip, zcat } from "./archives/compression.ts";
import { tar } from "./archives/tar.ts";
import { unzip, zip } from "./archives/zip.ts";
import { awk, gawk } from "./awk/index.ts";
import type { Tool } from "./base/call.ts";
import { bc } from "./bc/index.ts";
import * as attributes from "./files/attributes.ts";
import { cp } from "./files/cp.ts";
import { dd } from "./files/dd.ts";
import * as disk from "./files/disk.ts";
import { fallocate } from "./files/fallocate.ts";
import { find } from "./files/find.ts";
import { ls } from "./files/ls.ts";
import { file } from "./files/magic.ts";
import * as making from "./files/mkdir.ts";
import { mknod } from "./files/mknod.ts";
import { mv } from "./files/mv.ts";
import * as removing from "./files/rm.ts";
import { stat } from "./files/stat.ts";
import { tree } from "./files/tree.ts";
import { pager } from "./interactive/less.ts";
import { nano } from "./interactive/nano.ts";
import { vi } from "./interactive/vi.ts";
import { jq } from "./jq/index.ts";
import { ab } from "./load/ab.ts";
import { hey } from "./load/hey.ts";
import { siege } from "./load/siege.ts";
import { stress } from "./load/stress.ts";
import { wrk } from "./load/wrk.ts";
import { curl } from "./network/curl.ts";
import { dig, host } from "./network/dig.ts";
import { getent } from "./network/getent.ts";
import { grpcurl } from "./network/grpcurl.ts";
import { ip } from "./network/ip.ts";
import { iperf3 } from "./network/iperf3.ts";
import { conntrack, iptables, iptablesSave, ipvsadm } from "./network/iptables.ts";
import { nc, telnet } from "./network/nc.ts";
import { bindNslookup, nslookup, nslookupOfLibc } from "./network/nslookup.ts";
import * as offline from "./network/offline.ts";
import { mtr, ping, traceroute } from "./network/ping.ts";
import { nmap, ssh } from "./network/scan.ts";
import { socat } from "./network/socat.ts";
import * as sockets from "./network/sockets.ts";
import { wget } from "./network/wget.ts";
import { openssl } from "./openssl/index.ts";
import { PART_NAMES } from "./parts.ts";
import { perl } from "./perl/index.ts";
import * as environment from "./processes/env.ts";
import * as signalling from "./processes/kill.ts";
import { ps } from "./processes/ps.ts";
import { top } from "./processes/top.ts";
import * as waiting from "./processes/waiting.ts";
import { date } from "./system/date.ts";
import * as machine from "./system/host.ts";
import * as identity from "./system/identity.ts";
import { apk, apt, dnf } from "./system/packages.ts";
import { sysctl } from "./system/sysctl.ts";
import { cal } from "./text/cal.ts";
import * as passing from "./text/cat.ts";
import { column } from "./text/column.ts";
import { cmp, diff } from "./text/diff.ts";
import * as digests from "./text/digests.ts";
import * as dumps from "./text/dumps.ts";
import { expr } from "./text/expr.ts";
import * as fields from "./text/fields.ts";
import { getopt } from "./text/getopt.ts";
import { grep } from "./text/grep.ts";
import { head, tail } from "./text/head.ts";
import { join } from "./text/join.ts";
import { numfmt } from "./text/numfmt.ts";
import { printf } from "./text/printf.ts";
import { sed } from "./text/sed.ts";
import * as sorting from "./text/sort.ts";
import * as substitute from "./text/substitute.ts";
import * as words from "./text/words.ts";
import { yq } from "./yq/index.ts";

const TOOLS: Readonly<Record<string, Tool>> = {
  ...ADMINISTRATION,
  "[": words.test,
  ab,
  apk,
  apt,
  "apt-cache": apt,
  "apt-get": apt,
  arch: machine.arch,
  arp: sockets.arp,
  arping: offline.arping,
  awk,
  base32: digests.base32,
  base64: digests.base64,
  basename: words.basename,
  bc,
  cal,
  cat: passing.cat,
  chgrp: attributes.chgrp,
  chmod: attributes.chmod,
  chown: attributes.chown,
  chrt: waiting.chrt,
  cksum: digests.cksum,
  clear: machine.clear,
  column,
  comm: fields.comm,
  cp,
  conntrack,
  csplit: substitute.csplit,
  curl,
  cut: fields.cut,
  date,
  dd,
  df: disk.df,
  cmp,
  diff,
  dig,
  dir: ls,
  dirname: words.dirname,
  dnf,
  dos2unix: substitute.dos2unix,
  du: disk.du,
  "dumb-init": waiting.dumbInit,
  echo: words.echo,
  egrep: grep,
  env: environment.env,
  envsubst: substitute.envsubst,
  expand: passing.expand,
  expr,
  factor: substitute.factor,
  fallocate,
  false: words.false_,
  fgrep: grep,
  file,
  find,
  fold: passing.fold,
  free: machine.free,
  getent,
  getopt,
  git: offline.git,
  gawk,
  gosu: identity.gosu,
  grep,
  grpcurl,
  groups: machine.groups,
  gunzip,
  gzip,
  hd: dumps.hexdump,
  head,
  hey,
  hexdump: dumps.hexdump,
  host,
  hostname: machine.hostname,
  id: machine.id,
  ifconfig: sockets.ifconfig,
  install: attributes.install,
  ionice: waiting.ionice,
  ip,
  ip6tables: iptables,
  iperf3,
  iptables,
  "iptables-save": iptablesSave,
  ipvsadm,
  join,
  jq,
  kill: signalling.kill,
  killall: signalling.killall,
  less: pager,
  link: substitute.link,
  ln: making.ln,
  logname: machine.logname,
  ls,
  md5sum: digests.md5sum,
  microdnf: dnf,
  mkdir: making.mkdir,
  mkfifo: making.mkfifo,
  mknod,
  mktemp: making.mktemp,
  more: pager,
  mount: disk.mount,
  mountpoint: disk.mountpoint,
  mtr,
  mv,
  nano,
  nc,
  ncat: nc,
  netcat: nc,
  netstat: sockets.netstat,
  nice: waiting.nice,
  nl: passing.nl,
  nmap,
  nohup: waiting.nohup,
  nproc: machine.nproc,
  nslookup,
  "nslookup-1.28": nslookupOfLibc,
  "nslookup-bind": bindNslookup,
  od: dumps.od,
  openssl,
  paste: fields.paste,
  pause: waiting.pause,
  pgrep: signalling.pgrep,
  pidof: signalling.pidof,
  ping,
  ping6: ping,
  pip: offline.pip,
  pip3: offline.pip,
  pkill: signalling.pkill,
  printenv: environment.printenv,
  printf,
  ps,
  pwd: substitute.pwd,
  readlink: making.readlink,
  realpath: making.realpath,
  reset: machine.reset,
  rev: passing.rev,
  rm: removing.rm,
  rmdir: removing.rmdir,
  scp: ssh,
  route: sockets.route,
  sed,
  seq: words.seq,
  setpriv: waiting.setpriv,
  setsid: waiting.setsid,
  sftp: ssh,
  siege,
  sha1sum: digests.sha1sum,
  sha224sum: digests.sha224sum,
  sha256sum: digests.sha256sum,
  sha384sum: digests.sha384sum,
  sha512sum: digests.sha512sum,
  shuf: sorting.shuf,
  sleep: waiting.sleep,
  socat,
  sort: sorting.sort,
  split: sorting.split_,
  ss: sockets.ss,
  ssh,
  stat,
  stdbuf: waiting.stdbuf,
  stress,
  "stress-ng": stress,
  strings: sorting.strings,
  stty: machine.stty,
  su: identity.su,
  "su-exec": identity.gosu,
  sudo: identity.sudo,
  sum: substitute.sum,
  sync: attributes.sync,
  sysctl,
  tac: sorting.tac,
  tail,
  tar,
  tcpdump: offline.tcpdump,
  tee: passing.tee,
  telnet,
  test: words.test,
  time: waiting.time,
  timeout: waiting.timeout,
  tini: waiting.tini,
  top,
  touch: attributes.touch,
  tr: fields.tr,
  traceroute,
  tree,
  true: words.true_,
  truncate: attributes.truncate,
  tty: machine.tty,
  umount: disk.umount,
  uname: machine.uname,
  unexpand: passing.unexpand,
  uniq: fields.uniq,
  unix2dos: substitute.unix2dos,
  unlink: removing.unlink,
  uptime: machine.uptime,
  users: machine.who,
  uuidgen: substitute.uuidgen,
  vdir: ls,
  vi,
  vim: vi,
  watch: waiting.watch,
  wc: fields.wc,
  wget,
  which: machine.which,
  who: machine.who,
  wrk,
  wrk2: wrk,
  whoami: machine.whoami,
  xargs: environment.xargs,
  xxd: dumps.xxd,
  yes: waiting.yes,
  yum: dnf,
  unzip,
  zcat,
  yq,
  zip,
  numfmt,
};

const programs = new Map<string, Program>();
for (const [name, tool] of Object.entries(TOOLS)) {
  programs.set(name, tool("gnu"));
  programs.set(`busybox/${name}`, tool("busybox"));
}
programs.set("perl", perl);

/** A program that is loaded with the shell. The others are in `parts.ts`. */
export function findProgram(name: string): Program | undefined {
  return programs.get(name);
}

/** Names of all programs, in the order of the table. */
export function programNames(): string[] {
  return [...programs.keys(), ...PART_NAMES];
}
