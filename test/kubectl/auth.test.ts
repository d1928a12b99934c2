import { expect, it } from "vitest";
import { JANES_REQUEST } from "../support/certificate-request.ts";
import { describeEveryKubectl } from "./harness.ts";

describeEveryKubectl(
  "who is who, and may do what",
  (session) => {
    it("creates tokens, and is authenticated by them as the account only", async () => {
      const { ok, run } = session();
      await ok("create serviceaccount builder");
      const token = (await ok("create token builder --duration=10m")).trim();
      expect(token.split(".")).toHaveLength(3);
      const as = `--token=${token}`;
      expect(await run(`auth can-i list pods ${as}`)).toMatchObject({ stdout: "no\n", exitCode: 1 });
      await ok("create rolebinding builder --clusterrole=view --serviceaccount=default:builder");
      expect(await ok(`auth can-i list pods ${as}`)).toBe("yes\n");
      expect(await ok(`get pods ${as}`)).toBe("");
      expect((await run(`create configmap x ${as}`)).stderr).toContain(
        'error: failed to create configmap: configmaps is forbidden: User "system:serviceaccount:default:builder" cannot ' +
          'create resource "configmaps" in API group "" in the namespace "default"',
      );
      const refused = await run(`get pods --token=${token.slice(0, -6)}AAAAAA`);
      expect(refused.stderr).toBe("error: You must be logged in to the server (Unauthorized)\n");
    });

    it("binds tokens to Secrets, and fills Secrets with tokens", async () => {
      const { ok, run } = session();
      await ok("create secret generic leash");
      const bound = await ok("create token default --bound-object-kind=Secret --bound-object-name=leash");
      expect(await ok(`auth can-i create selfsubjectaccessreviews.authorization.k8s.io --token=${bound.trim()}`)).toBe(
        "yes\n",
      );
      await ok("delete secret leash");
      expect((await run(`get pods --token=${bound.trim()}`)).exitCode).toBe(1);
      const secret = {
        apiVersion: "v1",
        kind: "Secret",
        type: "kubernetes.io/service-account-token",
        metadata: { name: "forever", annotations: { "kubernetes.io/service-account.name": "default" } },
      };
      await ok("apply -f -", { stdin: JSON.stringify(secret) });
      await ok("get namespaces");
      const described = await ok("describe secret forever");
      expect(described).toMatch(/Type: {2}kubernetes.io\/service-account-token[\s\S]*token: {6}eyJ/);
    });

    it("allows a student to work, and a viewer to read", async () => {
      const { ok, run, platform } = session();
      const tokenOf = async (role: string) =>
        `--token=${((await platform("credentials", { user: "anna", role })) as { token: string }).token}`;
      const [student, viewer] = [await tokenOf("student"), await tokenOf("viewer")];
      await ok(`create namespace lesson ${student}`);
      await ok(`create deployment web --image=nginx -n lesson ${student}`);
      for (const as of [student, viewer]) {
        expect(await ok(`get deployments -n lesson ${as}`)).toContain("web");
        expect(await ok(`describe node node-1 ${as}`)).toContain("Allocated resources");
        expect(await ok(`get storageclasses,persistentvolumes,customresourcedefinitions ${as}`)).toContain("standard");
        const refused = await run(`drain node-1 --ignore-daemonsets ${as}`);
        expect(refused.stderr).toContain('cannot patch resource "nodes"');
      }
      expect(await run(`auth can-i get secrets ${viewer}`)).toMatchObject({ stdout: "no\n", exitCode: 1 });
      expect((await run(`auth can-i create namespaces ${student}`)).stdout).toBe("yes\n");
      expect(await ok(`get clusterrolebindings ${viewer}`)).toContain("sandbar:students:admin");
    });

    it("lists a user's permissions, and reconciles roles", async () => {
      const { ok } = session();
      const roles = [
        {
          apiVersion: "rbac.authorization.k8s.io/v1",
          kind: "Role",
          metadata: { name: "reader", namespace: "default" },
          rules: [{ apiGroups: ["apps"], resources: ["deployments"], verbs: ["get", "list"] }],
        },
        {
          apiVersion: "rbac.authorization.k8s.io/v1",
          kind: "RoleBinding",
          metadata: { name: "reader", namespace: "default" },
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
          subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "jane" }],
        },
      ];
      const list = { stdin: JSON.stringify({ apiVersion: "v1", kind: "List", items: roles }) };
      expect(await ok("auth reconcile -f -", list)).toContain("role.rbac.authorization.k8s.io/reader reconciled");
      expect(await ok("auth reconcile -f -", list)).toContain(
        "rolebinding.rbac.authorization.k8s.io/reader reconciled",
      );
      const listed = await ok("auth can-i --list --as=jane");
      expect(listed).toMatch(/^deployments\.apps +\[\] +\[\] +\[get list\]$/m);
      expect(listed).toMatch(/^ +\[\/api\/\*\] +\[\] +\[get\]$/m);
      expect(await ok("auth can-i list deployments --as=jane --as-group=dev")).toBe("yes\n");
      expect(await ok("auth can-i '*' '*' --all-namespaces")).toBe("yes\n");
    });

    it("approves and denies requests for certificates", async () => {
      const { ok } = session();
      const request = (name: string) => ({
        apiVersion: "certificates.k8s.io/v1",
        kind: "CertificateSigningRequest",
        metadata: { name },
        spec: {
          request: btoa(JANES_REQUEST),
          signerName: "kubernetes.io/kube-apiserver-client",
          usages: ["client auth"],
        },
      });
      for (const name of ["jane", "joe"]) await ok("create -f -", { stdin: JSON.stringify(request(name)) });
      expect(await ok("certificate approve jane")).toBe(
        "certificatesigningrequest.certificates.k8s.io/jane approved\n",
      );
      expect(await ok("certificate deny joe")).toBe("certificatesigningrequest.certificates.k8s.io/joe denied\n");
      await ok("wait --for=condition=Approved csr/jane --timeout=20s");
      const rows = await ok("get csr --no-headers");
      expect(rows).toMatch(/^jane .*kubernetes-admin .*Approved,Issued$/m);
      expect(rows).toMatch(/^joe .*Denied$/m);
      expect(atob(await ok("get csr jane -o jsonpath={.status.certificate}"))).toContain("BEGIN CERTIFICATE");
    });
  },
  { ends: true },
);
