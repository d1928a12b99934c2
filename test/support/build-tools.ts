/** Builds the tools of containers once before the tests, unless the last build is up to date. */
import { buildTools } from "../../scripts/build.ts";

export default buildTools;
