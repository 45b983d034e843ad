/** The kinds of list operations that look alike and are not. */
import type { Action } from "../ir";
import type { Change } from "./change";
import { replacing } from "./rewrite";
import type { Site } from "./site";

type ListAction = Extract<Action, { kind: "list" }>;

export function plainList(site: Site): readonly Change[] {
  const { action } = site.sample;
  if (action.kind !== "list") return [];
  const changed = (what: string, by: Partial<ListAction>): Change => [
    what,
    replacing(site, ({ action: of }) => (of.kind === "list" ? [{ ...of, ...by }] : null)),
  ];
  switch (action.op) {
    case "del":
      return [
        ...(action.rcu ? [changed("del_rcu -> del", { rcu: false })] : []),
        changed(action.rcu ? "del_rcu -> del_init" : "del -> del_init", { op: "del_init", rcu: false }),
      ];
    case "del_init":
      return [changed("del_init -> del", { op: "del" })];
    default:
      return [];
  }
}
