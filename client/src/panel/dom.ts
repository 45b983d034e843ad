/** Makes elements. Text is always set as text: nothing that comes from a patch can become markup. */

export interface Attributes {
  readonly class?: string;
  readonly [name: string]: string | undefined;
}

/** Code with places where a line may be broken: behind brackets, commas and member operators. */
export function breakable(code: string): (Node | string)[] {
  const pieces = code.split(/(?<=[(,.]|->)/);
  return pieces.flatMap((piece, index) => (index === 0 ? [piece] : [document.createElement("wbr"), piece]));
}

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}
