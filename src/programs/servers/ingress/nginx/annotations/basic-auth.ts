/** `auth-type: basic` with `auth-secret`: users and passwords from a Secret. */
import { isPassword } from "../../htpasswd.ts";
import { type IngressAnnotation, page } from "../exchange.ts";

export const basicAuth: IngressAnnotation = {
  answer({ location: { annotations, namespace }, request, rules }) {
    if (annotations["auth-type"] !== "basic") return undefined;
    const data = rules.secrets[`${namespace}/${annotations["auth-secret"] ?? ""}`];
    // Without its Secret the location cannot be protected, so it is closed.
    if (!data) return page(503);
    const isMap = annotations["auth-secret-type"] === "auth-map";
    const [user = "", password = ""] = credentials(request.headers["authorization"]);
    const hash = isMap ? data[user] : hashOf(data["auth"] ?? "", user);
    if (user !== "" && hash !== undefined && isPassword(password, hash.trim())) return undefined;
    const realm = annotations["auth-realm"] ?? "Authentication Required";
    return page(401, { "www-authenticate": `Basic realm="${realm}"` });
  },
};

function hashOf(file: string, user: string): string | undefined {
  const line = file.split("\n").find((each) => each.startsWith(`${user}:`));
  return line?.slice(user.length + 1);
}

function credentials(header: string | undefined): [string, string] | [] {
  const [, encoded = ""] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(header ?? "") ?? [];
  if (encoded.length % 4 !== 0 || encoded === "") return [];
  const decoded = atob(encoded);
  const at = decoded.indexOf(":");
  return at < 0 ? [] : [decoded.slice(0, at), decoded.slice(at + 1)];
}
