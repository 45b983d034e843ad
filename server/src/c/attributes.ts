/**
 * Takes out what compilers and checkers read but a model of the code does not: `__must_check`, `__printf(1, 2)`,
 * `__attribute__((...))`. `__free(fn)` and `cleanup(fn)` leave a mark on the declared name.
 */
import { isPunct, isWord, type Token } from "./tokens";

/** Those that stand alone and those that take arguments; a name in both sets may do either. */
const PLAIN = new Set(
  `
  __must_check __always_inline __no_inline __noinline noinline noinline_for_stack __inline __inline__ inline __cold __hot __pure __const
  __init __exit __initdata __initconst __exitdata __net_init __net_exit __devinit __meminit __ref __refdata __head __read_mostly
  __ro_after_init __cacheline_aligned __cacheline_aligned_in_smp ____cacheline_aligned ____cacheline_aligned_in_smp
  ____cacheline_internodealigned_in_smp __randomize_layout __no_randomize_layout __designated_init __packed __bitwise __bitwise__ __force
  __nocast __user __kernel __iomem __rcu __percpu __safe __private __maybe_unused __always_unused __used __unused __weak __visible
  __malloc __deprecated __noreturn __naked __notrace notrace noinstr __cpuidle __entry_text __sched __lockfunc __kprobes nokprobe_inline
  asmlinkage __visible_for_testing __no_sanitize_address __no_kasan_or_inline __no_kcsan __no_sanitize_or_inline __nostackprotector
  __no_stack_protector __flatten __attribute_const__ __constant_test __latent_entropy __no_profile __nocfi __nonstring __counted_by_ptr
  __restrict __restrict__ restrict __volatile __volatile__ __const__ __signed__ __extension__ fastcall __fastcall __thiscall __cdecl
  __stdcall __vectorcall __bpf_kfunc __rust_helper __private_extern __uninitialized uninitialized_var __noclone __fix_address
  __compiletime_object_size __gnu_inline __assume_aligned_ptr __mustcheck __lockdep_free fallthrough_attr __hyp_text __section_init`.split(
    /\s+/,
  ),
);
const WITH_ARGUMENTS = new Set(`
  __attribute__ __attribute __declspec __aligned __section __alias __printf __scanf __alloc_size __assume_aligned __releases __acquires
  __must_hold __must_hold_shared __acquire_shared __releases_shared __acquires_shared __cond_acquires __cond_lock_held __guarded_by
  __pt_guarded_by __excludes __error __warning __diagnose_as __no_sanitize __counted_by __counted_by_le __counted_by_be __element_count
  __compiletime_error __compiletime_warning __RENAME __free __cleanup __copy __mode __target __nonnull __realloc_size __deprecated_msg __no_caller_saved_registers __btf_type_tag
  __assume __access __gcc_struct __malloc __designated __requires __context_unsafe __acquires_ret`.split(/\s+/)); // prettier-ignore
const DESTRUCTORS = new Set(["__free", "__cleanup", "__attribute__", "__attribute"]);

/** An attribute's arguments are few; a parenthesis that is not closed within so many tokens is a mistake in the text. */
const MOST_ARGUMENT_TOKENS = 300;

export function maskAttributes(tokens: readonly Token[]): Token[] {
  const kept: Token[] = [];
  let pending: string | null = null;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    if (pending !== null && token.kind === "word" && !isTypeStart(token) && !isWord(tokens[i + 1])) {
      kept.push({ ...token, mark: { kind: "cleanup", by: pending } });
      pending = null;
      continue;
    }
    const end = attributeEnd(tokens, i);
    if (end === null) {
      kept.push(token);
      continue;
    }
    const by = DESTRUCTORS.has(token.shown) ? destructor(tokens.slice(i + 1, end + 1)) : null;
    if (by !== null && !markDeclared(kept, by)) pending = by;
    i = end;
  }
  return kept;
}

/** True for a word that an attribute list knows, with or without arguments. */
export function isAttributeName(name: string): boolean {
  return PLAIN.has(name) || WITH_ARGUMENTS.has(name);
}

/** The index of the attribute's last token, or null when there is none at `i`. */
function attributeEnd(tokens: readonly Token[], i: number): number | null {
  const token = tokens[i];
  if (token === undefined || token.kind !== "word" || token.mark !== null) return null;
  if (WITH_ARGUMENTS.has(token.shown) && isPunct(tokens[i + 1], "(")) return closing(tokens, i + 1) ?? i;
  if (PLAIN.has(token.shown) && !isMember(tokens, i)) return i;
  return null;
}

function isMember(tokens: readonly Token[], i: number): boolean {
  return isPunct(tokens[i - 1], ".") || isPunct(tokens[i - 1], "->");
}

function closing(tokens: readonly Token[], open: number): number | null {
  let depth = 0;
  for (let i = open; i < tokens.length && i < open + MOST_ARGUMENT_TOKENS; i++) {
    if (isPunct(tokens[i], "(")) depth++;
    if (isPunct(tokens[i], ")") && --depth === 0) return i;
  }
  return null;
}

/** `(fn)` of `__free(fn)`, or the argument of `cleanup` inside `__attribute__`. */
function destructor(args: readonly Token[]): string | null {
  const cleanup = args.findIndex((t) => isWord(t, "cleanup") || isWord(t, "__cleanup__"));
  if (cleanup >= 0) return args[cleanup + 2]?.text ?? null;
  return args.length === 3 && args[1]?.kind === "word" ? args[1].text : null;
}

/** Marks the name right before an attribute, `p` in `struct foo *p __free(kfree)`; false when a type stands there. */
function markDeclared(kept: Token[], by: string): boolean {
  const name = kept[kept.length - 1];
  const prior = kept[kept.length - 2];
  if (name === undefined || name.kind !== "word" || isTypeStart(name)) return false;
  if (!isPunct(prior, "*") && !isWord(prior)) return false;
  if (isWord(prior, "struct") || isWord(prior, "union")) return false;
  kept[kept.length - 1] = { ...name, mark: { kind: "cleanup", by } };
  return true;
}

const TYPE_STARTS = new Set(
  "struct union enum const volatile void bool char short int long unsigned signed float double".split(" "),
);

function isTypeStart(token: Token): boolean {
  return TYPE_STARTS.has(token.shown);
}
