/** Runs bytecode: one function for all transitions of all models, which the JavaScript engine soon makes fast. */
import type { Compiled, CompiledThread } from "../machine/compile";
import type { Stmt } from "../machine/micro";
import { bytecodeOf, Op, type Bytecode } from "./bytecode";

/**
 * Reads one state, writes its successors one behind the other at `to`, and gives their number, or -1 when the thread
 * cannot move.
 */
export type Move = (states: Int32Array, from: number, to: number) => number;

/** What a transition calls on its way. */
export interface Listener {
  report(finding: number): void;
  note(note: number): void;
}

/** Makes the function of a transition. */
export type Interpret = (thread: CompiledThread | null, stmts: readonly Stmt[], executed: Uint8Array) => Move;

/** `stride`: words from one state to the next. */
export function interpreter(compiled: Compiled, stride: number, listener: Listener): Interpret {
  const machine = new Interpreter(compiled.layout.words, stride, listener);
  return (thread, stmts, executed) => {
    const bytecode = bytecodeOf(compiled.layout, thread, stmts);
    machine.makeRoom(bytecode);
    return (states, from, to) => machine.run(bytecode, states, from, to, executed);
  };
}

const LARGEST = 0x7fffffff;

class Interpreter {
  /** The state in the making. */
  private readonly state: Int32Array;
  private locals = new Int32Array(16);
  private temporaries = new Int32Array(16);
  private stack = new Int32Array(16);
  private executed: Uint8Array = new Uint8Array(0);
  private states: Int32Array = new Int32Array(0);
  /** Locals that the transition has. */
  private used = 0;
  /** States and locals as they were before alternatives, and where the next ones go. */
  private saved: Int32Array = new Int32Array(64);
  private top = 0;
  /** Where the next successor goes. */
  private to = 0;
  private successors = 0;
  /** Some path did not block. */
  private moved = false;

  constructor(
    private readonly words: number,
    private readonly stride: number,
    private readonly listener: Listener,
  ) {
    this.state = new Int32Array(words);
  }

  makeRoom({ locals, temporaries, stack }: Bytecode): void {
    if (locals > this.locals.length) this.locals = new Int32Array(2 * locals);
    if (temporaries > this.temporaries.length) this.temporaries = new Int32Array(2 * temporaries);
    if (stack > this.stack.length) this.stack = new Int32Array(2 * stack);
  }

  /** The number of successors, which lie at `to` one behind the other; -1 when the thread cannot move. */
  run(bytecode: Bytecode, states: Int32Array, from: number, to: number, executed: Uint8Array): number {
    const { state, locals } = this;
    for (let word = 0; word < this.words; word++) state[word] = states[from + word] as number;
    for (let local = 0; local < bytecode.locals; local++) locals[local] = 0;
    this.states = states;
    this.executed = executed;
    this.to = to;
    this.successors = 0;
    this.moved = false;
    this.used = bytecode.locals;
    this.path(bytecode.code, 0);
    return this.moved ? this.successors : -1;
  }

