/** Removals from lists: they do not say from which, and an object may be on one of several by the same link. */
import type { CallExpr } from "../../c/syntax";
import type { Value } from "../ir";
import type { Context } from "./context";
import { local } from "./values";
import { isPinnedHead } from "./views";

/** From the list that the object is on; from `list`, which is the usual one, if it is on none of the others. */
export function lowerRemoval(
  cx: Context,
  list: number,
  { object, op, rcu }: { readonly object: Value; readonly op: "del" | "del_init"; readonly rcu: boolean },
  call: CallExpr,
): void {
  const text = cx.text(call.place);
  const remove = (from: number): void => {
    cx.build.emit({ kind: "list", op, list: from, object, rcu, into: null }, call.place, text);
  };
  const after = cx.build.label();
  for (const other of sharing(cx, list)) {
    const [here, elsewhere] = [cx.build.label(), cx.build.label()];
    const into = cx.temporary("on_list", 1, null);
    cx.build.emit({ kind: "list", op: "on_list", list: other, object, rcu: false, into }, call.place, text);
    cx.build.fork({ kind: "branch", test: local(into) }, [here, elsewhere], call.place, "");
    cx.build.place(here);
    remove(other);
    cx.build.jump(after);
    cx.build.place(elsewhere);
  }
  remove(list);
  cx.build.place(after);
}

/** Lists that objects are on by the same link as on that one, where this view has them. */
export function sharing(cx: Context, list: number): number[] {
  const { lists, profile, codebase } = cx.world;
  const info = lists[list];
  return lists.flatMap(({ type, link }, at) => {
    const isOther = at !== list && type === info?.type && link === info.link;
    return isOther && !isPinnedHead(profile.lists[at]?.head ?? "", cx.view, codebase) ? [at] : [];
  });
}
