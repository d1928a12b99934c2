/**
 * Kubernetes' authorizer library: an expression asks whether the user of a request may do something else.
 * `authorizer.group("apps").resource("deployments").namespace("shop").check("create").allowed()`
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/cel/library/authz.go
 */
import type { Environment } from "@marcbachmann/cel-js";
import { charge } from "../metering.ts";

/** The attributes of the question. The path is empty for resources. */
export interface AuthorizationQuestion {
  verb: string;
  path: string;
  group: string;
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
  /** The user of the question; undefined: the user of the request. */
  serviceAccount?: { namespace: string; name: string };
}

/** The reason is the authorizer's own; it may be empty. */
export interface AuthorizationAnswer {
  allowed: boolean;
  reason: string;
}

/** Answers for the user of the request, or for the ServiceAccount that the question names. */
export type Authorize = (question: AuthorizationQuestion) => AuthorizationAnswer;

/** Each question searches all roles and bindings. */
const CHECK_COST = 1_000;

const NOTHING: AuthorizationQuestion = {
  verb: "",
  path: "",
  group: "",
  resource: "",
  subresource: "",
  namespace: "",
  name: "",
};

class Question {
  readonly authorize: Authorize;
  readonly asked: AuthorizationQuestion;

  constructor(authorize: Authorize, asked: AuthorizationQuestion) {
    this.authorize = authorize;
    this.asked = asked;
  }

  check(verb: string): Decision {
    charge(CHECK_COST);
    return new Decision(this.authorize({ ...this.asked, verb }));
  }
}

class PathCheck extends Question {}
class GroupCheck extends Question {}
class ResourceCheck extends Question {
  with(more: Partial<AuthorizationQuestion>): ResourceCheck {
    return new ResourceCheck(this.authorize, { ...this.asked, ...more });
  }
}

class Decision {
  readonly answer: AuthorizationAnswer;

  constructor(answer: AuthorizationAnswer) {
    this.answer = answer;
  }
}

/** The variable `authorizer`. `requestResource` asks about the resource of the request. */
export class Authorizer {
  readonly authorize: Authorize;
  readonly asked: AuthorizationQuestion;
  readonly requestResource: ResourceCheck;

  constructor(authorize: Authorize, request: Partial<AuthorizationQuestion>) {
    this.authorize = authorize;
    this.asked = { ...NOTHING, ...(request.serviceAccount && { serviceAccount: request.serviceAccount }) };
    this.requestResource = new ResourceCheck(authorize, { ...NOTHING, ...request });
  }
}

/** CEL's name of the type of `authorizer`. */
export const AUTHORIZER_TYPE = "kubernetes.authorization.Authorizer";
const PATH = "kubernetes.authorization.PathCheck";
const GROUP = "kubernetes.authorization.GroupCheck";
const RESOURCE = "kubernetes.authorization.ResourceCheck";
const DECISION = "kubernetes.authorization.Decision";

/** Registers the types and functions of the library. The caller declares the variable. */
export function registerAuthorizer(environment: Environment): void {
  environment
    .registerType(DECISION, Decision)
    .registerType(PATH, PathCheck)
    .registerType(GROUP, GroupCheck)
    .registerType(RESOURCE, ResourceCheck)
    .registerType(AUTHORIZER_TYPE, { ctor: Authorizer, fields: { requestResource: RESOURCE } })
    .registerFunction(`${AUTHORIZER_TYPE}.path(string): ${PATH}`, ({ authorize, asked }: Authorizer, path: string) => {
      if (path === "") throw new Error("path must not be empty");
      return new PathCheck(authorize, { ...asked, path });
    })
    .registerFunction(
      `${AUTHORIZER_TYPE}.group(string): ${GROUP}`,
      ({ authorize, asked }: Authorizer, group: string) => new GroupCheck(authorize, { ...asked, group }),
    )
    .registerFunction(
      `${AUTHORIZER_TYPE}.serviceAccount(string, string): ${AUTHORIZER_TYPE}`,
      ({ authorize }: Authorizer, namespace: string, name: string) =>
        new Authorizer(authorize, { serviceAccount: { namespace, name } }),
    )
    .registerFunction(
      `${GROUP}.resource(string): ${RESOURCE}`,
      ({ authorize, asked }: GroupCheck, resource: string) => new ResourceCheck(authorize, { ...asked, resource }),
    );
  for (const part of ["subresource", "namespace", "name"] as const) {
    environment.registerFunction(`${RESOURCE}.${part}(string): ${RESOURCE}`, (check: ResourceCheck, value: string) =>
      check.with({ [part]: value }),
    );
  }
  // Roles and bindings do not depend on selectors.
  for (const selector of ["fieldSelector", "labelSelector"]) {
    environment.registerFunction(`${RESOURCE}.${selector}(string): ${RESOURCE}`, (check: ResourceCheck) => check);
  }
  for (const type of [PATH, RESOURCE]) {
    environment.registerFunction(`${type}.check(string): ${DECISION}`, (question: Question, verb: string) =>
      question.check(verb),
    );
  }
  environment
    .registerFunction(`${DECISION}.allowed(): bool`, ({ answer }: Decision) => answer.allowed)
    .registerFunction(`${DECISION}.reason(): string`, ({ answer }: Decision) => answer.reason)
    .registerFunction(`${DECISION}.errored(): bool`, () => false)
    .registerFunction(`${DECISION}.error(): string`, () => "");
}
