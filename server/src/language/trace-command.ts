/** What opens an interleaving: from a lens, and from the actions at a squiggle. */
import type { Command } from "vscode-languageserver";
import { stepCount, type FindingGroup } from "./finding-groups";
import type { TraceParams } from "./protocol";

/**
 * `command` takes one argument, TraceParams.
 *
 * @param lead what the title begins with, where that is not said by the status of the finding
 */
export function traceCommand({ finding, title }: FindingGroup, uri: string, command: string, lead?: string): Command {
  const { code, fingerprint, status } = finding;
  const what = `${shortName(code)} in ${stepCount(finding)}`;
  const params: TraceParams = { uri, fingerprint };
  return {
    title: [lead ?? LEADS[status], ...(title === null ? [] : [title]), what].join(": "),
    command,
    arguments: [params],
  };
}

const LEADS = {
  introduced: "Simulate this interleaving",
  present: "Simulate this interleaving",
  persists: "Before this patch and after it",
  fixed: "Step through what this fixes",
};

/** `lifetime.use-after-free` -> `use-after-free`; where the last part says little, the first one is added. */
function shortName(code: string): string {
  const [first = "", ...rest] = code.split(".");
  const last = rest.join(".");
  if (last === "") return first;
  return ["lock", "list", "zap", "race", "work"].includes(first) ? `${first} ${last.replaceAll("-", " ")}` : last;
}
