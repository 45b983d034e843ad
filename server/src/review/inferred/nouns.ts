/** What a function speaks of that is only known by its name: `put_hem_table(hr_dev)` puts a table, and no device. */

/** Of the words of `rpcrdma_rep_put`, `free_netdev`: the last that is no verb. */
export function nounOf(callee: string): string {
  const words = callee.split("_").filter((word) => word !== "" && !VERBS.has(word));
  return words[words.length - 1] ?? "";
}

const VERBS = new Set(
  "get tryget try hold grab put free release later rcu unless zero maybe not locked sync".split(" "),
);

/** Whether the names that something goes by say that it is one: `udev`, `struct usb_device` of a `dev`; `b` of a bearer. */
export function isCalled(noun: string, names: readonly string[]): boolean {
  return names.some((name) => {
    const words = name.split(/\W+|_/).filter((word) => word !== "");
    return words.some((word) => shortens(noun, word, 2) || shortens(word, noun, 1));
  });
}

/** `conn` of connection, `ctx` of context, `dev` of netdev. */
function shortens(short: string, long: string, least: number): boolean {
  if (short.length < least || short[0] === undefined) return false;
  if (long.endsWith(short) && (short.length > 2 || short === long)) return true;
  if (long[0] !== short[0]) return false;
  let at = 0;
  for (const letter of long) if (letter === short[at]) at++;
  return at === short.length;
}
