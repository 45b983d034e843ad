/** In which order patches without numbers follow each other: `git log -p` has the last one first. */
import type { Patch } from "../../text/document";
import type { Mail } from "./mails";

/** As they came, unless their blobs or their dates say that they came the other way round. */
export function inCommitOrder(mails: readonly Mail[], patches: readonly Patch[]): Mail[] {
  if (mails.some(({ messageId }) => messageId !== null)) return [...mails];
  const { forward, backward } = followed(mails, patches);
  if (forward + backward > 0) return backward > forward ? mails.toReversed() : [...mails];
  return areNewestFirst(mails) ? mails.toReversed() : [...mails];
}

/** How often a patch begins with what an earlier, or a later, one of the document leaves. */
function followed(mails: readonly Mail[], patches: readonly Patch[]): { forward: number; backward: number } {
  const filesOf = ({ main }: Mail): Patch["files"] => patches[main ?? -1]?.files ?? [];
  const left = new Map<string, number>();
  for (const [at, mail] of mails.entries()) {
    for (const { newPath, newBlob } of filesOf(mail)) if (newBlob !== null) left.set(`${newPath} ${newBlob}`, at);
  }
  let [forward, backward] = [0, 0];
  for (const [at, mail] of mails.entries()) {
    for (const { oldPath, oldBlob } of filesOf(mail)) {
      const before = left.get(`${oldPath} ${oldBlob}`);
      if (before === undefined || before === at) continue;
      if (before < at) forward++;
      else backward++;
    }
  }
  return { forward, backward };
}

function areNewestFirst(mails: readonly Mail[]): boolean {
  const dates = mails.flatMap(({ date }) => date ?? []);
  if (dates.length < mails.length) return false;
  const isSorted = dates.every((date, at) => at === 0 || date <= (dates[at - 1] ?? date));
  return isSorted && (dates[0] ?? "") > (dates.at(-1) ?? "");
}
