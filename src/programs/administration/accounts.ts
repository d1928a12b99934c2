/** useradd, adduser, groupadd, addgroup, userdel, groupdel, usermod: lines of /etc/passwd and its kin. */
import { type Call, type Tool, tool, UsageError } from "../base/call.ts";
import { type Options, readOptions } from "../base/options.ts";
import { groupsOf, usersOf } from "../base/users.ts";
import { linesIn, needsRoot, writeLines } from "./account-files.ts";

/** The lowest number that is free, from 1000, or for system accounts from 100. */
function freeNumber(taken: readonly number[], isSystem: boolean): number {
  if (isSystem) {
    for (let number = 999; number >= 100; number--) if (!taken.includes(number)) return number;
  }
  let number = 1000;
  while (taken.includes(number)) number++;
  return number;
}

interface NewUser {
  name: string;
  uid?: number;
  group?: string;
  groups?: readonly string[];
  home?: string;
  shell: string;
  comment?: string;
  makesHome: boolean;
  isSystem: boolean;
}

function addUser(call: Call, wanted: NewUser): { uid: number; gid: number; home: string } {
  const { files } = call.process;
  const users = usersOf(files);
  const groups = groupsOf(files);
  const uid =
    wanted.uid ??
    freeNumber(
      users.map((user) => user.uid),
      wanted.isSystem,
    );
  const known = groups.find(({ name, gid }) => name === wanted.group || String(gid) === wanted.group);
  let gid = known?.gid;
  if (gid === undefined) {
    gid = groups.some((group) => group.gid === uid)
      ? freeNumber(
          groups.map((group) => group.gid),
          wanted.isSystem,
        )
      : uid;
    writeLines(call, "/etc/group", [...linesIn(call, "/etc/group"), `${wanted.name}:x:${gid}:`]);
  }
  const home = wanted.home ?? `/home/${wanted.name}`;
  const line = `${wanted.name}:x:${uid}:${gid}:${wanted.comment ?? ""}:${home}:${wanted.shell}`;
  writeLines(call, "/etc/passwd", [...linesIn(call, "/etc/passwd"), line]);
  writeLines(call, "/etc/shadow", [...linesIn(call, "/etc/shadow"), `${wanted.name}:!:20000:0:99999:7:::`]);
  for (const group of wanted.groups ?? []) joinGroup(call, wanted.name, group);
  if (wanted.makesHome && !files.find(home)) {
    files.makeDirectory(home);
    files.setOwner(home, uid, gid);
  }
  return { uid, gid, home };
}

function joinGroup(call: Call, user: string, group: string): void {
  const lines = linesIn(call, "/etc/group").map((line) => {
    const [name, password, gid, members = ""] = line.split(":");
    const listed = members.split(",").filter(Boolean);
    if (name !== group || listed.includes(user)) return line;
    return [name, password, gid, [...listed, user].join(",")].join(":");
  });
  writeLines(call, "/etc/group", lines);
}

const USERADD_RULES = {
  short: "b:c:d:De:f:g:G:k:lmMNop:rs:u:U",
  long: {
    comment: "c",
    "create-home": "m",
    gid: "g",
    groups: "G",
    home: "d",
    "home-dir": "d",
    "no-create-home": "M",
    "no-user-group": "N",
    password: "p",
    shell: "s",
    system: "r",
    uid: "u",
    "user-group": "U",
  },
  status: 2,
};

export const useradd = tool(
  (call) => {
    const options = readOptions(call, USERADD_RULES);
    const [name] = options.operands;
    if (name === undefined) {
      call.warn("Usage: useradd [options] LOGIN\n");
      return 2;
    }
    needsRoot(call, "/etc/passwd");
    if (usersOf(call.process.files).some((user) => user.name === name)) {
      call.warn(`useradd: user '${name}' already exists\n`);
      return 9;
    }
    const group = options.value("g");
    if (group !== undefined && !hasGroup(call, group)) {
      call.warn(`useradd: group '${group}' does not exist\n`);
      return 6;
    }
    addUser(call, {
      name,
      uid: options.has("u") ? Number(options.value("u")) : undefined,
      group: options.has("N") ? (group ?? "100") : group,
      groups: options.value("G")?.split(","),
      home: options.value("d"),
      shell: options.value("s") ?? "/bin/sh",
      comment: options.value("c"),
      makesHome: options.has("m"),
      isSystem: options.has("r"),
    });
    return 0;
  },
  { usageStatus: 2 },
);

