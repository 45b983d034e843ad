/** The states that were seen: words in one array, a hash index of open addressing, and where each came from. */

const FIRST_STATES = 1 << 10;

export class Store {
  /** State i lies at i * words. Room is kept behind the last one for candidates. */
  states: Int32Array;
  count = 0;
  private parents: Int32Array;
  private index: Int32Array;
  private mask: number;

  /** Successors that one state may have by one thread's move. */
  room = 1;

  constructor(readonly words: number) {
    this.states = new Int32Array(FIRST_STATES * words);
    this.parents = new Int32Array(FIRST_STATES);
    this.index = new Int32Array(4 * FIRST_STATES);
    this.mask = this.index.length - 1;
  }

  /** From now on there is room for that many. */
  needRoom(successors: number): void {
    if (successors <= this.room) return;
    this.room = successors;
    this.place();
  }

  /**
   * Where the next candidates are to be written. Makes room for twice as many as there may be at once; `states` may be
   * another array afterwards.
   */
  place(): number {
    const needed = (this.count + 3 * this.room + 1) * this.words;
    if (needed > this.states.length) {
      this.states = grown(this.states, Math.max(needed, this.states.length * 2));
      this.parents = grown(this.parents, this.states.length / this.words);
    }
    return this.count * this.words;
  }

  parentOf(state: number): number {
    return this.parents[state] ?? -1;
  }

  /** Takes in the candidate at that position, unless it is known. True when it was new. */
  add(position: number, parent: number): boolean {
    const { words, states } = this;
    const slot = this.slotOf(position);
    if (this.index[slot] !== 0) return false;
    const place = this.count * words;
    if (place !== position) states.copyWithin(place, position, position + words);
    this.parents[this.count] = parent;
    this.index[slot] = ++this.count;
    if (this.count * 2 > this.index.length) this.rehash();
    return true;
  }

  /** Number of the state that lies at that position, or -1. */
  find(position: number): number {
    return (this.index[this.slotOf(position)] ?? 0) - 1;
  }

  wordsOf(state: number): Int32Array {
    return this.states.slice(state * this.words, (state + 1) * this.words);
  }

  get bytes(): number {
    return this.states.byteLength + this.parents.byteLength + this.index.byteLength;
  }

  /** The slot that holds an equal state, or the empty one where it would go. */
  private slotOf(position: number): number {
    const { words, states, index, mask } = this;
    let slot = this.hash(position) & mask;
    for (;;) {
      const entry = index[slot] as number;
      if (entry === 0) return slot;
      const other = (entry - 1) * words;
      let word = 0;
      while (word < words && states[other + word] === states[position + word]) word++;
      if (word === words) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private hash(position: number): number {
    const { words, states } = this;
    let hash = 0x9e3779b9 | 0;
    for (let word = 0; word < words; word++) {
      hash = Math.imul(hash ^ (states[position + word] as number), 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash, 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  }

  private rehash(): void {
    this.index = new Int32Array(this.index.length * 2);
    this.mask = this.index.length - 1;
    for (let state = 0; state < this.count; state++) {
      let slot = this.hash(state * this.words) & this.mask;
      while (this.index[slot] !== 0) slot = (slot + 1) & this.mask;
      this.index[slot] = state + 1;
    }
  }
}

function grown(array: Int32Array, length: number): Int32Array {
  const larger = new Int32Array(length);
  larger.set(array);
  return larger;
}
