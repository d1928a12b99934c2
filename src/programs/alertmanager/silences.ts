/** Silences, kept in a file of the storage folder: they survive a restart. */
import { FileError } from "../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import { MAX_SILENCES } from "../../lib/container-limits.ts";
import type { ProcessView } from "../../shell/program.ts";
import { contentOf, flagOf } from "../servers/server.ts";
import type { Matcher } from "./matchers.ts";

export interface Silence {
  id: string;
  matchers: Matcher[];
  startsAtMs: number;
  endsAtMs: number;
  updatedAtMs: number;
  createdBy: string;
  comment: string;
}

export type SilenceState = "active" | "pending" | "expired";

function fileOf({ argv, cwd }: ProcessView): string {
  const folder = flagOf(argv, "storage.path") ?? "data";
  return `${folder.startsWith("/") ? folder : `${cwd}/${folder}`.replace(/\/+/g, "/")}/silences`;
}

export function silencesOf(process: ProcessView): Silence[] {
  const content = contentOf(process, fileOf(process));
  return content === undefined || content === "" ? [] : (JSON.parse(textOfBytes(content)) as Silence[]);
}

export function stateOf({ startsAtMs, endsAtMs }: Silence, nowMs: number): SilenceState {
  if (endsAtMs <= nowMs) return "expired";
  return startsAtMs <= nowMs ? "active" : "pending";
}

export function activeSilences(process: ProcessView): Silence[] {
  return silencesOf(process).filter((silence) => stateOf(silence, process.nowMs) === "active");
}

/** Adds the silence, or replaces the one with its id. False: there is no room. Throws FileError. */
export function saveSilence(process: ProcessView, silence: Silence): boolean {
  const others = silencesOf(process).filter(({ id }) => id !== silence.id);
  if (others.length >= MAX_SILENCES) return false;
  const path = fileOf(process);
  const folder = path.slice(0, path.lastIndexOf("/"));
  if (!process.files.find(folder)) throw new FileError("ENOENT", folder);
  process.files.write(path, bytesOfText(JSON.stringify([...others, silence])));
  return true;
}

/** A new id in the form of a UUID. */
export function newId(process: ProcessView): string {
  const hex = Array.from({ length: 4 }, () => process.random().toString(16).padStart(8, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
