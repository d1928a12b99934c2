/**
 * The commands on the seal: status, and operator with init, unseal and seal.
 * Source: github.com/hashicorp/vault command/status.go, operator_init.go, operator_unseal.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import { Failure, type Session, type Steps } from "../../kubectl/core/session.ts";
import { type Arguments, call, type Row, show, table } from "./cli.ts";

/** Ends with 0 if the server is open, 2 if it is sealed, 1 for an error. */
export function* status(session: Session): Steps<number> {
  const { body } = yield* call(session, "Error checking seal status", ["GET", "sys/seal-status"]);
  show(session, { ...body, ha_enabled: false }, { asTable: () => statusTable(body) });
  return body["sealed"] === true ? 2 : 0;
}

export function* initialize(session: Session, { flags }: Arguments): Steps<number> {
  const shares = Number(flags.get("key-shares") ?? flags.get("n") ?? 5);
  const threshold = Number(flags.get("key-threshold") ?? flags.get("t") ?? 3);
  const asked = { secret_shares: shares, secret_threshold: threshold };
  const { body } = yield* call(session, "Error initializing", ["PUT", "sys/init", asked]);
  const keys = (body["keys_base64"] ?? []) as string[];
  const root_token = String(body["root_token"]);
  const value: JsonObject = {
    ...{
      unseal_keys_b64: keys,
      unseal_keys_hex: body["keys"] ?? [],
      unseal_shares: shares,
      unseal_threshold: threshold,
    },
    ...{
      recovery_keys_b64: [],
      recovery_keys_hex: [],
      recovery_keys_shares: 0,
      recovery_keys_threshold: 0,
      root_token,
    },
  };
  const lines = keys.map((key, i) => `Unseal Key ${i + 1}: ${key}\n`).join("");
  const advice =
    `Vault initialized with ${shares} key shares and a key threshold of ${threshold}. Please securely\n` +
    "distribute the key shares printed above. When the Vault is re-sealed,\n" +
    `restarted, or stopped, you must supply at least ${threshold} of these keys to unseal it\n` +
    "before it can start servicing requests.\n\n" +
    `Vault does not store the generated root key. Without at least ${threshold} keys to\n` +
    "reconstruct the root key, Vault will remain permanently sealed!\n";
  show(session, value, { asTable: () => `${lines}\nInitial Root Token: ${root_token}\n\n${advice}` });
  return 0;
}

export function* unseal(session: Session, { words: [key], flags }: Arguments): Steps<number> {
  const isReset = flags.has("reset");
  if (key === undefined && !isReset)
    throw new Failure("Error unsealing: a key is needed as an argument: no terminal", 1);
  const asked = isReset ? { reset: true } : { key: key ?? "" };
  const { body } = yield* call(session, "Error unsealing", ["PUT", "sys/unseal", asked]);
  show(session, body, { asTable: () => statusTable(body) });
  return 0;
}

export function* seal(session: Session): Steps<number> {
  yield* call(session, "Error sealing", ["PUT", "sys/seal"]);
  session.print("Success! Vault is sealed.\n");
  return 0;
}

function statusTable(seal: JsonObject): string {
  const sealed = seal["sealed"] === true;
  const nonce = seal["nonce"] === "" ? "n/a" : (seal["nonce"] ?? "");
  const progress: Row[] = [
    ["Unseal Progress", `${String(seal["progress"])}/${String(seal["t"])}`],
    ["Unseal Nonce", nonce],
  ];
  return table([
    ["Seal Type", seal["type"] ?? ""],
    ["Initialized", seal["initialized"] ?? false],
    ["Sealed", sealed],
    ["Total Shares", seal["n"] ?? 0],
    ["Threshold", seal["t"] ?? 0],
    ...(sealed ? progress : []),
    ["Version", seal["version"] ?? ""],
    ["Build Date", seal["build_date"] ?? ""],
    ["Storage Type", seal["storage_type"] ?? ""],
    ...(sealed
      ? []
      : ([
          ["Cluster Name", seal["cluster_name"] ?? ""],
          ["Cluster ID", seal["cluster_id"] ?? ""],
        ] as Row[])),
    ["HA Enabled", false],
  ]);
}
