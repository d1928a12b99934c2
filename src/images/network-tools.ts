/** Programs for debugging networks on top of an Alpine base. */
import type { FileEntry } from "../files/entry.ts";
import { executable, executables } from "./tree.ts";

export function networkTools(): Record<string, FileEntry> {
  return {
    ...executables(
      "/usr/bin",
      "ab conntrack iptables iptables-save ip6tables ipvsadm grpcurl http drill fping ngrep tshark ethtool nft tracepath websocat iftop swaks bash zsh curl dig fortio host jq tcpdump iperf3 socat ss nmap openssl mtr ip git vim",
    ),
    "/usr/bin/nslookup": executable("nslookup-bind"),
  };
}
