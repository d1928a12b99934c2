/** The program busybox: runs the applet that its first argument names. */
import type { Program } from "../shell/program.ts";

export const busybox: Program = {
  run(process) {
    const [, name, ...rest] = process.argv;
    if (name === undefined || name === "--help") {
      process.write(
        1,
        "BusyBox v1.37.0 (2026-01-10 00:00:00 UTC) multi-call binary.\nUsage: busybox [function [arguments]...]\n",
      );
      return { type: "exit", status: 0 };
    }
    if (name === "--list") {
      process.write(
        1,
        `${process.files
          .list("/bin")
          .filter((entry) => entry !== "busybox")
          .join("\n")}\n`,
      );
      return { type: "exit", status: 0 };
    }
    const path = ["/bin", "/sbin", "/usr/bin", "/usr/sbin"]
      .map((folder) => `${folder}/${name}`)
      .find((each) => process.files.find(each));
    if (path === undefined || name.includes("/")) {
      process.write(2, `${name}: applet not found\n`);
      return { type: "exit", status: 127 };
    }
    return { type: "exec", argv: [path, ...rest] };
  },
};