function hasGroup(call: Call, group: string): boolean {
  return groupsOf(call.process.files).some(({ name, gid }) => name === group || String(gid) === group);
}

export const adduser: Tool = (flavour) => (flavour === "gnu" ? debianAdduser : busyboxAdduser)(flavour);

const ADDUSER_RULES = {
  short: "hqv",
  long: {
    "disabled-login": "-",
    "disabled-password": "-",
    gecos: ":",
    comment: ":",
    gid: ":",
    group: "-",
    home: ":",
    ingroup: ":",
    "no-create-home": "-",
    quiet: "q",
    shell: ":",
    system: "-",
    uid: ":",
    "allow-bad-names": "-",
    "force-badname": "-",
  },
};

/** Debian's script around useradd; `adduser USER GROUP` joins a group. */
const debianAdduser = tool((call) => {
  const options = readOptions(call, ADDUSER_RULES);
  const [name, group] = options.operands;
  const tell = (text: string) => {
    if (!options.has("q")) call.print(`${text}\n`);
  };
  if (name === undefined) {
    call.warn("adduser: Only one or two names allowed.\n");
    return 1;
  }
  if (call.process.credentials.uid !== 0) {
    call.warn("adduser: Only root may add a user or group to the system.\n");
    return 1;
  }
  const exists = usersOf(call.process.files).some((user) => user.name === name);
  if (group !== undefined) {
    if (!exists || !hasGroup(call, group)) {
      call.warn(`adduser: The ${exists ? "group" : "user"} \`${exists ? group : name}' does not exist.\n`);
      return 1;
    }
    joinGroup(call, name, group);
    tell(`Adding user \`${name}' to group \`${group}' ...\nAdding user ${name} to group ${group}\nDone.`);
    return 0;
  }
  if (exists) {
    call.warn(`adduser: The user \`${name}' already exists.\n`);
    return 1;
  }
  const isSystem = options.has("system");
  const made = addUser(call, {
    name,
    uid: options.has("uid") ? Number(options.value("uid")) : undefined,
    group:
      options.value("ingroup") ?? options.value("gid") ?? (isSystem && !options.has("group") ? "65534" : undefined),
    home: options.value("home") ?? (isSystem ? "/nonexistent" : undefined),
    shell: options.value("shell") ?? (isSystem ? "/usr/sbin/nologin" : "/bin/bash"),
    comment: options.value("gecos") ?? options.value("comment") ?? ",,,",
    makesHome: !options.has("no-create-home") && !isSystem,
    isSystem,
  });
  tell(`Adding user \`${name}' ...`);
  tell(`Adding new group \`${name}' (${made.gid}) ...`);
  tell(`Adding new user \`${name}' (${made.uid}) with group \`${name} (${made.gid})' ...`);
  if (!isSystem) tell(`Creating home directory \`${made.home}' ...\nCopying files from \`/etc/skel' ...`);
  return 0;
});

const busyboxAdduser = tool((call) => {
  const options = readOptions(call, {
    short: "h:g:s:G:SDHu:k:",
    long: {
      home: "h",
      gecos: "g",
      shell: "s",
      ingroup: "G",
      system: "S",
      "disabled-password": "D",
      "no-create-home": "H",
      uid: "u",
    },
  });
  const [name, group] = options.operands;
  if (name === undefined) throw new UsageError("");
  needsRoot(call, "/etc/passwd");
  const exists = usersOf(call.process.files).some((user) => user.name === name);
  if (group !== undefined) {
    joinGroup(call, name, group);
    return 0;
  }
  if (exists) {
    call.warn(`adduser: user '${name}' in use\n`);
    return 1;
  }
  const own = options.value("G");
  if (own !== undefined && !hasGroup(call, own)) {
    call.warn(`adduser: unknown group ${own}\n`);
    return 1;
  }
  const isSystem = options.has("S");
  addUser(call, {
    name,
    uid: options.has("u") ? Number(options.value("u")) : undefined,
    group: own ?? (isSystem ? "65533" : undefined),
    home: options.value("h"),
    shell: options.value("s") ?? (isSystem ? "/sbin/nologin" : "/bin/sh"),
    comment: options.value("g") ?? "Linux User,,,",
    makesHome: !options.has("H") && !isSystem,
    isSystem,
  });
  // Without -D the applet asks for a password. The question is left out, because programs check no passwords.
  return 0;
});

