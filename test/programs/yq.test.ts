/** yq as its manual describes it (https://mikefarah.gitbook.io/yq): the tool itself was not at hand. */
import { describe, expect, it } from "vitest";
import { FakeFiles } from "../support/fake-files.ts";
import { NOW_MS, runProgram } from "../support/fake-process.ts";

const DEPLOYMENT = `# the web tier
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web # the name
  labels: {app: web}
spec:
  replicas: 2

  template:
    spec:
      containers:
        - name: nginx
          image: "nginx:1.25"
        - name: side
          image: busybox
`;
const MANY = "kind: Service\nmetadata:\n  name: a\n---\nkind: Deployment\nmetadata:\n  name: b\n";

function yq(argv: readonly string[], { stdin = "", env = {} }: { stdin?: string; env?: Record<string, string> } = {}) {
  const files = new FakeFiles(NOW_MS);
  files.write("/d.yaml", DEPLOYMENT);
  files.write("/many.yaml", MANY);
  files.write("/a.yaml", "a: 1\nb:\n  c: 2\n");
  files.write("/b.yaml", "b:\n  d: 3\n");
  files.write("/j.json", '{"x":{"y":[1,"2",null]}}');
  const run = runProgram({ argv: ["yq", ...argv], files, stdin, cwd: "/", env: { PATH: "/bin", ...env } });
  return { ...run, read: (name: string) => files.read(`/${name}`) };
}

describe("yq", () => {
  it.each<[string[], string]>([
    [[".spec.replicas", "d.yaml"], "2\n"],
    [["e", ".metadata.labels.app", "d.yaml"], "web\n"],
    [[".spec.template.spec.containers[].image", "d.yaml"], "nginx:1.25\nbusybox\n"],
    [[".spec.template.spec.containers[0]", "d.yaml"], 'name: nginx\nimage: "nginx:1.25"\n'],
    [['.spec.template.spec.containers[] | select(.name == "side") | .image', "d.yaml"], "busybox\n"],
    [[".missing", "d.yaml"], "null\n"],
    [['.missing // "none"', "d.yaml"], "none\n"],
    [["length", "d.yaml"], "4\n"],
    [["keys", "d.yaml"], "- apiVersion\n- kind\n- metadata\n- spec\n"],
    [['.metadata | has("name")', "d.yaml"], "true\n"],
    [[".kind | downcase", "d.yaml"], "deployment\n"],
    [[".spec | type", "d.yaml"], "!!map\n"],
    [[".metadata.name", "many.yaml"], "a\n---\nb\n"],
    [["-N", ".metadata.name", "many.yaml"], "a\nb\n"],
    [['select(.kind == "Deployment") | .metadata.name', "many.yaml"], "b\n"],
    [["select(documentIndex == 0)", "many.yaml"], "kind: Service\nmetadata:\n  name: a\n"],
    [["-o", "json", ".b", "a.yaml"], '{\n  "c": 2\n}\n'],
    [["-o=json", "-I=0", ".", "a.yaml"], '{"a":1,"b":{"c":2}}\n'],
    [["-o", "props", ".", "a.yaml"], "a = 1\nb.c = 2\n"],
    [["-P", ".", "j.json"], 'x:\n  y:\n    - 1\n    - "2"\n    - null\n'],
    [["-n", ".a.b = 3"], "a:\n  b: 3\n"],
    [["eval-all", "select(fileIndex == 0) * select(fileIndex == 1)", "a.yaml", "b.yaml"], "a: 1\nb:\n  c: 2\n  d: 3\n"],
    [["ea", ". as $item ireduce ({}; . * $item)", "a.yaml", "b.yaml"], "a: 1\nb:\n  c: 2\n  d: 3\n"],
    [['to_entries | map(.key) | join(",")', "a.yaml"], "a,b\n"],
    [[".a = strenv(V) | .b.c = env(N)", "a.yaml"], "a: x\nb:\n  c: 7\n"],
    [["del(.b)", "a.yaml"], "a: 1\n"],
    [['with(.b; .c = 5 | .e = "x")', "a.yaml"], "a: 1\nb:\n  c: 5\n  e: x\n"],
    [["sort_keys(.)", "b.yaml"], "b:\n  d: 3\n"],
  ])("%j", (argv, stdout) => {
    expect(yq(argv, { env: { V: "x", N: "7" } })).toMatchObject({ stdout, status: 0 });
  });

  it("reads the standard input", () => {
    expect(yq([".a"], { stdin: "a: 1\n" }).stdout).toBe("1\n");
    expect(yq([".a", "-"], { stdin: '{"a": [1]}' }).stdout).toBe("[1]\n");
  });

  it("changes a file in place and keeps its comments", () => {
    const run = yq(["-i", '.spec.replicas = 5 | .spec.template.spec.containers[1].image = "busybox:1.36"', "d.yaml"]);
    expect(run).toMatchObject({ stdout: "", status: 0 });
    const wanted = DEPLOYMENT.replace("replicas: 2", "replicas: 5").replace("image: busybox", "image: busybox:1.36");
    expect(run.read("d.yaml")).toBe(wanted);
  });

  it.each<[string[], string]>([
    [[".a", "none.yaml"], "Error: open none.yaml: no such file or directory\n"],
    [["--nope", ".", "a.yaml"], "Error: unknown flag: --nope\n"],
    [["-e", ".nope", "a.yaml"], "Error: no matches found\n"],
    [["-o", "toml", ".", "a.yaml"], "Error: unknown format 'toml' please use [yaml|json|props|csv|tsv|xml]\n"],
  ])("%j is refused", (argv, stderr) => {
    expect(yq(argv)).toMatchObject({ stderr, status: 1 });
  });

  it("says what it does not have", () => {
    expect(yq(['.a line_comment = "x"', "a.yaml"])).toMatchObject({ status: 1, stdout: "" });
  });
});
