/** Several pieces of work at a time, their results in the order of the work. */

/** At most `width` are under way at once. What was started is waited for, even when nobody wants its result any more. */
export async function* inOrder<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<readonly [T, R], void, void> {
  const started: Promise<R>[] = [];
  try {
    for (const [index, item] of items.entries()) {
      while (started.length < Math.min(items.length, index + Math.max(1, width))) {
        started.push(work(items[started.length] as T));
      }
      yield [item, await (started[index] as Promise<R>)];
    }
  } finally {
    await Promise.allSettled(started);
  }
}
