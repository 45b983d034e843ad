/** Who takes the object off its list, and who finds it there meanwhile. */
import type { Act } from "../acts";
import { MEMORY } from "../plan";
import { aloneWith, countingOf, type Propose } from "./experiment";

/**
 * The release took it off its list, and now the owner does who puts the list's reference: with a reference of somebody
 * else the object stayed listed, and the next time the list's reference was put again.
 */
export const relisted: Propose = (evidence) => {
  const { subject, both } = evidence;
  const del = evidence.own("after", "del").find((act) => act.isChanged && act.member !== null);
  if (del === undefined || evidence.own("before", "del").length > 0) return null;
  if (evidence.own("after", "put").length === 0 || evidence.own("before", "put").length === 0) return null;
  const isThat = (act: Act): boolean => act.kind === "del" && act.member === del.member;
  const release = [...both.before.acts].find(
    ([name, acts]) =>
      name !== subject.focus &&
      acts.some((act) => isThat(act) && act.isChanged) &&
      acts.some(({ kind }) => kind === "free" || kind === "freeLater"),
  );
  if (release === undefined || (both.after.acts.get(release[0]) ?? []).some(isThat)) return null;
  const { drop } = countingOf(evidence);
  return {
    ...aloneWith(evidence),
    id: "relisted",
    title: `${subject.focus} twice ∥ user`,
    environment: `${subject.focus}() runs twice while somebody else holds a reference, and the list has one`,
    harness: `void lastput_user(T *x)
{
	x->${MEMORY};
	if (${drop})
		kfree(x);
}
`,
    others: [
      { entry: subject.focus, name: `CPU 1: ${subject.focus}` },
      { entry: "lastput_user", name: "CPU 2: user" },
    ],
    count: { ...aloneWith(evidence).count, initial: 2 },
  };
};
