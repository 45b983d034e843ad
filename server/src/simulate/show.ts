/** Values as a person reads them. */
import type { FieldInfo, ListInfo } from "../model/ir";

/** `invalid`, `invalid|0x10`, `3`, `saturated`. */
export function showField(field: FieldInfo, value: number): string {
  if (field.kind === "refcount") return value > field.max ? "saturated" : String(value);
  if (field.bits.length === 0) return String(value);
  const set = field.bits.filter(({ mask }) => (value & mask) !== 0);
  const names = set.map(({ name, mask }) => {
    const lowest = mask & -mask;
    return mask === lowest ? name : `${name} ${(value & mask) / lowest}`;
  });
  const rest = field.bits.reduce((left, { mask }) => left & ~mask, value);
  if (rest !== 0) names.push(`0x${rest.toString(16)}`);
  return names.length === 0 ? "0" : names.join("|");
}

/** `where` as the lists file encodes it: 0 nowhere, 1 + list, then unlinked by list_del_rcu, then by list_del. */
export function showLink(lists: readonly ListInfo[], where: number): string {
  if (where === 0) return "not listed";
  const list = lists[where - 1];
  if (list) return `on ${list.name}`;
  return where === lists.length + 1 ? "unlinked, readers may still pass" : "unlinked";
}
