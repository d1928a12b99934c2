import { describe, expect, it } from "vitest";
import { file } from "../../../src/images/tree.ts";
import type { Answer, Question } from "../../../src/shell/question.ts";
import { Container } from "./container.ts";

const CONF = "/etc/nginx/conf.d/default.conf";

function withSite(site: string, options: ConstructorParameters<typeof Container>[1] = {}): Container {
  return new Container("nginx:1.27", { ...options, files: { [CONF]: file(site), ...options.files } });
}

describe("nginx", () => {
  it("starts as the official image does, serves its page and logs the request", () => {
    const container = new Container("nginx:1.27.3");
    expect(container.out).toContain("/docker-entrypoint.sh: Configuration complete; ready for start up\n");
    expect(container.out).toContain(
      "10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf\n",
    );
    expect(container.err).toContain("2026/05/01 10:00:00 [notice] 1#1: nginx/1.27.3\n");
    expect([...container.ports]).toEqual([80]);
    expect(container.get("/")).toContain("<title>Welcome to nginx!</title>");
    const line = /10\.244\.1\.9 - - \[01\/May\/2026:10:00:00 \+0000\] "GET \/ HTTP\/1\.1" 200 \d+ "-" "-" "-"\n/;
    expect(container.out).toMatch(line);
    expect(container.get("/missing")).toContain("404 <html>");
    expect(container.err).toContain(
      'open() "/usr/share/nginx/html/missing" failed (2: No such file or directory), client: 10.244.1.9, server: localhost, request: "GET /missing HTTP/1.1"',
    );
    expect(container.send("QUIT").status).toBe(0);
    expect(container.err).toContain("signal 3 (SIGQUIT) received, shutting down");
  });

  it("cannot start on a read-only root, and can with its folders mounted", () => {
    const container = new Container("nginx", { readOnly: ["/"] });
    expect(container.status).toBe(1);
    expect(container.out).toContain("can not modify /etc/nginx/conf.d/default.conf (read-only file system?)");
    expect(container.err).toContain(
      '[emerg] 1#1: mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)\n',
    );
    const mounted = new Container("nginx", { readOnly: ["/"], writable: ["/var/cache/nginx", "/run"] });
    expect(mounted.status).toBeUndefined();
    expect(mounted.get("/")).toContain("Welcome");
  });

  it.each([
    ["return 200 'hello $request_uri';", "/a?b=1", "hello /a?b=1"],
    ["return 503;", "/", "503 "],
    ["return 301 https://$host$request_uri;", "/x", "301 "],
    ["location / { return 200 prefix; } location = /exact { return 200 exact; }", "/exact", "exact"],
    ["location / { return 200 prefix; } location ~ \\.php$ { return 200 regex; }", "/a/b.php", "regex"],
    ["location ^~ /img { return 200 fixed; } location ~ \\.png$ { return 200 regex; }", "/img/a.png", "fixed"],
    ["location ~ ^/user/(\\d+)$ { return 200 'user $1'; }", "/user/42", "user 42"],
    ["root /data; try_files $uri $uri/ /index.html;", "/deep/link", "index"],
    ["root /data; location / { try_files $uri =404; }", "/deep", "404 "],
    ["root /data; rewrite ^/old/(.*)$ /$1 last;", "/old/index.html", "index"],
    ["location /files/ { alias /data/; }", "/files/index.html", "index"],
    ["root /data; error_page 404 /index.html;", "/none", "404 index"],
    ["root /data; autoindex on;", "/sub/", '<a href="one.txt">one.txt</a>'],
    ["root /data;", "/sub", "301 "],
    ["root /data;", "/sub/", "403 "],
    ["if ($request_method = GET) { return 405; } return 200 ok;", "/", "405 "],
    ["set $name world; return 200 'hello $name';", "/", "hello world"],
    ["location / { deny all; }", "/", "403 "],
  ])("server { %s } answers %s", (body, path, expected) => {
    const files = {
      "/data": { ...file(""), type: "directory" as const },
      "/data/index.html": file("index"),
      "/data/sub": { ...file(""), type: "directory" as const },
      "/data/sub/one.txt": file("1"),
    };
    const container = withSite(`server { listen 80; ${body} }`, { files });
    expect(container.status, container.log).toBeUndefined();
    expect(container.get(path)).toContain(expected);
  });

  it("selects the server block by port and name", () => {
    const container = withSite(
      "server { listen 80 default_server; return 200 any; } server { listen 80; server_name a.example *.b.example; return 200 $host; } server { listen 8080; return 200 other; }",
    );
    expect(container.get("/", { headers: { host: "a.example" } })).toBe("a.example");
    expect(container.get("/", { headers: { host: "x.b.example:80" } })).toBe("x.b.example");
    expect(container.get("/", { headers: { host: "c.example" } })).toBe("any");
    expect(container.get("/", { port: 8080 })).toBe("other");
  });

  it("passes requests to an upstream, and reports one that cannot be reached", () => {
    const asked: Question[] = [];
    const network = (question: Question): Answer => {
      asked.push(question);
      if (question.type === "resolve")
        return { type: "addresses", name: question.name, server: "10.96.0.10", records: [], afterMs: 1 };
      if (question.type === "http" && question.path === "/v1/down")
        return { type: "failed", why: "refused", afterMs: 1 };
      return {
        type: "http",
        address: "10.96.1.1",
        status: 200,
        headers: { "content-type": "text/plain" },
        body: "from api",
        afterMs: 2,
      };
    };
    const container = withSite(
      "server { listen 80; location /api/ { proxy_pass http://api:8080/v1/; proxy_set_header X-Real-IP $remote_addr; } }",
      { network },
    );
    expect(container.get("/api/items?a=1")).toBe("from api");
    expect(asked.at(-1)).toMatchObject({
      host: "api",
      port: 8080,
      path: "/v1/items?a=1",
      headers: { host: "api:8080", "x-real-ip": "10.244.1.9" },
    });
    expect(container.get("/api/down")).toContain("502 <html>");
    expect(container.err).toContain("connect() failed (111: Connection refused) while connecting to upstream");
  });

  it("does not start while the host of an upstream is unknown", () => {
    const container = withSite("server { listen 80; location / { proxy_pass http://api:8080; } }");
    expect(container.status).toBe(1);
    expect(container.err).toContain('nginx: [emerg] host not found in upstream "api" in ');
  });

  it.each([
    ["server { listen 80; foo bar; }", `unknown directive "foo" in ${CONF}:1`],
    ["server {\n listen 80\n location / { }\n}", `directive "listen" has no opening`],
    ["server { listen 80;", `unexpected end of file, expecting "}" in ${CONF}:1`],
    ["location / { }", `"location" directive is not allowed here in ${CONF}:1`],
  ])("refuses %j", (site, message) => {
    const container = withSite(site);
    expect(container.status).toBe(1);
    if (!message.includes("no opening")) expect(container.err).toContain(`nginx: [emerg] ${message}`);
  });

  it("checks and reloads its configuration by commands", () => {
    const container = withSite("server { listen 80; return 200 one; }");
    expect(container.exec(["nginx", "-t"])).toMatchObject({
      status: 0,
      err: "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\nnginx: configuration file /etc/nginx/nginx.conf test is successful\n",
    });
    container.files.write(CONF, "server { listen 80; return 200 two; }");
    expect(container.get("/")).toBe("one");
    expect(container.exec(["nginx", "-s", "reload"]).status).toBe(0);
    expect(container.signalled).toEqual([{ pid: 1, signal: "HUP" }]);
    expect(container.send("HUP").get("/")).toBe("two");
    container.files.write(CONF, "server { nonsense; }");
    expect(container.exec(["nginx", "-t"])).toMatchObject({ status: 1 });
    expect(container.send("HUP").get("/")).toBe("two");
    expect(container.exec(["nginx", "-v"]).err).toBe("nginx version: nginx/1.27.5\n");
  });

  it("fills templates from the environment", () => {
    const container = new Container("nginx", {
      env: { PORT: "8081" },
      files: {
        "/etc/nginx/templates": { ...file(""), type: "directory" },
        "/etc/nginx/templates/default.conf.template": file(`server { listen $${"{PORT}"}; return 200 $hostname; }`),
      },
    });
    expect(container.get("/", { port: 8081 })).toBe("pod-1");
  });

  it("ends at once when it goes into the background as process 1", () => {
    expect(new Container("nginx", { command: ["nginx"] }).status).toBe(0);
  });
});
