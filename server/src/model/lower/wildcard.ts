/** What `*` in a name of a profile or of the vocabulary stands for: any characters. */
export function wildcard(name: string): RegExp {
  const escaped = name.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`);
}
