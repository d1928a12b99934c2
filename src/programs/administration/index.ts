/** Programs of administration by name. */
import type { Tool } from "../base/call.ts";
import * as accounts from "./accounts.ts";
import * as machine from "./machine.ts";
import * as passwords from "./passwords.ts";
import * as running from "./running.ts";
import * as statistics from "./statistics.ts";

export const ADMINISTRATION: Readonly<Record<string, Tool>> = {
  addgroup: accounts.groupadd,
  adduser: accounts.adduser,
  chpasswd: passwords.chpasswd,
  chroot: running.chroot,
  crontab: running.crontab,
  delgroup: accounts.groupdel,
  deluser: accounts.userdel,
  dmesg: machine.dmesg,
  flock: running.flock,
  fuser: statistics.fuser,
  getconf: machine.getconf,
  groupadd: accounts.groupadd,
  groupdel: accounts.groupdel,
  hostid: machine.hostid,
  iostat: statistics.iostat,
  last: statistics.last,
  locale: machine.locale,
  logger: running.logger,
  lsblk: machine.lsblk,
  lscpu: machine.lscpu,
  lsmod: machine.lsmod,
  lsof: statistics.lsof,
  mesg: running.mesg,
  mknod: machine.mknod,
  nologin: running.nologin,
  nsenter: running.nsenter,
  passwd: passwords.passwd,
  pstree: statistics.pstree,
  renice: statistics.renice,
  "run-parts": running.runParts,
  script: running.script,
  taskset: running.taskset,
  unshare: running.unshare,
  useradd: accounts.useradd,
  userdel: accounts.userdel,
  usermod: accounts.usermod,
  vmstat: statistics.vmstat,
  w: statistics.w,
};
