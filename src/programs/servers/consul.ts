/** `consul members`: the agent of this container. https://developer.hashicorp.com/consul/commands/members */
import type { Program } from "../../shell/program.ts";
import { printLines } from "./log.ts";

export const consulMembers: Program = {
  run(process) {
    const { hostname, podAddresses } = process.host;
    const columns = ["Node", "Address", "Status", "Type", "Build", "Protocol", "DC", "Partition", "Segment"];
    const address = `${podAddresses[0] ?? "127.0.0.1"}:8301`;
    const values = [hostname, address, "alive", "server", "1.22.0", "2", "dc1", "default", "<all>"];
    const widths = columns.map((column, i) => Math.max(column.length, values[i]?.length ?? 0) + 2);
    const row = (cells: readonly string[]) =>
      cells
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("")
        .trimEnd();
    printLines(process, 1, [row(columns), row(values)]);
    return { type: "exit", status: 0 };
  },
};
