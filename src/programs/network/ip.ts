/**
 * ip of iproute2 and of busybox.
 * busybox: networking/libiproute/ipaddress.c, networking/libiproute/iproute.c
 */
import type { Step } from "../../shell/program.ts";
import { type Call, tool } from "../base/call.ts";
import { refuse } from "../base/unavailable.ts";
import { broadcastOf, gatewayOf, macOf, networkOf, ownAddress } from "./pod-network.ts";

/** Commands of `ip` that change the network. */
const CHANGES = /^(add|del|delete|set|change|replace|flush|append|prepend)$/;

interface Interface {
  index: number;
  name: string;
  /** The interface of the node at the other end, as `@if12`. */
  peer: string;
  flags: string;
  mtu: number;
  state: "UNKNOWN" | "UP";
  /** `ether …` or `loopback …`, with the broadcast address. */
  link: string;
  /** The address with its prefix, and the broadcast address if it has one. */
  inet: string;
  scope: "host lo" | "global eth0";
}

function interfacesOf(address: string): Interface[] {
  return [
    {
      ...{ index: 1, name: "lo", peer: "", flags: "LOOPBACK,UP,LOWER_UP", mtu: 65_536, state: "UNKNOWN" },
      link: "loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00",
      ...{ inet: "127.0.0.1/8", scope: "host lo" },
    },
    {
      ...{ index: 2, name: "eth0", peer: "@if12", flags: "BROADCAST,MULTICAST,UP,LOWER_UP", mtu: 1500, state: "UP" },
      link: `ether ${macOf(address)} brd ff:ff:ff:ff:ff:ff`,
      ...{ inet: `${address}/24 brd ${broadcastOf(address)}`, scope: "global eth0" },
    },
  ];
}

/** busybox shows the state of a link only where it was built with musl, as in Alpine. */
function linkLines(call: Call, { index, name, peer, flags, mtu, state, link }: Interface): string[] {
  const isGnu = call.flavour === "gnu";
  const isMusl = call.process.files.find("/etc/alpine-release") !== undefined;
  const shownFlags = isGnu || peer === "" ? flags : `${flags},M-DOWN`;
  const shownState = isGnu || isMusl ? `state ${state} ` : "";
  const group = isGnu ? "group default " : "";
  const namespace = isGnu && peer !== "" ? " link-netnsid 0" : "";
  return [
    `${index}: ${name}${peer}: <${shownFlags}> mtu ${mtu} qdisc noqueue ${shownState}${group}qlen 1000`,
    `    link/${link}${namespace}`,
  ];
}

const LIFETIME = "       valid_lft forever preferred_lft forever";

function addressLines({ inet, scope }: Interface): string[] {
  return [`    inet ${inet} scope ${scope}`, LIFETIME];
}

/** The runtime gives no container the right to change its network (CAP_NET_ADMIN), unless its spec adds it. */
function refuseChange(call: Call): number | Step {
  if (call.process.credentials.capabilities.includes("NET_ADMIN")) {
    return refuse(call.process, "changes of the network");
  }
  const who = call.flavour === "gnu" ? "" : "ip: ";
  call.warn(`${who}RTNETLINK answers: Operation not permitted\n`);
  return 2;
}

export const ip = tool((call) => {
  const words = call.args.filter((argument) => !argument.startsWith("-"));
  const [object = "", command = ""] = words;
  if (object !== "" && CHANGES.test(command)) return refuseChange(call);
  const show = Object.entries(SHOWS).find(([name]) => object !== "" && name.startsWith(object))?.[1];
  if (show) return show(call, words);
  if (call.flavour === "busybox") {
    call.warn("Usage: ip [OPTIONS] address|route|link|tunnel|neigh|rule [ARGS]\n");
    return 1;
  }
  call.warn(
    object === ""
      ? "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\n"
      : `Object "${object}" is unknown, try "ip help".\n`,
  );
  return object === "" ? 255 : 1;
});

type Show = (call: Call, words: readonly string[]) => number;

/** In the order in which a shortened name is looked up. */
const SHOWS: Readonly<Record<string, Show>> = {
  address: showAddresses,
  link: showLinks,
  route: showRoutes,
  neighbour: showNeighbours,
};

const KEYWORDS: readonly string[] = ["show", "list", "ls", "dev", "up", "scope", "global", "host", "permanent"];

/** The interfaces that a command names, or all of them. Undefined: it names one that does not exist. */
function selected(call: Call, words: readonly string[]): Interface[] | undefined {
  const all = interfacesOf(ownAddress(call));
  const named = words.slice(1).find((word) => !KEYWORDS.includes(word));
  if (named === undefined) return all;
  const found = all.filter(({ name }) => name === named);
  if (found.length > 0) return found;
  call.warn(call.flavour === "gnu" ? `Device "${named}" does not exist.\n` : `ip: can't find device '${named}'\n`);
  return undefined;
}

function hasOption(call: Call, ...names: readonly string[]): boolean {
  return call.args.some((argument) => names.includes(argument));
}

function showAddresses(call: Call, words: readonly string[]): number {
  const interfaces = selected(call, words);
  if (!interfaces) return 1;
  if (hasOption(call, "-6")) return 0;
  const isBrief = call.flavour === "gnu" && hasOption(call, "-br", "-brief");
  for (const each of interfaces) {
    const { index, name, peer, state, inet } = each;
    const [own] = inet.split(" ");
    const addresses = addressLines(each);
    const links = hasOption(call, "-4") ? linkLines(call, each).slice(0, 1) : linkLines(call, each);
    if (isBrief)
      call.print(`${`${name}${peer}`.padEnd(16)} ${state.padEnd(14)} ${own}${name === "lo" ? " ::1/128" : ""} \n`);
    else if (hasOption(call, "-o", "-oneline")) call.print(`${index}: ${name}${addresses.join("\\")}\n`);
    else call.print(`${[...links, ...addresses].join("\n")}\n`);
  }
  return 0;
}

function showLinks(call: Call, words: readonly string[]): number {
  const interfaces = selected(call, words);
  for (const each of interfaces ?? []) call.print(`${linkLines(call, each).join("\n")}\n`);
  return interfaces ? 0 : 1;
}

function showRoutes(call: Call, words: readonly string[]): number {
  const address = ownAddress(call);
  const gateway = gatewayOf(address);
  // busybox writes two spaces before the source.
  const source = `${call.flavour === "gnu" ? "" : " "}src ${address}`;
  if (words[1] === "get") {
    const user = call.flavour === "gnu" ? `uid ${call.process.credentials.uid} \n    cache ` : "";
    call.print(`${words[2]} via ${gateway} dev eth0 ${source} ${user}\n`);
    return 0;
  }
  call.print(`default via ${gateway} dev eth0 \n`);
  call.print(`${networkOf(address)}/24 via ${gateway} dev eth0 ${source} \n`);
  call.print(`${gateway} dev eth0 scope link ${source} \n`);
  return 0;
}

function showNeighbours(call: Call): number {
  const gateway = gatewayOf(ownAddress(call));
  const used = call.flavour === "gnu" ? "REACHABLE " : "ref 1 used 0/0/0 probes 1 REACHABLE";
  call.print(`${gateway} dev eth0 lladdr ${macOf(gateway)} ${used}\n`);
  return 0;
}
