/**
 * The key-value engine, with versions (`kv-v2`) and without.
 * Source: https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2
 */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { HttpAnswer } from "../http.ts";
import { isoTime } from "../log.ts";
import { answered, done, errors, unsupportedRoute, type VaultCall } from "./call.ts";
import { type SecretVersion, writeBarrier } from "./store.ts";

/** Lifetime that a secret without versions tells its readers. */
const LEASE_SECONDS = 2_764_800;

/** Answers a request below `mount`. */
export function secretAnswer(call: VaultCall, mount: string): HttpAnswer {
  const inner = call.path.slice(mount.length);
  const isVersioned = call.barrier.mounts[mount] === "kv-v2";
  if (call.method === "LIST") return list(call, mount, isVersioned ? inner.replace(/^metadata\/?/, "") : inner);
  if (!isVersioned) return plain(call, mount + inner);
  const [, kind = "", name = ""] = /^(data|metadata|delete|undelete)\/(.+)$/.exec(inner) ?? [];
  const key = mount + name;
  switch (kind) {
    case "data":
      return versioned(call, key);
    case "metadata":
      return metadata(call, key);
    case "delete":
    case "undelete":
      return setDeleted(call, key, kind === "delete");
    default:
      return unsupportedRoute(call.path);
  }
}

const versionsOf = ({ barrier: { secrets } }: VaultCall, key: string): readonly SecretVersion[] =>
  Object.hasOwn(secrets, key) ? (secrets[key] ?? []) : [];

function keep({ process, barrier }: VaultCall, key: string, versions: readonly SecretVersion[] | undefined): void {
  const { [key]: _, ...others } = barrier.secrets;
  writeBarrier(process, { ...barrier, secrets: versions ? { ...others, [key]: [...versions] } : others });
}

function list({ process, barrier }: VaultCall, mount: string, folder: string): HttpAnswer {
  const prefix = mount + (folder === "" || folder.endsWith("/") ? folder : `${folder}/`);
  const names = Object.keys(barrier.secrets)
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length).replace(/\/.*$/, "/"));
  return names.length === 0 ? errors(404) : answered(process, { data: { keys: [...new Set(names)].sort() } });
}

function plain(call: VaultCall, key: string): HttpAnswer {
  const { process, method, body } = call;
  if (method === "GET") {
    const data = versionsOf(call, key).at(-1)?.data;
    return data ? answered(process, { lease_duration: LEASE_SECONDS, data }) : errors(404);
  }
  keep(call, key, method === "DELETE" ? undefined : [{ createdAt: isoTime(process.nowMs), data: body }]);
  return done();
}

function metadataOf({ createdAt, deletedAt = "" }: SecretVersion, version: number): JsonObject {
  return { created_time: createdAt, custom_metadata: null, deletion_time: deletedAt, destroyed: false, version };
}

function versioned(call: VaultCall, key: string): HttpAnswer {
  const { process, method, body } = call;
  const versions = versionsOf(call, key);
  const last = versions.at(-1);
  if (method === "GET") {
    if (!last || last.deletedAt !== undefined) return errors(404);
    return answered(process, { data: { data: last.data, metadata: metadataOf(last, versions.length) } });
  }
  if (method === "DELETE") return setDeleted(call, key, true);
  const { data, options } = body;
  if (!isJsonObject(data)) return errors(400, "no data provided");
  const expected = isJsonObject(options) ? options["cas"] : undefined;
  if (expected !== undefined && Number(expected) !== versions.length)
    return errors(400, "check-and-set parameter did not match the current version");
  if (method === "PATCH" && !last) return errors(404);
  const merged = method === "PATCH" ? { ...last?.data, ...data } : data;
  const made: SecretVersion = { createdAt: isoTime(process.nowMs), data: merged };
  keep(call, key, [...versions, made]);
  return answered(process, { data: metadataOf(made, versions.length + 1) });
}

/** Deletes the last version so that it can be restored, or restores it. */
function setDeleted(call: VaultCall, key: string, isDeleted: boolean): HttpAnswer {
  const versions = versionsOf(call, key);
  const last = versions.at(-1);
  if (!last) return done();
  const { deletedAt: _, ...kept } = last;
  const changed = isDeleted ? { ...kept, deletedAt: isoTime(call.process.nowMs) } : kept;
  keep(call, key, [...versions.slice(0, -1), changed]);
  return done();
}

function metadata(call: VaultCall, key: string): HttpAnswer {
  const versions = versionsOf(call, key);
  const [first, last] = [versions[0], versions.at(-1)];
  if (call.method === "DELETE") {
    keep(call, key, undefined);
    return done();
  }
  if (!first || !last) return errors(404);
  const all = versions.map((version, i): [string, JsonObject] => {
    const { created_time = "", deletion_time = "", destroyed = false } = metadataOf(version, i + 1);
    return [String(i + 1), { created_time, deletion_time, destroyed }];
  });
  const data = {
    ...{ cas_required: false, created_time: first.createdAt, current_version: versions.length, custom_metadata: null },
    ...{ delete_version_after: "0s", max_versions: 0, oldest_version: 0, updated_time: last.createdAt },
  };
  return answered(call.process, { data: { ...data, versions: Object.fromEntries(all) } });
}
