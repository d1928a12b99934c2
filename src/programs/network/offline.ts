/** Programs that need the internet or rights that containers lack: pip, git, tcpdump, arping. */
import type { Step } from "../../shell/program.ts";
import { type Call, type Tool, tool } from "../base/call.ts";
import { refuse } from "../base/unavailable.ts";

function operands(call: Call): string[] {
  return call.args.filter((argument) => !argument.startsWith("-"));
}

const PIP_DELAYS = ["total=4", "total=3", "total=2", "total=1", "total=0"];

export const pip = tool((call) => {
  const [command = "", ...names] = operands(call);
  if (call.args.includes("--version") || call.args.includes("-V")) {
    call.print("pip 24.0 from /usr/local/lib/python3/site-packages/pip (python 3)\n");
    return 0;
  }
  if (command !== "install" && command !== "download") {
    if (command === "list" || command === "freeze") return 0;
    if (command !== "") call.warn(`ERROR: unknown command "${command}"\n`);
    return command === "" ? 0 : 1;
  }
  const [wanted = ""] = names;
  if (wanted === "") {
    call.warn('ERROR: You must give at least one requirement to install (see "pip help install")\n');
    return 1;
  }
  const project = wanted.replace(/[=<>!~[;].*/, "");
  for (const left of PIP_DELAYS) {
    call.warn(
      `WARNING: Retrying (Retry(${left}, connect=None, read=None, redirect=None, status=None)) after connection broken by ` +
        `'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object>: Failed to establish a new ` +
        `connection: [Errno -3] Temporary failure in name resolution')': /simple/${project}/\n`,
    );
  }
  call.warn(`ERROR: Could not find a version that satisfies the requirement ${wanted} (from versions: none)\n`);
  call.warn(`ERROR: No matching distribution found for ${wanted}\n`);
  return 1;
});

export const git = tool((call) => {
  const [command = "", url = "", folder] = operands(call);
  if (call.args.includes("--version") || command === "version") {
    call.print("git version 2.47.3\n");
    return 0;
  }
  if (/^(clone|fetch|pull|push|ls-remote)$/.test(command) && /^[a-z+]+:\/\/|^[\w.-]+@/.test(url)) {
    const name =
      folder ??
      url
        .replace(/\/$/, "")
        .replace(/.*[/:]/, "")
        .replace(/\.git$/, "");
    if (command === "clone") call.warn(`Cloning into '${name}'...\n`);
    const host = /^(?:[a-z+]+:\/\/)?(?:[^@/]*@)?([^/:]+)/.exec(url)?.[1] ?? url;
    call.warn(
      url.startsWith("http")
        ? `fatal: unable to access '${url.replace(/\/?$/, "/")}': Could not resolve host: ${host}\n`
        : `ssh: Could not resolve hostname ${host}: Temporary failure in name resolution\nfatal: Could not read from remote repository.\n`,
    );
    return 128;
  }
  call.warn(
    command === ""
      ? "usage: git [-v | --version] [-h | --help] [-C <path>] <command> [<args>]\n"
      : "fatal: not a git repository (or any of the parent directories): .git\n",
  );
  return command === "" ? 1 : 128;
});

/** Packets are not simulated, so none can be captured. */
export const tcpdump: Tool = (flavour) => ({
  run(process): Step {
    const args = process.argv.slice(1);
    if (args.includes("--version") || args.includes("-h")) {
      process.write(1, "tcpdump version 4.99.5\nlibpcap version 1.10.5 (with TPACKET_V3)\n");
      return { type: "exit", status: 0 };
    }
    if (args.includes("-D") || args.includes("--list-interfaces")) {
      process.write(
        1,
        "1.eth0 [Up, Running, Connected]\n2.any (Pseudo-device that captures on all interfaces) [Up, Running]\n",
      );
      return { type: "exit", status: 0 };
    }
    if (process.credentials.capabilities.includes("NET_RAW")) return refuse(process, "a capture of packets");
    return notPermitted(flavour).run(process);
  },
});

const notPermitted = tool((call) => {
  call.warn(
    "tcpdump: eth0: You don't have permission to perform this capture on that device\n" +
      "(socket: Operation not permitted)\n",
  );
  return 1;
});

export const arping = tool((call) => {
  const socket = call.flavour === "busybox" ? "arping: socket(AF_PACKET,2,0): " : "arping: socket: ";
  call.warn(`${socket}Operation not permitted\n`);
  return call.flavour === "busybox" ? 1 : 2;
});
