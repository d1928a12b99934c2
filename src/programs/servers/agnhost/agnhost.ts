/**
 * agnhost: one program with many subcommands. The subcommand is the first argument, or the name of the program.
 * Kubernetes: test/images/agnhost/agnhost.go
 */
import type { ProcessView, Program } from "../../../shell/program.ts";
import { printLines } from "../log.ts";
import { auditProxy } from "./audit-proxy.ts";
import { guestbook } from "./guestbook.ts";
import { issuerDiscovery } from "./issuer-discovery.ts";
import { netexec } from "./netexec.ts";
import {
  fakeGitserver,
  httpEcho,
  nettest,
  noSnatTest,
  noSnatTestProxy,
  portForwardTester,
  tcpReset,
} from "./network-tests.ts";
import { resourceConsumer, resourceConsumerController } from "./resource-consumer.ts";
import { grpcHealthChecking, liveness, pause, porter, serveHostname, testWebserver } from "./small-servers.ts";
import {
  connect,
  dnsServerList,
  dnsSuffix,
  entrypointTester,
  etcHosts,
  inclusterclient,
  logsGenerator,
  mounttest,
} from "./tasks.ts";
import { conversionWebhook, webhook } from "./webhooks.ts";

const SUBCOMMANDS: Readonly<Record<string, Program>> = {
  "audit-proxy": auditProxy,
  connect,
  "crd-conversion-webhook": conversionWebhook,
  "dns-server-list": dnsServerList,
  "dns-suffix": dnsSuffix,
  "entrypoint-tester": entrypointTester,
  "etc-hosts": etcHosts,
  "fake-gitserver": fakeGitserver,
  "grpc-health-checking": grpcHealthChecking,
  guestbook,
  "http-echo": httpEcho,
  inclusterclient,
  liveness,
  "logs-generator": logsGenerator,
  mounttest,
  netexec,
  nettest,
  "no-snat-test": noSnatTest,
  "no-snat-test-proxy": noSnatTestProxy,
  pause,
  "port-forward-tester": portForwardTester,
  porter,
  "resource-consumer": resourceConsumer,
  "resource-consumer-controller": resourceConsumerController,
  "serve-hostname": serveHostname,
  "tcp-reset": tcpReset,
  "test-service-account-issuer-discovery": issuerDiscovery,
  "test-webserver": testWebserver,
  webhook,
};

const VERSION = "2.59";

export const agnhost: Program = {
  // Every subcommand takes the signals that it handles; the others end by any of these.
  handles: ["TERM", "INT", "QUIT", "URG"],
  run(process) {
    const program = subcommandOf(process);
    if (program) {
      const isTask = program.handles === undefined;
      if (isTask && process.takeSignal()) return { type: "exit", status: 2 };
      return program.run(process);
    }
    const name = process.argv[1] ?? "";
    if (name === "--version" || name === "version") {
      printLines(process, 1, [`agnhost version ${VERSION}`]);
      return { type: "exit", status: 0 };
    }
    if (name === "" || name === "help" || name === "--help") {
      printLines(process, 1, [
        "Usage:",
        "  agnhost [command]",
        "",
        "Available Commands:",
        ...Object.keys(SUBCOMMANDS).map((each) => `  ${each}`),
      ]);
      return { type: "exit", status: 0 };
    }
    const problem = name.startsWith("-")
      ? `unknown flag: ${name}`
      : `unknown command ${JSON.stringify(name)} for "app"`;
    printLines(process, 2, [`Error: ${problem}`, "Run 'app --help' for usage.", problem]);
    return { type: "exit", status: 1 };
  },
  serve: (process, request) =>
    subcommandOf(process)?.serve?.(process, request) ?? { type: "failed", why: "refused", afterMs: 0 },
};

/** `/agnhost-2` runs the tester of entrypoints for all arguments that name no subcommand. */
function subcommandOf({ argv }: ProcessView): Program | undefined {
  if (/agnhost-2$/.test(argv[0] ?? "")) return SUBCOMMANDS[argv[1] ?? ""] ?? entrypointTester;
  return Object.hasOwn(SUBCOMMANDS, argv[1] ?? "") ? SUBCOMMANDS[argv[1] ?? ""] : undefined;
}