  private path(code: Int32Array, start: number): void {
    const { state, locals, temporaries, stack } = this;
    let at = start;
    let top = -1;
    for (;;) {
      switch (code[at++]) {
        case Op.Const:
          stack[++top] = code[at++] as number;
          break;
        case Op.Field:
          stack[++top] =
            ((state[code[at] as number] as number) >>> (code[at + 1] as number)) & (code[at + 2] as number);
          at += 3;
          break;
        case Op.Local:
          stack[++top] = locals[code[at++] as number] as number;
          break;
        case Op.Temporary:
          stack[++top] = temporaries[code[at++] as number] as number;
          break;
        case Op.Not:
          stack[top] = stack[top] === 0 ? 1 : 0;
          break;
        case Op.Any: {
          const end = at + 1 + 2 * (code[at] as number);
          let bits = 0;
          for (at++; at < end; at += 2) bits |= (state[code[at] as number] as number) & (code[at + 1] as number);
          stack[++top] = bits === 0 ? 0 : 1;
          break;
        }
        case Op.Add:
          top--;
          stack[top] = ((stack[top] as number) + (stack[top + 1] as number)) & LARGEST;
          break;
        case Op.Subtract:
          top--;
          stack[top] = Math.max(0, (stack[top] as number) - (stack[top + 1] as number));
          break;
        case Op.Multiply:
          top--;
          stack[top] = Math.imul(stack[top] as number, stack[top + 1] as number) & LARGEST;
          break;
        case Op.And:
          top--;
          stack[top] = (stack[top] as number) & (stack[top + 1] as number);
          break;
        case Op.Or:
          top--;
          stack[top] = (stack[top] as number) | (stack[top + 1] as number);
          break;
        case Op.Xor:
          top--;
          stack[top] = (stack[top] as number) ^ (stack[top + 1] as number);
          break;
        case Op.AndNot:
          top--;
          stack[top] = (stack[top] as number) & ~(stack[top + 1] as number);
          break;
        case Op.ShiftLeft: {
          const by = stack[top--] as number;
          stack[top] = by > 30 ? 0 : ((stack[top] as number) << by) & LARGEST;
          break;
        }
        case Op.ShiftRight: {
          const by = stack[top--] as number;
          stack[top] = by > 30 ? 0 : (stack[top] as number) >>> by;
          break;
        }
        case Op.Equal:
          top--;
          stack[top] = stack[top] === stack[top + 1] ? 1 : 0;
          break;
        case Op.Unequal:
          top--;
          stack[top] = stack[top] === stack[top + 1] ? 0 : 1;
          break;
        case Op.Less:
          top--;
          stack[top] = (stack[top] as number) < (stack[top + 1] as number) ? 1 : 0;
          break;
        case Op.AtMost:
          top--;
          stack[top] = (stack[top] as number) <= (stack[top + 1] as number) ? 1 : 0;
          break;
        case Op.Greater:
          top--;
          stack[top] = (stack[top] as number) > (stack[top + 1] as number) ? 1 : 0;
          break;
        case Op.AtLeast:
          top--;
          stack[top] = (stack[top] as number) >= (stack[top + 1] as number) ? 1 : 0;
          break;
        case Op.Both:
          top--;
          stack[top] = stack[top] !== 0 && stack[top + 1] !== 0 ? 1 : 0;
          break;
        case Op.Either:
          top--;
          stack[top] = stack[top] !== 0 || stack[top + 1] !== 0 ? 1 : 0;
          break;
        case Op.Set: {
          const word = code[at] as number;
          const shift = code[at + 1] as number;
          const mask = code[at + 2] as number;
          at += 3;
          state[word] = ((state[word] as number) & ~(mask << shift)) | (((stack[top--] as number) & mask) << shift);
          break;
        }
        case Op.SetConst: {
          const word = code[at] as number;
          state[word] = ((state[word] as number) & ~(code[at + 1] as number)) | (code[at + 2] as number);
          at += 3;
          break;
        }
        case Op.Clear: {
          const word = code[at] as number;
          state[word] = (state[word] as number) & ~(code[at + 1] as number);
          at += 2;
          break;
        }
        case Op.SetLocal:
          locals[code[at] as number] = (stack[top--] as number) & (code[at + 1] as number);
          at += 2;
          break;
        case Op.Let:
          temporaries[code[at++] as number] = stack[top--] as number;
          break;
        case Op.JumpIfZero:
          at = stack[top--] === 0 ? (code[at] as number) : at + 1;
          break;
        case Op.Jump:
          at = code[at] as number;
          break;
        case Op.Report:
          this.listener.report(code[at++] as number);
          break;
        case Op.Note:
          this.listener.note(code[at++] as number);
          break;
        case Op.Mark:
          this.executed[code[at++] as number] = 1;
          break;
        case Op.Rest:
          return this.rest();
        case Op.Stop:
          this.moved = true;
          return;
        case Op.Block:
          return;
        case Op.Alternatives:
          return this.alternatives(code, at);
        default:
          throw new Error("no such instruction");
      }
    }
  }

  private rest(): void {
    const { state, states, words, stride, to } = this;
    for (let word = 0; word < words; word++) states[to + word] = state[word] as number;
    this.to = to + stride;
    this.successors++;
    this.moved = true;
  }

  private alternatives(code: Int32Array, at: number): void {
    const { state, locals, used } = this;
    const saved = this.top;
    const end = saved + state.length + used;
    if (end > this.saved.length) this.saved = longer(this.saved, 2 * end);
    for (let word = 0; word < state.length; word++) this.saved[saved + word] = state[word] as number;
    for (let local = 0; local < used; local++) this.saved[saved + state.length + local] = locals[local] as number;
    this.top = end;
    const count = code[at] as number;
    for (let index = 1; index <= count; index++) {
      if (index > 1) {
        for (let word = 0; word < state.length; word++) state[word] = this.saved[saved + word] as number;
        for (let local = 0; local < used; local++) locals[local] = this.saved[saved + state.length + local] as number;
      }
      this.path(code, code[at + index] as number);
    }
    this.top = saved;
  }
}

function longer(array: Int32Array, length: number): Int32Array {
  const made = new Int32Array(length);
  made.set(array);
  return made;
}
