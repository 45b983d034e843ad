/** The keys that walk along a trace. */

/** The step that the key leads to from `step` of `count`; null when the key is not one of ours. */
export function stepAfterKey(key: string, step: number, count: number): number | null {
  const last = Math.max(0, count - 1);
  switch (key) {
    case "ArrowDown":
    case "ArrowRight":
    case "j":
      return Math.min(step + 1, last);
    case "ArrowUp":
    case "ArrowLeft":
    case "k":
      return Math.max(step - 1, 0);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}
