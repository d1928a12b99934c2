/** A request while ingress-nginx works on it, and the annotations that take part. */
import type { IngressBackend, IngressHost, IngressPath, IngressRules } from "../../../../lib/edge/ingress-rules.ts";
import type { ProcessView } from "../../../../shell/program.ts";
import { type HttpAnswer, splitPath } from "../../http.ts";
import { errorPage } from "../../nginx/pages.ts";
import type { HttpRequest } from "../../server.ts";
import type { UpstreamRequest } from "../upstream.ts";

export interface IngressExchange {
  readonly process: ProcessView;
  readonly request: HttpRequest;
  readonly rules: IngressRules;
  /** The host without its port, in lower case. */
  readonly host: string;
  readonly hostRules: IngressHost | undefined;
  /** The path without its query, decoded and normalized, as nginx compares it with locations. */
  readonly uri: string;
  readonly location: IngressPath;
  /** The client's address; behind other proxies if the controller trusts them. */
  readonly client: string;
  /** An annotation may choose another backend. */
  backend: IngressBackend | undefined;
  /** Of the Ingress whose backend was chosen. */
  annotations: Readonly<Record<string, string>>;
  readonly upstream: UpstreamRequest;
  /** Headers that are added to the answer. */
  readonly added: Record<string, string>;
}

/** One annotation or several that belong together. The hooks are called in the order of the registry. */
export interface IngressAnnotation {
  /** Answers without the backend. */
  answer?(exchange: IngressExchange): HttpAnswer | undefined;
  /** Changes the request that the backend gets. */
  prepare?(exchange: IngressExchange): void;
  /** Changes the backend's answer. */
  finish?(exchange: IngressExchange, answer: HttpAnswer): HttpAnswer;
}

/** The value of an annotation of the location, or of the controller's option with the same name. */
export function setting({ location, rules }: IngressExchange, name: string): string | undefined {
  return location.annotations[name] ?? rules.options[name];
}

export function isOn(exchange: IngressExchange, name: string, fallback = false): boolean {
  const value = setting(exchange, name);
  return value === undefined ? fallback : value === "true";
}

/** A page of nginx, which hides its version here. */
export function page(status: number, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return errorPage(status, undefined, headers);
}

export function queryOf({ request }: IngressExchange): string {
  const { query } = splitPath(request.path);
  return query === "" ? "" : `?${query}`;
}

export function cookieOf({ request }: IngressExchange, name: string): string | undefined {
  const cookies = (request.headers["cookie"] ?? "").split(/;\s*/).map((cookie) => cookie.split("="));
  return cookies.find(([key]) => key === name)?.[1];
}
