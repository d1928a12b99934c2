/** The commands of `vault`. */
import { Failure, type Session, type Steps } from "../../kubectl/core/session.ts";
import * as access from "./access-commands.ts";
import { argumentsOf, type Command } from "./cli.ts";
import * as seal from "./seal-commands.ts";
import * as secrets from "./secret-commands.ts";
import { BUILD_DATE, VERSION } from "./version.ts";

const COMMANDS: Readonly<Record<string, Command>> = {
  status: seal.status,
  "operator init": seal.initialize,
  "operator unseal": seal.unseal,
  "operator seal": seal.seal,
  login: access.login,
  "secrets enable": access.enableEngine,
  "secrets disable": access.disableEngine,
  "secrets list": access.listEngines,
  "auth enable": access.enableMethod,
  "auth disable": access.disableMethod,
  "auth list": access.listMethods,
  "policy write": access.writePolicy,
  "policy read": access.readPolicy,
  "policy list": access.listPolicies,
  "policy delete": access.removePolicy,
  "token create": access.createToken,
  "token lookup": access.lookUpToken,
  "kv put": secrets.put,
  "kv patch": secrets.patch,
  "kv get": secrets.get,
  "kv list": secrets.listKeys,
  "kv delete": secrets.remove,
  "kv undelete": secrets.restore,
  "kv metadata get": secrets.getMetadata,
  "kv metadata delete": secrets.removeMetadata,
  read: secrets.read,
  write: secrets.write,
  list: secrets.list,
  delete: secrets.removeAt,
};

/** One command of `vault`. */
export function* vaultCommand(session: Session): Steps<number> {
  const { words, flags } = argumentsOf(session.args);
  if (words[0] === "version" || ["-version", "--version", "-v"].includes(session.args[0] ?? "")) {
    session.print(`Vault v${VERSION}, built ${BUILD_DATE}\n`);
    return 0;
  }
  const length = [3, 2, 1].find((count) => Object.hasOwn(COMMANDS, words.slice(0, count).join(" "))) ?? 0;
  const command = COMMANDS[words.slice(0, length).join(" ")];
  if (!command) {
    session.warn(`vault ${words.join(" ")}: this command is not simulated\n`);
    return 127;
  }
  try {
    return yield* command(session, { words: words.slice(length), flags });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    session.warn(`${error.message}\n`);
    return error.status;
  }
}
