/** The content of a Vault's storage. The key shares are in it, because the storage is not encrypted here. */
import { FileError } from "../../../files/errors.ts";
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { contentOf, flagOf, hasFlag } from "../server.ts";

export interface Barrier {
  /** Key shares, base64. */
  shares: string[];
  threshold: number;
  rootToken: string;
  clusterId: string;
  /** Types of secrets engines by path with a slash at its end. `kv-v2` is `kv` with versions. */
  mounts: Record<string, string>;
  /** Auth methods by path with a slash at its end, besides `token/`. */
  auths: Record<string, AuthMethod>;
  /** Texts of ACL policies. */
  policies: Record<string, string>;
  /** Tokens besides the root token. */
  tokens: Record<string, Token>;
  /** Versions of secrets by mount and path. */
  secrets: Record<string, SecretVersion[]>;
}

export interface AuthMethod {
  type: string;
  config?: JsonObject;
  /** Roles or users by name. */
  entries: Record<string, JsonObject>;
}

export interface Token {
  policies: string[];
  displayName: string;
  /** Facts of its owner by the auth method. */
  metadata: Record<string, string>;
  ttlMs: number;
  expiresAtMs: number;
}

/** A version of a secret; `deletedAt`: it is no longer read. */
export interface SecretVersion {
  createdAt: string;
  deletedAt?: string;
  data: JsonObject;
}

export const isDev = ({ argv }: ProcessView) => hasFlag(argv, "dev");

/** The folder of the storage `file` or `raft` in the server's configuration. */
function storagePath(process: ProcessView): string {
  const text = contentOf(process, flagOf(process.argv, "config")) ?? "";
  return /storage\s+"(?:file|raft)"\s*\{[^}]*?path\s*=\s*"([^"]+)"/.exec(text)?.[1] ?? "/vault/file";
}

export function storageType(process: ProcessView): string {
  if (isDev(process)) return "inmem";
  return /storage\s+"(\w+)"/.exec(contentOf(process, flagOf(process.argv, "config")) ?? "")?.[1] ?? "file";
}

/** Fields that storages of earlier versions lack. */
const noAccess = (): Pick<Barrier, "auths" | "policies" | "tokens"> => ({ auths: {}, policies: {}, tokens: {} });

/** Undefined: it is not initialized. */
export function readBarrier(process: ProcessView): Barrier | undefined {
  const { state } = process;
  if (isDev(process)) {
    const { barrier } = state;
    return isJsonObject(barrier) ? ({ ...noAccess(), ...barrier } as unknown as Barrier) : undefined;
  }
  const text = contentOf(process, `${storagePath(process)}/core/barrier`);
  return text === undefined ? undefined : { ...noAccess(), ...(JSON.parse(text) as Barrier) };
}

/** False if the storage cannot be written. */
export function writeBarrier(process: ProcessView, barrier: Barrier): boolean {
  if (isDev(process)) {
    process.state["barrier"] = barrier as unknown as JsonObject;
    return true;
  }
  const folder = storagePath(process);
  try {
    for (const path of [folder, `${folder}/core`])
      if (!process.files.find(path)) process.files.makeDirectory(path, 0o700);
    process.files.write(`${folder}/core/barrier`, JSON.stringify(barrier), 0o600);
    return true;
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}
