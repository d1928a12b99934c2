/**
 * Fills Secrets that request a ServiceAccount's token, and deletes Secrets whose account was removed.
 * Kubernetes: pkg/controller/serviceaccount/tokens_controller.go
 */
import { signingKeyOf } from "../cluster/issuer/issuer.ts";
import { issueSecretToken } from "../cluster/issuer/service-account-tokens.ts";
import type { Transaction } from "../cluster/transaction.ts";
import { secretKind } from "../kinds/core/secret.ts";
import { serviceAccountKind } from "../kinds/core/service-account.ts";
import { objectKey, parseKey } from "../kinds/kind.ts";
import { encodeBase64 } from "../lib/encoding.ts";
import type { Secret, ServiceAccount } from "../schema/index.ts";
import { type Controller, self } from "./controller.ts";

const TOKEN_SECRET = "kubernetes.io/service-account-token";
const ACCOUNT_NAME = "kubernetes.io/service-account.name";
const ACCOUNT_UID = "kubernetes.io/service-account.uid";

export const serviceAccountTokens: Controller = {
  name: "tokens-controller",
  manager: "kube-controller-manager",
  watches: [
    self(secretKind),
    {
      resource: "core/serviceaccounts",
      map({ key }, tx) {
        const { namespace, name } = parseKey(key);
        return tokenSecrets(tx, namespace, name).map(({ metadata }) =>
          objectKey(secretKind, namespace, metadata.name ?? ""),
        );
      },
    },
  ],

  reconcile(tx, key) {
    const secret = tx.getByKey(key) as Secret | undefined;
    if (secret?.type !== TOKEN_SECRET || secret.metadata.deletionTimestamp) return;
    const account = accountOf(tx, secret);
    if (!account) return tx.delete(secretKind as never, secret);
    // The creation of such a Secret asks for the key through `needs`, so it exists.
    if (!signingKeyOf(tx) || isFilled(tx, secret, account)) return;
    tx.update(secretKind, secret, (draft) => fill(tx, draft, account));
  },
};

function tokenSecrets(tx: Transaction, namespace: string, account: string): Secret[] {
  return tx
    .list(secretKind, namespace)
    .filter(({ type, metadata }) => type === TOKEN_SECRET && metadata.annotations?.[ACCOUNT_NAME] === account);
}

/** The account that the Secret refers to by name, and by uid if it has one. */
function accountOf(tx: Transaction, { metadata }: Secret): ServiceAccount | undefined {
  const { [ACCOUNT_NAME]: name = "", [ACCOUNT_UID]: uid } = metadata.annotations ?? {};
  const account = tx.get(serviceAccountKind, metadata.namespace ?? "", name);
  return account && (!uid || uid === account.metadata.uid) ? account : undefined;
}

function isFilled(tx: Transaction, { metadata, data }: Secret, account: ServiceAccount): boolean {
  return (
    metadata.annotations?.[ACCOUNT_UID] === account.metadata.uid &&
    Boolean(data?.["token"]) &&
    data?.["namespace"] === encodeBase64(metadata.namespace ?? "") &&
    data["ca.crt"] === encodeBase64(tx.settings.caCertificate)
  );
}

function fill(tx: Transaction, draft: Secret, account: ServiceAccount): void {
  const { metadata } = draft;
  metadata.annotations = { ...metadata.annotations, [ACCOUNT_UID]: account.metadata.uid ?? "" };
  draft.data = {
    ...draft.data,
    "ca.crt": encodeBase64(tx.settings.caCertificate),
    namespace: encodeBase64(metadata.namespace ?? ""),
    token: draft.data?.["token"] || encodeBase64(issueSecretToken(tx, account, metadata.name ?? "")),
  };
}
