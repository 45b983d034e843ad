/** Kernel options in words, and what tells one set of them from another. */
import type { Defines } from "../../c/syntax";

/** `CONFIG_A off`, `CONFIG_A off and CONFIG_B on`. */
export function optionsInWords(options: Defines): string {
  const all = Object.entries(options).map(([name, value]) => `${name} ${value === "n" ? "off" : "on"}`);
  return all.join(" and ");
}

export function onOrOff(options: Defines): Record<string, "on" | "off"> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, value === "n" ? "off" : "on"]));
}

/** Empty when all are as they are taken to be. */
export function keyOfOptions(options: Defines): string {
  return Object.entries(options)
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join("+");
}
