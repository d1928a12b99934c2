/**
 * The administrator's kubeconfig: every call with the same API key returns the same one. No secret is stored. The token is
 * derived (HMAC) from the API key and the credential's id. The id carries a mark, also derived from the key, by which the
 * credential is recognised. A revoked credential is not listed, so the next one has another id and another token.
 */
import { MAX_CREDENTIALS } from "../lib/limits.ts";
import { createdView, found, type OrganizationCaller } from "./creation.ts";
import { ADMINISTRATOR, type CredentialInput, credentialKubeconfig, newCredential } from "./credentials.ts";
import type { Platform } from "./platform.ts";
import { derivedSecret, newId } from "./secrets.ts";

const ID_PREFIX = "cred-";
/** Length of an id's random part, and of the mark after it. 36^8 marks make a false match very unlikely. */
const MARK_LENGTH = 8;

interface Asked {
  clusterId: string;
  /** RFC 3339; absent: until revoked. */
  expiresAt?: string | undefined;
}

/** One round trip when the credential exists, two when it is created. Two concurrent first calls may create two. */
export async function administratorKubeconfig(
  { store, secret: apiKey }: OrganizationCaller,
  { clusterId, expiresAt }: Asked,
  platform: Pick<Platform, "publicUrl" | "caCertificate" | "now">,
): Promise<string> {
  const expiresAtMs = expiresAt === undefined ? null : Date.parse(expiresAt);
  const markOf = (nonce: string) => markedId(apiKey, { clusterId, nonce, expiresAtMs });
  const secretOf = (id: string) => derivedSecret(apiKey, `kubeconfig\n${clusterId}\n${id}`);
  const credentials = found(await store.listCredentials(clusterId, { limit: MAX_CREDENTIALS }), "cluster");
  for (const { id, user, expiresAtMs: end } of credentials.rows) {
    if (user !== ADMINISTRATOR.user || end !== expiresAtMs) continue;
    if (id !== markOf(id.slice(ID_PREFIX.length, -MARK_LENGTH))) continue;
    return credentialKubeconfig(clusterId, ADMINISTRATOR.user, secretOf(id), platform).kubeconfig;
  }
  const id = markOf(newId("").slice(0, MARK_LENGTH));
  const input: CredentialInput = { ...ADMINISTRATOR, ...(expiresAt !== undefined && { expiresAt }) };
  const credential = await newCredential(clusterId, input, secretOf(id), platform, id);
  createdView(await store.createCredential(credential.row, null), credential.view, "cluster");
  return credential.kubeconfig;
}

/** The id with this random part and the mark that follows from the API key. */
function markedId(
  apiKey: string,
  { clusterId, nonce, expiresAtMs }: { clusterId: string; nonce: string; expiresAtMs: number | null },
): string {
  const mark = derivedSecret(apiKey, `kubeconfig id\n${clusterId}\n${nonce}\n${expiresAtMs ?? ""}`);
  return `${ID_PREFIX}${nonce}${mark.toLowerCase().slice(0, MARK_LENGTH)}`;
}
