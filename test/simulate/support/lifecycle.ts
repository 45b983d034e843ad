/**
 * A root lifecycle of some size, for measuring and for tests that need more than a handful of states: puts that mark,
 * zap with yields and put again; readers; invalidation; the fast zap; a vCPU that finds a root and puts it.
 */

const DECLARATIONS = (objects: number): string => `
type root: count refcount 6, invalid plain 1, mapped plain 1, link link, rcu rcu
at_free root.mapped & 1 == 0 lifetime.freed-unzapped still maps something
one_way root.invalid & 1 flag.revalidated valid again
${"object root: count=1 mapped=1 on 0\n".repeat(objects)}
lock mmu rw reader atomic
lock pages spin reader atomic
lock slots mutex
list roots root.link under mmu exclusive | mmu any + pages
`;

/** The last put of `r`, with the lock held in that mode; goes on at `after`. */
const put = (r: string, mode: string, id: string, after: string, free: string): string => `
p${id}: last = dec_and_test ${r}.count
  if !last goto ${after}
  was = rmw xchg ${r}.invalid 1
  if was goto unlink${id}
  set ${r}.count 1
zap${id}: m = load ${r}.mapped
  choose schedule yield clear${id} y${id}
y${id}: unlock mmu ${mode}
  lock mmu ${mode}
clear${id}: store ${r}.mapped = 0
  last = dec_and_test ${r}.count
  if !last goto ${after}
unlink${id}: lock pages
  del_rcu roots ${r}
  unlock pages
  ${free}
  goto ${after}
`;

const program = (kind: string, free: string): string => {
  switch (kind) {
    case "P":
      return `program P root:r\n lock mmu\n${put("r", "", "0", "out", free)}out: unlock mmu\n end`;
    case "R":
      return `program R root:r root:n
  lock mmu shared
  rcu_lock
  r = first roots
loop: if !r goto out
  i = load r.invalid
  if i goto next
  got = inc_not_zero r.count
  if !got goto next
  rcu_unlock
  m = load r.mapped
  rcu_lock
  n = next roots r
  rcu_unlock
  ${put("r", "shared", "0", "cont", free)}
cont: rcu_lock
  r = n
  goto loop
next: r = next roots r
  goto loop
out: rcu_unlock
  unlock mmu shared
  end`;
    case "W":
      return `program W root:r
  lock mmu
  r = first roots
loop: if !r goto out
  store r.invalid = 1
  r = next roots r
  goto loop
out: unlock mmu
  end`;
    case "V":
      return `program V root:r
  lock mmu
  r = first roots
loop: if !r goto out
  i = load r.invalid
  if i goto next
  got = inc_not_zero r.count
  if got goto have
next: r = next roots r
  goto loop
have: unlock mmu
  lock mmu shared
  i = load r.invalid
  if i goto full
  store r.mapped = 1
full: unlock mmu shared
  lock mmu
  ${put("r", "", "0", "out", free)}
out: unlock mmu
  end`;
    default:
      throw new Error(`no thread of kind ${kind}`);
  }
};

/** `threads`: letters, P put, R reader, W invalidate, V vCPU. Each P puts its own root, in turn. */
export function lifecycle(threads: string, objects: number, free = "call_rcu r.rcu"): string {
  const letters = threads.split("");
  let puts = 0;
  const lines = letters.map(
    (kind, index) => `thread CPU ${index}: ${kind}${kind === "P" ? ` ${(puts++ % objects) + 1}` : ""}`,
  );
  const programs = [...new Set(letters)].map((kind) => program(kind, free));
  return [DECLARATIONS(objects), ...lines, ...programs].join("\n");
}
