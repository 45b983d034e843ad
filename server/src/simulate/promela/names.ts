/** Names that SPIN, its C preprocessor and the C that it writes all take for plain identifiers. */

export class Names {
  private readonly used = new Set<string>();

  /** Letters, digits and `_` of the text behind the prefix; a number behind it where that is taken. */
  fresh(prefix: string, text: string): string {
    const plain = `${prefix}${identifier(text)}`;
    let name = plain;
    for (let number = 2; this.used.has(name); number++) name = `${plain}_${number}`;
    this.used.add(name);
    return name;
  }
}

/** `root 1.role.word` -> `root_1_role_word`. */
export function identifier(text: string): string {
  const plain = text
    .replaceAll("&&", " and ")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
  return plain === "" ? "x" : plain.slice(0, LONGEST);
}

/** Text that can stand in a comment of C. */
export function comment(text: string): string {
  return text.replaceAll("*/", "* /").replaceAll("/*", "/ *").replaceAll(/\s+/g, " ").replaceAll("\\", "/").trim();
}

const LONGEST = 60;
