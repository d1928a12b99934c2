/**
 * The server of Vault and its seal. It begins sealed, unless `-dev`.
 * Source: github.com/hashicorp/vault http/sys_seal.go, sys_init.go, sys_health.go
 */
import { toHex } from "../../../lib/encoding.ts";
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView, Program } from "../../../shell/program.ts";
import { secretBytes } from "../../operators/server-certificates.ts";
import { type HttpAnswer, json, splitPath } from "../http.ts";
import { isoTime } from "../log.ts";
import { contentOf, flagOf, type HttpRequest, portOf, server } from "../server.ts";
import { bodyOf, errors } from "./call.ts";
import { routed } from "./routes.ts";
import { type Barrier, isDev, readBarrier, storageType, writeBarrier } from "./store.ts";
import { BUILD_DATE, VERSION } from "./version.ts";

export const vaultServer: Program = server({
  ports: (process) => {
    const address = /address\s*=\s*"([^"]+)"/.exec(contentOf(process, flagOf(process.argv, "config")) ?? "")?.[1];
    const port = portOf(flagOf(process.argv, "dev-listen-address") ?? address, 8200);
    return [port, port + 1];
  },
  logFd: 1,
  startMs: 400,
  banner: (process) => [
    "==> Vault server configuration:",
    "",
    ...Object.entries({ Storage: storageType(process), Version: `Vault v${VERSION}, built ${BUILD_DATE}` }).map(
      ([name, value]) => `${name.padStart(24)}: ${value}`,
    ),
    "",
    "==> Vault server started! Log data will stream in below:",
    "",
  ],
  begin(process) {
    process.state["isUnsealed"] = false;
    if (!isDev(process)) return;
    const barrier = newBarrier(process, { shares: 1, threshold: 1 });
    barrier.rootToken =
      flagOf(process.argv, "dev-root-token-id") ?? process.env["VAULT_DEV_ROOT_TOKEN_ID"] ?? barrier.rootToken;
    barrier.mounts["secret/"] = "kv-v2";
    writeBarrier(process, barrier);
    process.state["isUnsealed"] = true;
  },
  ready: (process) => {
    const barrier = isDev(process) ? readBarrier(process) : undefined;
    if (!barrier) return [`${isoTime(process.nowMs)} [INFO]  core: seal configuration missing, not initialized`];
    return [
      "WARNING! dev mode is enabled!",
      "",
      `Unseal Key: ${barrier.shares[0]}`,
      `Root Token: ${barrier.rootToken}`,
    ];
  },
  stopping: () => ["==> Vault shutdown triggered"],
  memoryBytes: () => 60_000_000,
  http: (process, request) => answer(process, request),
});

function newBarrier(process: ProcessView, { shares, threshold }: { shares: number; threshold: number }): Barrier {
  const share = (i: number) => btoa(String.fromCharCode(...secretBytes(process, `share ${i}`), i));
  const id = toHex(secretBytes(process, "cluster"));
  return {
    shares: Array.from({ length: shares }, (_, i) => share(i)),
    threshold,
    rootToken: `hvs.${toHex(secretBytes(process, "root")).slice(0, 24)}`,
    clusterId: `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20, 32)}`,
    ...{ mounts: { "cubbyhole/": "cubbyhole", "identity/": "identity", "sys/": "system" } },
    ...{ auths: {}, policies: {}, tokens: {}, secrets: {} },
  };
}

function answer(process: ProcessView, request: HttpRequest): HttpAnswer {
  const { path } = splitPath(request.path);
  const barrier = readBarrier(process);
  const isUnsealed = barrier !== undefined && process.state["isUnsealed"] === true;
  switch (path) {
    case "/v1/sys/health":
      return health(barrier, isUnsealed);
    case "/v1/sys/seal-status":
      return json(200, sealStatus(process, barrier));
    case "/v1/sys/init":
      return request.method === "GET"
        ? json(200, { initialized: barrier !== undefined })
        : initialize(process, request);
    case "/v1/sys/unseal":
      return barrier ? unseal(process, request, barrier) : errors(400, "Vault is not initialized");
    default:
      if (!barrier || !isUnsealed) return errors(503, "Vault is sealed");
      return routed(process, request, barrier);
  }
}

function health(barrier: Barrier | undefined, isUnsealed: boolean): HttpAnswer {
  const status = barrier === undefined ? 501 : isUnsealed ? 200 : 503;
  const initialized = barrier !== undefined;
  return json(status, { initialized, sealed: !isUnsealed, standby: !isUnsealed, version: VERSION });
}

function sealStatus(process: ProcessView, barrier: Barrier | undefined): JsonObject {
  const sealed = !(barrier && process.state["isUnsealed"] === true);
  const given = (process.state["given"] ?? []) as string[];
  return {
    ...{ build_date: BUILD_DATE, initialized: barrier !== undefined, migration: false },
    ...{ n: barrier?.shares.length ?? 0, nonce: given.length > 0 ? String(barrier?.clusterId) : "" },
    ...{ progress: given.length, recovery_seal: false, sealed, storage_type: storageType(process) },
    ...{ t: barrier?.threshold ?? 0, type: "shamir", version: VERSION },
    ...(!sealed && barrier && { cluster_id: barrier.clusterId, cluster_name: clusterName(barrier) }),
  };
}

const clusterName = ({ clusterId }: Barrier) => `vault-cluster-${clusterId.slice(0, 8)}`;

function initialize(process: ProcessView, request: HttpRequest): HttpAnswer {
  if (readBarrier(process)) return errors(400, "Vault is already initialized");
  const { secret_shares: shares = 5, secret_threshold: threshold = 3 } = bodyOf(request);
  const [count, needed] = [Number(shares), Number(threshold)];
  if (!(needed >= 1 && count >= needed && count <= 255)) return errors(400, "threshold cannot be larger than shares");
  const barrier = newBarrier(process, { shares: count, threshold: needed });
  if (!writeBarrier(process, barrier)) return errors(500, "failed to initialize barrier: permission denied");
  const hex = barrier.shares.map((share) => toHex(Uint8Array.from(atob(share), (char) => char.charCodeAt(0))));
  return json(200, { keys: hex, keys_base64: barrier.shares, root_token: barrier.rootToken });
}

function unseal(process: ProcessView, request: HttpRequest, barrier: Barrier): HttpAnswer {
  const { key, reset } = bodyOf(request);
  const { state } = process;
  const given = (state["given"] ?? []) as string[];
  if (reset === true) delete state["given"];
  else if (typeof key !== "string" || key === "")
    return errors(400, "'key' must be specified in request body as JSON, or 'reset' set to true");
  else if (!barrier.shares.includes(key)) return errors(400, "invalid key: failed to unseal");
  else if (state["isUnsealed"] !== true) {
    const next = [...new Set([...given, key])];
    state["isUnsealed"] = next.length >= barrier.threshold;
    if (state["isUnsealed"]) delete state["given"];
    else state["given"] = next;
  }
  return json(200, sealStatus(process, barrier));
}
