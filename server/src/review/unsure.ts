/** Calls that a patch adds or removes of what nobody here knows: what they do may be what decides. */
import type { Place } from "../c/syntax";
import type { SideState } from "./state";

/**
 * Functions -> such a call in one of their changed lines, handed the object with all others in it. An unknown call that the
 * patch only shows is the same on both sides, and can be taken to leave the lifecycle alone. One that it adds often comes
 * from a patch before it that is not here, and is there because it does something.
 */
export function unsureCalls({ side, locator }: SideState): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { notes } of side.programs.entries.values()) {
    for (const { kind, text, place } of notes) {
      if (kind !== "handed" || place === null || !locator.isChanged(place)) continue;
      const name = functionAt(side.files.get(place.file)?.functions ?? [], place);
      if (name !== null) found.set(name, text);
    }
  }
  return found;
}

function functionAt(functions: readonly { name: string; place: Place }[], { start, end }: Place): string | null {
  return functions.find(({ place }) => place.start <= start && end <= place.end)?.name ?? null;
}
