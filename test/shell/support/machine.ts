/** Machines for tests of the shell: a small image in memory, and programs that need no other folder. */
import { baseEntries } from "../../../src/files/base-entries.ts";
import { DEVICE_ENTRIES } from "../../../src/files/devices.ts";
import type { Credentials } from "../../../src/files/entry.ts";
import { createFiles } from "../../../src/files/mounted-files.ts";
import { LayerTree } from "../../../src/files/tree.ts";
import { textOfBytes } from "../../../src/lib/bytes.ts";
import { programNames } from "../../../src/programs/registry.ts";
import type { ProcessStart, ShellFlavour, System } from "../../../src/shell/contract.ts";
import { type Machine, newMachine, run, setNow, takeOutput } from "../../../src/shell/machine.ts";
import { SHELL_PROGRAMS } from "../../../src/shell/shells.ts";
import { findProgram } from "../../support/software.ts";
import { TEST_PROGRAMS } from "./programs.ts";

export const START_MS = 1_767_225_600_000;

const ROOT: Credentials = {
  uid: 0,
  gid: 0,
  groups: [],
  capabilities: ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID"],
};

const TOOL_NAMES = new Set([
  ...programNames().map((name) => name.replace("busybox/", "")),
  ...Object.keys(TEST_PROGRAMS),
]);

/** Files of an image with all tools, those of GNU or those of busybox. */
function imageOf(flavour: ShellFlavour) {
  const tools = [...TOOL_NAMES].map((name) => {
    const isApplet = flavour === "busybox" && findProgram(`busybox/${name}`) !== undefined;
    return `x /usr/bin/${name}${isApplet ? ` busybox/${name}` : ""}`;
  });
  return baseEntries(
    `
    d /tmp 1777
    d /root 0700
    d /work
    l /bin usr/bin
    x /usr/bin/sh
    x /usr/bin/bash
    x /usr/bin/dash
    x /usr/bin/ash
    ${tools.join("\n")}
    `,
    { "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\n", "/etc/group": "root:x:0:\n" },
  );
}

const IMAGES = { bash: imageOf("bash"), dash: imageOf("dash"), busybox: imageOf("busybox") };

export interface TestContainer {
  machine: Machine;
  system: System;
  tree: LayerTree;
}

export const ENVIRONMENT = { HOME: "/root", PATH: "/usr/bin:/bin", HOSTNAME: "web-0", TZ: "UTC", LC_ALL: "C" };

export function testContainer(
  flavour: ShellFlavour,
  start: Partial<ProcessStart> & { argv: readonly string[] },
  files: Readonly<Record<string, string>> = {},
): TestContainer {
  const machine = newMachine(
    { env: ENVIRONMENT, cwd: "/work", credentials: ROOT, stdin: "none", ...start },
    { nowMs: START_MS, seed: "test" },
  );
  const tree = new LayerTree(IMAGES[flavour]);
  let current: () => Machine = () => machine;
  const container: TestContainer = { machine, tree, system: systemOf(flavour, tree, () => current().nowMs) };
  current = () => container.machine;
  const all = container.system.filesFor(ROOT, 1);
  for (const [path, content] of Object.entries(files)) all.write(path, content);
  return container;
}

export function systemOf(flavour: ShellFlavour, tree: LayerTree, nowMs: () => number): System {
  const files = createFiles({
    nowMs,
    mounts: [
      { path: "/", tree, fileSystemType: "overlay", source: "overlay" },
      { path: "/dev", tree: new LayerTree(DEVICE_ENTRIES), fileSystemType: "tmpfs", source: "tmpfs" },
    ],
  });
  return {
    shell: flavour,
    filesFor: (credentials, pid, charge) => files.filesFor(credentials, pid, charge),
    findProgram: (name) => SHELL_PROGRAMS[name] ?? findProgram(name) ?? TEST_PROGRAMS[name],
    host: {
      hostname: "web-0",
      kernelRelease: "6.8.0",
      kernelVersion: "#1 SMP PREEMPT_DYNAMIC",
      architecture: "x86_64",
      cpus: 2,
      memoryBytes: 1 << 30,
      bootedAtMs: START_MS,
      podAddresses: ["10.0.0.2"],
      nodeName: "node-1",
    },
  };
}

export interface Outcome {
  stdout: string;
  stderr: string;
  /** Undefined: it still runs. */
  status: number | undefined;
  steps: number;
}

export interface DriveOptions {
  untilMs?: number;
  maxSteps?: number;
  /** Called between steps; may replace the machine. */
  suspend?: (container: TestContainer) => void;
  stepsPerRun?: number;
}

/** Runs from instant to instant until the first process ends, or to the limits. */
export function drive(container: TestContainer, options: DriveOptions = {}): Outcome {
  const until = START_MS + (options.untilMs ?? 3_600_000);
  const outcome: Outcome = { stdout: "", stderr: "", status: undefined, steps: 0 };
  const limit = container.machine.steps + (options.maxSteps ?? 2_000_000);
  while (container.machine.steps < limit) {
    const result = run(container.machine, container.system, options.stepsPerRun ?? 100_000);
    for (const chunk of takeOutput(container.machine)) outcome[chunk.stream] += chunk.data;
    outcome.steps = container.machine.steps;
    options.suspend?.(container);
    if (result.exit) {
      outcome.status = result.exit.status;
      break;
    }
    if (result.isSpent) continue;
    if (result.wakeAtMs === undefined || result.wakeAtMs > until) break;
    setNow(container.machine, result.wakeAtMs);
  }
  return { ...outcome, stdout: textOfBytes(outcome.stdout), stderr: textOfBytes(outcome.stderr) };
}
