/** `kubectl debug` as its documentation shows it: in a running pod, in a copy, and on a node. */
import { expect, it } from "vitest";
import { describeNewestKubectl } from "./harness.ts";
import { hasTerminal, inTerminal } from "./terminal.ts";

describeNewestKubectl("debug", (session) => {
  const inTty = hasTerminal ? it : it.skip;

  inTty("adds an ephemeral container to a running pod", async () => {
    const { ok } = session();
    await ok("run web --image=nginx");
    await ok("wait --for=condition=Ready pod/web --timeout=60s");
    const screen = await inTerminal(session(), "debug -it web --image=busybox --target=web -c look", [
      { see: "try pressing enter", type: "echo in $HOSTNAME\r" },
      { see: "\nin web", type: "ps; kill -HUP 1; head -1 /proc/1/root/etc/hostname\r" },
      { see: "\nweb\r", type: "exit\r" },
    ]);
    expect(screen.text).toMatch(/\n +1 root +\d+:\d\d nginx: master process nginx -g daemon off;/);
    expect(await ok("logs web -c web")).toContain("signal 1 (SIGHUP) received");
    expect(screen.text).toContain("the ephemeral container will not be restarted");
    await ok("wait --for=jsonpath={.status.ephemeralContainerStatuses[0].state.terminated} pod/web --timeout=60s");
    expect(await ok("logs web -c look")).toContain("in web");
    expect(await ok("get pod web -o jsonpath={.status.containerStatuses[0].restartCount}")).toBe("0");
  });

  inTty("copies a pod, and adds a container to the copy", async () => {
    const { ok } = session();
    const screen = await inTerminal(session(), "debug web -it --copy-to=copy --image=busybox -c look -- sh", [
      { see: "try pressing enter", type: "echo in $HOSTNAME\r" },
      { see: "\nin copy", type: "exit\r" },
    ]);
    expect(screen.text).toContain("resume using");
    expect(await ok("get pod copy -o jsonpath={.spec.containers[*].name}")).toBe("web look");
  });

  inTty("enters a node, whose files are below /host", async () => {
    const { ok } = session();
    const screen = await inTerminal(session(), "debug node/node-1 -it --image=busybox", [
      { see: "try pressing enter", type: "ls -d /host/etc; echo on $HOSTNAME\r" },
      { see: "\non node-1", type: "exit\r" },
    ]);
    expect(screen.text).toContain("/host/etc");
    expect(await ok("get pods -o name")).toMatch(/pod\/node-debugger-node-1-\w{5}/);
  });
});
