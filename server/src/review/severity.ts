/** How loud a finding is. */
import type { Severity } from "./review";

/** What needs a choice that nobody tracks is a warning that names the choice. */
export function severityFor(severity: Severity, isCertain: boolean): Severity {
  return severity === "error" && !isCertain ? "warning" : severity;
}
