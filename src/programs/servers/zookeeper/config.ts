/** The configuration of a server: its file, its number and its fellows. */
import type { ProcessView } from "../../../shell/program.ts";

export interface Member {
  id: number;
  host: string;
  port: number;
}

export interface ZooConfig {
  dataFolder: string;
  clientPort: number;
  /** Absent without an ensemble. */
  id?: number;
  members: readonly Member[];
  /** Four-letter words that are answered; "*" means all. */
  words: string;
}

/** The file is the last argument of the server's command. */
export function configOf({ argv, files, env }: ProcessView): ZooConfig {
  const path = argv.findLast((arg) => arg.endsWith(".cfg")) ?? "/conf/zoo.cfg";
  const text = files.find(path)?.type === "file" ? files.read(path) : "";
  const values = new Map(
    [...text.matchAll(/^([\w.]+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value.trim()]),
  );
  const dataFolder = values.get("dataDir") ?? "/data";
  const idPath = `${dataFolder}/myid`;
  const id = files.find(idPath)?.type === "file" ? Number(files.read(idPath).trim()) : undefined;
  const clientPort = Number(values.get("clientPort") ?? 2181);
  const members = [...values].flatMap(([name, value]) => {
    const [, number] = /^server\.(\d+)$/.exec(name) ?? [];
    const [host = ""] = value.split(":");
    const [, own] = /;(?:[^:]*:)?(\d+)$/.exec(value) ?? [];
    return number === undefined ? [] : [{ id: Number(number), host, port: Number(own ?? clientPort) }];
  });
  const isOld = /^3\.4/.test(env["ZOO_VERSION"] ?? "");
  return {
    dataFolder,
    clientPort,
    ...(id !== undefined && { id }),
    members: members.length > 1 ? members : [],
    words: values.get("4lw.commands.whitelist") ?? (isOld ? "*" : "srvr"),
  };
}
