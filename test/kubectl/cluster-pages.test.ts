/** Pages of Kubernetes' documentation about policies of namespaces, nodes and objects, followed with the newest kubectl. */
import { describePages } from "./pages/follow.ts";
import { objects } from "./pages/objects.ts";
import { policies } from "./pages/policies.ts";
import { scheduling } from "./pages/scheduling.ts";

describePages("pages about clusters", [...policies, ...scheduling, ...objects]);
