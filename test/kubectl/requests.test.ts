/**
 * The requests of kubectl's commands, from its own log: the same number as with a real server, no retry, no second
 * request for the same resource in another form, no warning.
 */
import { expect, it } from "vitest";
import { describeNewestKubectl, type KubectlSession } from "./harness.ts";
import { CONFIGURATION, webManifest } from "./objects.ts";

/** The paths of discovery and OpenAPI, which kubectl requests when its cache is empty and before it applies. */
const DISCOVERY = ["GET /api 200", "GET /apis 200"];
const DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
const PODS = "/api/v1/namespaces/default/pods";
const openApi = (...groups: string[]) => [
  "GET /openapi/v3 200",
  ...groups.map((group) => `GET /openapi/v3/${group} 200`),
];
const created = (collection: string, name: string) => [`GET ${collection}/${name} 404`, `POST ${collection} 201`];

/** Commands and their requests, in order. Objects of one command exist for the next ones. */
const COMMANDS: readonly (readonly [string, readonly string[]])[] = [
  ["version", ["GET /version 200"]],
  ["get pods", [...DISCOVERY, `GET ${PODS} 200`]],
  ["get pods,services -o wide", [`GET ${PODS} 200`, "GET /api/v1/namespaces/default/services 200"]],
  ["get pod nope", [`GET ${PODS}/nope 404`]],
  [
    "apply -f web.yaml",
    [
      ...openApi("apis/apps/v1", "api/v1"),
      ...created(DEPLOYMENTS, "web"),
      ...created("/api/v1/namespaces/default/services", "web"),
    ],
  ],
  [
    "apply -f web.yaml",
    [
      ...openApi("apis/apps/v1", "api/v1"),
      `GET ${DEPLOYMENTS}/web 200`,
      "GET /api/v1/namespaces/default/services/web 200",
    ],
  ],
  [
    "apply --server-side --force-conflicts -f web.yaml",
    [
      // Apply, take over the client-side applied fields, apply again, update the annotation.
      ...openApi("apis/apps/v1", "api/v1"),
      ...Array<string>(4).fill(`PATCH ${DEPLOYMENTS}/web 200`),
      ...Array<string>(4).fill("PATCH /api/v1/namespaces/default/services/web 200"),
    ],
  ],
  [
    "diff -f web.yaml",
    [
      `GET ${DEPLOYMENTS}/web 200`,
      ...openApi("apis/apps/v1"),
      "GET /api/v1/namespaces/default/services/web 200",
      "GET /openapi/v3/api/v1 200",
    ],
  ],
  ["rollout status deployment/web", [`GET ${DEPLOYMENTS}/web 200`, `WATCH ${DEPLOYMENTS} 200`]],
  ["set image deployment/web nginx=nginx:1.27", [`GET ${DEPLOYMENTS}/web 200`, `PATCH ${DEPLOYMENTS}/web 200`]],
  ["scale deployment/web --replicas=1", [`GET ${DEPLOYMENTS}/web 200`, `PATCH ${DEPLOYMENTS}/web/scale 200`]],
  ["label deployment/web a=b", [`GET ${DEPLOYMENTS}/web 200`, `PATCH ${DEPLOYMENTS}/web 200`]],
  [
    'patch deployment web -p \'{"spec":{"replicas":2}}\'',
    [`GET ${DEPLOYMENTS}/web 200`, `PATCH ${DEPLOYMENTS}/web 200`],
  ],
  ["create configmap cm --from-literal=a=1", ["POST /api/v1/namespaces/default/configmaps 201"]],
  ["run box --image=nginx", [`POST ${PODS} 201`]],
  ["wait --for=condition=Ready pod/box --timeout=50s", [`GET ${PODS}/box 200`, `WATCH ${PODS} 200`]],
  [
    "describe configmap cm",
    [
      ...Array<string>(2).fill("GET /api/v1/namespaces/default/configmaps/cm 200"),
      "GET /api/v1/namespaces/default/events 200",
    ],
  ],
  ["explain pods", openApi("api/v1")],
  ["auth can-i list pods", ["GET /api/v1 200", "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews 201"]],
  ["auth whoami", ["POST /apis/authentication.k8s.io/v1/selfsubjectreviews 201"]],
  ["create token default", ["POST /api/v1/namespaces/default/serviceaccounts/default/token 201"]],
  ["events", ["GET /api/v1/namespaces/default/events 200"]],
  ["top pods", DISCOVERY],
  [
    "delete configmap cm",
    ["DELETE /api/v1/namespaces/default/configmaps/cm 200", "GET /api/v1/namespaces/default/configmaps/cm 404"],
  ],
  ["delete pod nope", [`DELETE ${PODS}/nope 404`]],
];

// With instant latency the rollout is over before the next command. Otherwise a controller's status write can come
// between a read and a patch of kubectl, which then reads and patches again.
const SETTINGS = { latency: "instant" };

describeNewestKubectl(
  "its requests",
  (session) => {
    it("are the same as with a real server", async () => {
      await session().write("web.yaml", webManifest());
      await session().write("configuration.yaml", CONFIGURATION);
      const seen: [string, string[]][] = [];
      for (const [command] of COMMANDS)
        seen.push([command, withoutConflicts((await verbose(session(), command)).requests)]);
      expect(seen).toEqual(COMMANDS.map(([command, requests]) => [command, [...requests]]));
    });

    it("get no warnings", async () => {
      const logs = await Promise.all(
        [
          "get pods",
          "get deployments -A",
          "get pods -o yaml",
          "apply -f configuration.yaml",
          "describe deployment web",
        ].map((command) => verbose(session(), command)),
      );
      for (const { log } of logs) {
        expect(log).not.toMatch(
          /Warning: |Falling back|falling back|Retry-After|Got a Retry|throttl|406 Not Acceptable|415 Unsupported/,
        );
      }
    });
  },
  SETTINGS,
);

const RESPONSE = /"Response" verb="(\w+)" url="([^"]+)" status="(\d+)/g;

/** A command's requests in the log: method (WATCH for watches), path without the cluster's prefix, status. */
async function verbose({ run }: KubectlSession, command: string): Promise<{ requests: string[]; log: string }> {
  const { stderr: log } = await run(`${command} -v=9`);
  const requests = [...log.matchAll(RESPONSE)].map(([, verb, url, status]) => {
    const { pathname, searchParams } = new URL(url!);
    return `${searchParams.get("watch") === "true" ? "WATCH" : verb} ${pathname.replace(/^\/clusters\/\w+/, "")} ${status}`;
  });
  return { requests, log };
}

/**
 * Drops each conflict with the read that follows it. A controller may write the status between a read and a patch of
 * kubectl, in a real cluster too; kubectl then reads and patches again.
 */
function withoutConflicts(requests: readonly string[]): string[] {
  return requests.filter(
    (request, i) =>
      !/^PATCH .* 409$/.test(request) && !(request.startsWith("GET") && /^PATCH .* 409$/.test(requests[i - 1] ?? "")),
  );
}
