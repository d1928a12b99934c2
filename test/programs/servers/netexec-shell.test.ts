/** `/shell` of agnhost's netexec: a server runs a command in its container for an answer. */
import { describe, expect, it } from "vitest";
import { NetworkWorld } from "../../simulation/network-world.ts";

/** The answers that a client receives, one line for each command, and the time at the end. */
function answers(...commands: readonly string[]): string[] {
  const world = new NetworkWorld("shell");
  world.serve("web", 1);
  world.advance(30);
  const calls = commands.map((command) => `curl -s -G --data-urlencode '${command}' http://web/shell; echo`);
  world.client("client", `${calls.join("\n")}\ndate +%s; sleep infinity`);
  world.advance(400);
  return world.log("client");
}

describe("netexec /shell", () => {
  it("answers with the output and the error of a command", () => {
    const [ok, failed, both, killed, missing] = answers(
      "cmd=echo hello",
      "cmd=exit 3",
      "shellCommand=echo out; echo err >&2; false",
      "cmd=kill -9 $$$$", // The kubelet makes one of two dollars.
      "cmd=nonsense 2>/dev/null",
    );
    expect(ok).toBe('{"output":"hello\\n"}');
    expect(failed).toBe('{"error":"exit status 3"}');
    expect(both).toBe('{"error":"exit status 1","output":"out\\nerr\\n"}');
    expect(killed).toBe('{"error":"signal: killed"}');
    expect(missing).toBe('{"error":"exit status 127"}');
  });

  it("runs pipes, keeps files, and lets the time of a sleep pass for its client", () => {
    const [piped, , file, before, , after] = answers(
      "cmd=seq 5 | grep -v 3 | wc -l",
      "cmd=echo kept > /tmp/kept",
      "cmd=cat /tmp/kept",
      "cmd=date +%s",
      "cmd=sleep 7",
      "cmd=date +%s",
    );
    expect(piped).toBe('{"output":"4\\n"}');
    expect(file).toBe('{"output":"kept\\n"}');
    const seconds = (line = "") => Number(/\d+/.exec(line)?.[0]);
    expect(seconds(after) - seconds(before)).toBe(7);
  });

  it("lets a command ask the network, also the server that runs it", () => {
    const [self, service, refused] = answers(
      "cmd=curl -s localhost:80/echo?msg=self",
      "cmd=curl -s http://web/echo?msg=service",
      "cmd=curl -s localhost:81/",
    );
    expect(self).toBe('{"output":"self"}');
    expect(service).toBe('{"output":"service"}');
    expect(refused).toBe('{"error":"exit status 7"}');
  });

  it("gives up a command that does not end, and answers the next one", () => {
    const [endless, next] = answers("cmd=sleep infinity", "cmd=ps | grep -c [s]leep");
    expect(endless).toBe("");
    expect(next).toBe('{"output":"1\\n"}');
  });

  it("waits for the processes that hold the output of an ended command, and no longer", () => {
    const [held, free] = answers("cmd=(sleep 2; echo late) & echo now", "cmd=sleep 1000 >/dev/null 2>&1 & echo now");
    expect(held).toBe('{"output":"now\\nlate\\n"}');
    expect(free).toBe('{"output":"now\\n"}');
  });

  it("bounds a command that computes without an end", () => {
    expect(answers("cmd=while true; do :; done", "cmd=echo next")).toContain('{"output":"next\\n"}');
  });

  it("keeps what a command has left behind: a server in the background answers later requests", () => {
    const [started, found] = answers(
      "cmd=/agnhost netexec --http-port=8090 --udp-port=-1 >/dev/null 2>&1 &",
      "cmd=curl -s localhost:8090/echo?msg=second",
    );
    expect(started).toBe("{}");
    expect(found).toBe('{"output":"second"}');
  });
});
