/** passwd, chpasswd. */
import { type Call, tool } from "../base/call.ts";
import { readOptions } from "../base/options.ts";
import { usersOf } from "../base/users.ts";
import { linesIn, needsRoot, writeLines } from "./account-files.ts";

/** Passwords are kept as a mark only: no program checks them. */
export const passwd = tool((call) => {
  const options = readOptions(call, {
    short: "adelSun:x:w:i:q",
    long: { all: "a", delete: "d", lock: "l", status: "S", unlock: "u", quiet: "q" },
  });
  const users = usersOf(call.process.files);
  const name = options.operands[0] ?? users.find(({ uid }) => uid === call.process.credentials.uid)?.name ?? "root";
  if (!users.some((user) => user.name === name)) {
    call.warn(call.flavour === "gnu" ? `passwd: user '${name}' does not exist\n` : `passwd: unknown user ${name}\n`);
    return 1;
  }
  if (options.has("S")) {
    call.print(`${name} L 2026-01-10 0 99999 7 -1\n`);
    return 0;
  }
  needsRoot(call, "/etc/shadow");
  if (options.has("d", "l", "u")) {
    call.print("passwd: password changed.\n");
    return 0;
  }
  const [first, second] = call.input().split("\n");
  call.warn("New password: Retype new password: ");
  if (!first || first !== second) {
    call.warn(first ? "Sorry, passwords do not match.\n" : "Password change has been aborted.\n");
    call.warn("passwd: Authentication token manipulation error\npasswd: password unchanged\n");
    return 10;
  }
  setPassword(call, name);
  call.warn("passwd: password updated successfully\n");
  return 0;
});

export const chpasswd = tool((call) => {
  needsRoot(call, "/etc/shadow");
  let status = 0;
  call
    .input()
    .split("\n")
    .filter(Boolean)
    .forEach((line, i) => {
      const [name = ""] = line.split(":");
      if (usersOf(call.process.files).some((user) => user.name === name)) {
        setPassword(call, name);
        if (call.flavour === "busybox") call.print(`chpasswd: password for '${name}' changed\n`);
        return;
      }
      call.warn(
        call.flavour === "gnu"
          ? `chpasswd: (user ${name}) pam_chauthtok() failed, error:\nAuthentication token manipulation error\nchpasswd: (line ${i + 1}, user ${name}) password not changed\n`
          : `chpasswd: unknown user ${name}\n`,
      );
      status = 1;
    });
  return status;
});

function setPassword(call: Call, name: string): void {
  const lines = linesIn(call, "/etc/shadow").filter((line) => line.split(":")[0] !== name);
  writeLines(call, "/etc/shadow", [...lines, `${name}:$y$j9T$set:20000:0:99999:7:::`]);
}
