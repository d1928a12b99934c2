/** API keys of organizations. */
import type { ApiKeyRow } from "../storage/store.ts";
import { API_KEY_PREFIX, newId, sha256Hex } from "./secrets.ts";

/** Enough for people to distinguish keys, far too little to guess the rest. */
const SHOWN_LENGTH = 10;

export interface ApiKeyView {
  id: string;
  name: string;
  prefix: string;
  createdAt: string;
}

export interface NewApiKey {
  row: ApiKeyRow & { keyHash: string };
  view: ApiKeyView;
  key: string;
}

export async function newApiKey(name: string, secret: string, nowMs: number): Promise<NewApiKey> {
  const key = API_KEY_PREFIX + secret;
  const row: ApiKeyRow = { id: newId("key-"), name, prefix: key.slice(0, SHOWN_LENGTH), createdAtMs: nowMs };
  return { row: { ...row, keyHash: sha256Hex(key) }, view: apiKeyView(row), key };
}

export function apiKeyView({ id, name, prefix, createdAtMs }: ApiKeyRow): ApiKeyView {
  return { id, name, prefix, createdAt: new Date(createdAtMs).toISOString() };
}
