/** The part of the container software with Kyverno. */
import {
  kyvernoAdmission,
  kyvernoBackground,
  kyvernoReports,
  readinessChecker,
} from "../../programs/operators/kyverno/programs.ts";
import type { Program } from "../../shell/program.ts";

export const programs: Readonly<Record<string, Program>> = {
  "kyverno-admission": kyvernoAdmission,
  "kyverno-background": kyvernoBackground,
  "kyverno-readiness-checker": readinessChecker,
  "kyverno-reports": kyvernoReports,
};
