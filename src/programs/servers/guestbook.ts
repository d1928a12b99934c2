/**
 * The front end of Kubernetes' guestbook: its page, and the script behind it, which reads and writes one key of Redis.
 * Kubernetes: https://github.com/GoogleCloudPlatform/kubernetes-engine-samples (quickstarts/guestbook/php-redis)
 */
import { isJsonObject } from "../../lib/json.ts";
import { isNameFailure } from "../../shell/network-failure.ts";
import type { ProcessView } from "../../shell/program.ts";
import type { NetworkFailure } from "../../shell/question.ts";
import { type HttpAnswer, parameters, splitPath, text } from "./http.ts";
import type { HttpRequest } from "./server.ts";

const REDIS_PORT = 6379;

/** `index.html`. */
export const GUESTBOOK_PAGE = `<html ng-app="redis">
  <head>
    <title>Guestbook</title>
    <script src="controllers.js"></script>
  </head>
  <body ng-controller="RedisCtrl">
    <div style="width: 50%; margin-left: 20px">
      <h2>Guestbook</h2>
      <form>
        <fieldset>
          <input ng-model="msg" placeholder="Messages" class="form-control" type="text" name="input"><br>
          <button type="button" class="btn btn-primary" ng-click="controller.onRedis()">Submit</button>
        </fieldset>
      </form>
      <div>
        <div ng-repeat="msg in messages track by $index">{{msg}}</div>
      </div>
    </div>
  </body>
</html>
`;

/** `guestbook.php`, which names the Services of the primary and of the replicas. */
export function guestbookSource(primary: string, replica: string): string {
  return `<?php\n$PRIMARY = '${primary}';\n$REPLICA = '${replica}';\n// It is run by the server itself.\n`;
}

/** `guestbook.php?cmd=set&key=…&value=…` and `?cmd=get&key=…`; undefined for scripts that are not the guestbook's. */
export function guestbookScript(script: string, process: ProcessView, request: HttpRequest): HttpAnswer | undefined {
  const [, primary, replica] = /\$PRIMARY = '(.+?)';\s+\$REPLICA = '(.+?)';/.exec(script) ?? [];
  if (primary === undefined || replica === undefined) return undefined;
  const given = parameters(splitPath(request.path).query);
  const [command, key = "", value = ""] = ["cmd", "key", "value"].map((name) => given.get(name)?.[0]);
  if (command === undefined) return text(200, "", { contentType: "text/html; charset=UTF-8" });
  const isWrite = command === "set";
  const host = hostOf(process, isWrite ? primary : replica);
  const answer = process.ask({
    type: "message",
    host,
    port: REDIS_PORT,
    protocol: "redis",
    body: { args: isWrite ? ["SET", key, value] : ["GET", key], db: 0 },
    timeoutMs: 5000,
  });
  const reply = answer?.type === "message" && isJsonObject(answer.body) ? answer.body["reply"] : undefined;
  if (isJsonObject(reply) && typeof reply["error"] === "string") return fatal("ServerException", reply["error"]);
  if (reply === undefined)
    return fatal("ConnectionException", failureOf(answer?.type === "failed" ? answer.why : "timeout", host));
  const body = isWrite ? '{"message": "Updated"}' : `{"data": "${typeof reply === "string" ? reply : ""}"}`;
  return text(200, body, { contentType: "application/json" });
}

/** `GET_HOSTS_FROM=env`: by the variables of the Services; else by DNS. */
function hostOf({ env }: ProcessView, service: string): string {
  const variable = `${service.toUpperCase().replaceAll("-", "_")}_SERVICE_HOST`;
  return env["GET_HOSTS_FROM"] === "env" ? (env[variable] ?? "") : service;
}

function failureOf(why: NetworkFailure, host: string): string {
  const at = `[tcp://${host}:${REDIS_PORT}]`;
  if (why === "refused") return `Connection refused ${at}`;
  return isNameFailure(why)
    ? `php_network_getaddresses: getaddrinfo failed: Name or service not known ${at}`
    : `Connection timed out ${at}`;
}

/** PHP shows errors in the page, because the script asks for it, so the status stays 200. */
function fatal(exception: string, message: string): HttpAnswer {
  const body = `<br />\n<b>Fatal error</b>:  Uncaught Predis\\Connection\\${exception}: ${message}\n`;
  return text(200, body, { contentType: "application/json" });
}
