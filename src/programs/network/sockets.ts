/** ss, netstat, ifconfig, route, arp: the network namespace of the pod. */
import { type Call, tool } from "../base/call.ts";
import { readOptions } from "../base/options.ts";
import { gatewayOf, macOf, networkOf, ownAddress } from "./pod-network.ts";

interface Socket {
  port: number;
  protocol: "tcp" | "udp";
  pid: number;
  program: string;
}

function listeners(call: Call, options: ReturnType<typeof readOptions>): Socket[] {
  const both = !options.has("t", "u");
  return call.process
    .listeners()
    .filter(({ protocol }) => both || (protocol === "tcp" ? options.has("t") : options.has("u")))
    .map((socket) => ({ ...socket, program: nameOf(call, socket) }))
    .sort((a, b) => a.port - b.port);
}

function nameOf(call: Call, { pid, program }: Socket): string {
  const argv = call.process.processes().find((process) => process.pid === pid)?.argv[0] ?? program;
  return argv.slice(argv.lastIndexOf("/") + 1).split(/[: ]/)[0] ?? program;
}

export const ss = tool((call) => {
  const options = readOptions(call, {
    short: "0146aDdEefHilmnoOpPrsStTuVwxZ",
    long: {
      all: "a",
      listening: "l",
      numeric: "n",
      processes: "p",
      tcp: "t",
      udp: "u",
      "no-header": "H",
      summary: "s",
    },
  });
  const shown = options.has("l", "a") ? listeners(call, options) : [];
  const hasType = !options.has("t") || options.has("u");
  const rows = shown.map(({ port, protocol, pid, program }) => {
    const kind = hasType ? `${protocol.padEnd(6)}` : "";
    const users = options.has("p") ? `users:(("${program}",pid=${pid},fd=6))` : "";
    return `${kind}${(protocol === "tcp" ? "LISTEN" : "UNCONN").padEnd(7)}0      ${protocol === "tcp" ? "511   " : "0     "} ${`0.0.0.0:${port}`.padStart(18)} ${"0.0.0.0:*".padStart(17)}    ${users}`;
  });
  if (!options.has("H"))
    call.print(`${hasType ? "Netid " : ""}State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process\n`);
  call.print(rows.map((row) => `${row}\n`).join(""));
  return 0;
});

export const netstat = tool((call) => {
  const options = readOptions(call, {
    short: "aeilnNoprstuvwWx",
    long: { all: "a", listening: "l", numeric: "n", programs: "p", tcp: "t", udp: "u", route: "r" },
  });
  if (options.has("r")) {
    call.print(routeTable(call));
    return 0;
  }
  const shown = options.has("l", "a") ? listeners(call, options) : [];
  const title = options.has("l") ? "only servers" : options.has("a") ? "servers and established" : "w/o servers";
  const program = options.has("p");
  call.print(`Active Internet connections (${title})\n`);
  call.print(
    `Proto Recv-Q Send-Q Local Address           Foreign Address         State       ${program ? "PID/Program name    " : ""}\n`,
  );
  for (const { port, protocol, pid, program: name } of shown) {
    const state = protocol === "tcp" ? "LISTEN" : "";
    call.print(
      `${protocol.padEnd(5)} ${"0".padStart(6)} ${"0".padStart(6)} ${`0.0.0.0:${port}`.padEnd(23)} ${"0.0.0.0:*".padEnd(23)} ${state.padEnd(11)} ${program ? `${pid}/${name}`.padEnd(20) : ""}\n`,
    );
  }
  return 0;
});

function routeTable(call: Call): string {
  const address = ownAddress(call);
  const row = (cells: readonly string[]) =>
    `${cells[0]!.padEnd(15)} ${cells[1]!.padEnd(15)} ${cells[2]!.padEnd(15)} ${cells[3]!.padEnd(5)} 0      0        0 eth0\n`;
  return [
    "Kernel IP routing table\n",
    "Destination     Gateway         Genmask         Flags Metric Ref    Use Iface\n",
    row(["0.0.0.0", gatewayOf(address), "0.0.0.0", "UG"]),
    row([networkOf(address), gatewayOf(address), "255.255.255.0", "UG"]),
    row([gatewayOf(address), "0.0.0.0", "255.255.255.255", "UH"]),
  ].join("");
}

export const route = tool((call) => {
  call.print(routeTable(call));
  return 0;
});

export const ifconfig = tool((call) => {
  const only = call.args.find((argument) => !argument.startsWith("-"));
  const address = ownAddress(call);
  if (only !== undefined && only !== "eth0" && only !== "lo") {
    call.warn(
      call.flavour === "gnu"
        ? `${only}: error fetching interface information: Device not found\n`
        : `ifconfig: ${only}: error fetching interface information: Device not found\n`,
    );
    return 1;
  }
  const broadcast = address.replace(/\.\d+$/, ".255");
  const isGnu = call.flavour === "gnu";
  const counters = isGnu
    ? "        RX packets 120  bytes 11520 (11.2 KiB)\n        RX errors 0  dropped 0  overruns 0  frame 0\n        TX packets 96  bytes 9120 (8.9 KiB)\n        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0\n\n"
    : "          RX packets:120 errors:0 dropped:0 overruns:0 frame:0\n          TX packets:96 errors:0 dropped:0 overruns:0 carrier:0\n          collisions:0 txqueuelen:0 \n          RX bytes:11520 (11.2 KiB)  TX bytes:9120 (8.9 KiB)\n\n";
  const ether = isGnu
    ? `eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500\n        inet ${address}  netmask 255.255.255.0  broadcast ${broadcast}\n        ether ${macOf(address)}  txqueuelen 0  (Ethernet)\n`
    : `eth0      Link encap:Ethernet  HWaddr ${macOf(address).toUpperCase()}  \n          inet addr:${address}  Bcast:${broadcast}  Mask:255.255.255.0\n          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n`;
  const loop = isGnu
    ? "lo: flags=73<UP,LOOPBACK,RUNNING>  mtu 65536\n        inet 127.0.0.1  netmask 255.0.0.0\n        loop  txqueuelen 1000  (Local Loopback)\n"
    : "lo        Link encap:Local Loopback  \n          inet addr:127.0.0.1  Mask:255.0.0.0\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n";
  if (only !== "lo") call.print(ether + counters);
  if (only !== "eth0") call.print(loop + counters);
  return 0;
});

export const arp = tool((call) => {
  const gateway = gatewayOf(ownAddress(call));
  call.print(`? (${gateway}) at ${macOf(gateway)} [ether]  on eth0\n`);
  return 0;
});
