/** In words, why what a changed line does to a life cannot be judged from what is shown. */
import type { Act } from "./acts";

export function obstacleOf(name: string, act: Act): string | null {
  const where = `${act.callee}() in ${name}()`;
  switch (act.kind) {
    case "cancel":
      return `${where}: neither what ${act.member ?? "the item"} runs nor where ${act.object ?? "its object"} is freed is shown`;
    case "put":
      return `${where}: where ${act.object ?? "the object"} got the reference is not shown`;
    case "get":
    case "tryget":
      return `${where}: who puts the last reference of ${act.object ?? "the object"} is not shown`;
    case "free":
    case "freeLater":
      return `${where}: who else may use ${act.object ?? "the object"} is not shown`;
    case "lock":
    case "unlock":
      return `${where}: who else needs ${act.lock ?? "the lock"}, and for what, is not shown`;
    case "rcuLock":
    case "rcuUnlock":
      return `${where}: what is used under it, and who frees that, is not shown`;
    case "synchronize":
      return `${where}: for whose sake it waits is not shown`;
    case "add":
    case "del":
      return `${where}: who walks that list is not shown`;
    case "walk":
      return `${act.callee} in ${name}(): who changes that list is not shown`;
    case "publish":
    case "dereference":
      return `${where}: who frees what ${act.object ?? "the pointer"} points to is not shown`;
    case "arm":
      return `${where}: what ${act.member ?? "the item"} runs is not shown`;
    case "call":
      return TELLING.test(act.callee) ? `${where}: what it does is not shown` : null;
    case "init":
    case "sleep":
    case "assert":
    case "load":
      return null;
  }
}

/** By custom these have to do with the life of something. */
const TELLING = /flush|cancel|release|destroy|unregister|teardown|_lock|unlock|_sync$/;
