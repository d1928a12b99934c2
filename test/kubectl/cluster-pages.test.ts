/** Pages of Kubernetes' documentation about policies of namespaces and about nodes, followed with the newest kubectl. */
import { describePages } from "./pages/follow.ts";
import { policies } from "./pages/policies.ts";
import { scheduling } from "./pages/scheduling.ts";

describePages("pages about clusters", [...policies, ...scheduling]);