export const groupadd = tool((call) => {
  const options = readOptions(call, {
    short: "fg:orSK:p:",
    long: { force: "f", gid: "g", system: "r", "non-unique": "o" },
  });
  const [name, group] = options.operands;
  if (name === undefined) throw new UsageError("");
  needsRoot(call, "/etc/group");
  if (group !== undefined) {
    joinGroup(call, name, group);
    return 0;
  }
  const groups = groupsOf(call.process.files);
  if (groups.some((each) => each.name === name)) {
    if (options.has("f")) return 0;
    call.warn(
      call.flavour === "gnu" ? `groupadd: group '${name}' already exists\n` : `addgroup: group '${name}' in use\n`,
    );
    return call.flavour === "gnu" ? 9 : 1;
  }
  const taken = groups.map(({ gid }) => gid);
  const gid = options.has("g") ? Number(options.value("g")) : freeNumber(taken, options.has("r", "S"));
  if (taken.includes(gid) && !options.has("o")) {
    call.warn(`${call.name}: ${call.flavour === "gnu" ? `GID '${gid}' already exists` : `gid '${gid}' in use`}\n`);
    return call.flavour === "gnu" ? 4 : 1;
  }
  writeLines(call, "/etc/group", [...linesIn(call, "/etc/group"), `${name}:x:${gid}:`]);
  return 0;
});

export const userdel = tool((call) => {
  const options = readOptions(call, { short: "frZ", long: { force: "f", remove: "r", "remove-home": "r" } });
  const [name = ""] = options.operands;
  needsRoot(call, "/etc/passwd");
  const user = usersOf(call.process.files).find((each) => each.name === name);
  if (!user) {
    call.warn(
      call.flavour === "gnu" ? `${call.name}: user '${name}' does not exist\n` : `deluser: unknown user ${name}\n`,
    );
    return call.flavour === "gnu" ? 6 : 1;
  }
  for (const path of ["/etc/passwd", "/etc/shadow", "/etc/group"]) {
    writeLines(
      call,
      path,
      linesIn(call, path).filter((line) => line.split(":")[0] !== name),
    );
  }
  return 0;
});

export const groupdel = tool((call) => {
  const [name = ""] = readOptions(call, { short: "f" }).operands;
  needsRoot(call, "/etc/group");
  if (!hasGroup(call, name)) {
    call.warn(
      call.flavour === "gnu" ? `groupdel: group '${name}' does not exist\n` : `delgroup: unknown group ${name}\n`,
    );
    return call.flavour === "gnu" ? 6 : 1;
  }
  writeLines(
    call,
    "/etc/group",
    linesIn(call, "/etc/group").filter((line) => line.split(":")[0] !== name),
  );
  return 0;
});

export const usermod = tool((call) => {
  const options = readOptions(call, {
    short: "ac:d:g:G:l:Lms:u:U",
    long: { append: "a", comment: "c", home: "d", gid: "g", groups: "G", login: "l", lock: "L", shell: "s", uid: "u" },
  });
  const [name = ""] = options.operands;
  needsRoot(call, "/etc/passwd");
  if (!usersOf(call.process.files).some((user) => user.name === name)) {
    call.warn(`usermod: user '${name}' does not exist\n`);
    return 6;
  }
  const missing = options
    .value("G")
    ?.split(",")
    .find((group) => !hasGroup(call, group));
  if (missing !== undefined) {
    call.warn(`usermod: group '${missing}' does not exist\n`);
    return 6;
  }
  writeLines(
    call,
    "/etc/passwd",
    linesIn(call, "/etc/passwd").map((line) => changed(call, line, name, options)),
  );
  for (const group of options.value("G")?.split(",") ?? []) joinGroup(call, name, group);
  return 0;
});

function changed(call: Call, line: string, user: string, options: Options): string {
  const parts = line.split(":");
  if (parts[0] !== user) return line;
  const group = options.value("g");
  const gid = groupsOf(call.process.files).find((each) => each.name === group || String(each.gid) === group)?.gid;
  const values = [options.value("l"), undefined, options.value("u"), gid, options.value("c"), options.value("d")];
  return [...values, options.value("s")].map((value, i) => value ?? parts[i] ?? "").join(":");
}
