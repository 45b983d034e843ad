/** Where the elements of a list stand in a text that is known to be JSON: for a person who has to find a wrong one. */

/** @param member the list's name; offsets of its elements, none when there is no such list */
export function elementOffsets(text: string, member: string): number[] {
  const offsets: number[] = [];
  const open: string[] = [];
  let isInList = false;
  let isNext = false;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/g)) {
    const isElement = isInList && open.length === 2 && isNext && token !== "]";
    if (isElement) offsets.push(index);
    isNext = token === "[" || token === ",";
    if (token === "[" || token === "{") open.push(token);
    else if (token === "]" || token === "}") {
      open.pop();
      if (open.length < 2) isInList = false;
    } else if (open.length === 1 && token === JSON.stringify(member)) isInList = true;
  }
  return offsets;
}
