/** Collects what could not be read. A text that is no C at all must not drown the person in lines. */
import type { CProblem, Place } from "./syntax";

const MOST_OF_ONE_CODE = 20;

export class Problems {
  readonly list: CProblem[] = [];
  private readonly counts = new Map<string, number>();

  add(code: string, message: string, place: Place): void {
    const count = (this.counts.get(code) ?? 0) + 1;
    this.counts.set(code, count);
    if (count < MOST_OF_ONE_CODE) this.list.push({ code, message, place });
    if (count === MOST_OF_ONE_CODE) this.list.push({ code, message: `${message} More of this kind follow.`, place });
  }
}
