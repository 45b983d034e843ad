/** What a profile tracks, by the names that C has for it. */
import type { Expr, TypeName } from "../../c/syntax";
import type { Codebase } from "../../model/lower/codebase";
import type { CTypes } from "../../model/lower/ctypes";
import { isPinnedHead, viewOf } from "../../model/lower/views";
import type { Profile } from "../../model/profile";
import type { Types } from "./types";

export class Tracked {
  /** Type -> paths of its fields, as the profile names them. */
  private readonly paths = new Map<string, Set<string>>();

  constructor(
    private readonly profile: Profile,
    private readonly codebase: Codebase,
    private readonly ctypes: CTypes,
  ) {
    for (const { type, fields } of profile.objects) {
      const own = Object.entries(fields).filter(
        ([, f]) => f.pinned === undefined && f.self !== true && f.pointsTo === undefined,
      );
      this.paths.set(type, new Set(own.map(([path]) => path)));
    }
    for (const { head, of, link } of profile.lists) {
      this.paths.get(of)?.add(link);
      if (!isPinnedHead(head, viewOf(profile, null), codebase)) this.add(head);
    }
    for (const { lock } of profile.locks) this.add(lock);
  }

  /** `struct kvm:mmu_lock`. */
  private add(named: string): void {
    const colon = named.indexOf(":");
    if (colon >= 0) this.paths.get(named.slice(0, colon))?.add(named.slice(colon + 1));
  }

  /**
   * Whether the member is a field, a list, a lock or the flags of an object of the profile; and the expression for what it is
   * a member of, from which on nothing is told yet.
   */
  member(expr: Extract<Expr, { kind: "member" }>, types: Types): { isTracked: boolean; object: Expr } {
    const path: string[] = [];
    for (let at: Expr = expr; at.kind === "member"; at = at.object) {
      path.unshift(at.field);
      const type = types.of(at.object);
      if (type !== null && this.paths.has(type.base) && type.pointers <= 1)
        return { isTracked: this.isPath(type.base, path.join(".")), object: at.object };
      if (at.arrow && type !== null) return { isTracked: false, object: at.object };
    }
    return { isTracked: false, object: expr.object };
  }

  /** `*p`, where an object of the profile stands for the scalars that pointers point to. */
  isScalar(expr: Expr): boolean {
    return this.hasScalar && expr.kind === "unary" && expr.op === "*";
  }

  /** The same of what the pointer points to. */
  isScalarAt(pointer: Expr): boolean {
    return this.hasScalar && !(pointer.kind === "unary" && pointer.op === "&");
  }

  private get hasScalar(): boolean {
    return this.profile.objects.some(({ scalar }) => scalar !== undefined);
  }

  /** A pointer to an object that comes and goes. */
  isPooled(type: TypeName | null): boolean {
    if (type === null || type.pointers !== 1) return false;
    return this.profile.objects.some((object) => object.type === type.base && !object.single);
  }

  private isPath(type: string, path: string): boolean {
    const paths = this.paths.get(type);
    if (paths?.has(path) === true) return true;
    const declared = this.codebase.memberType(type, path);
    const word = this.profile.words.find((w) => w.type === declared?.base);
    if (word !== undefined) return true;
    const cut = path.lastIndexOf(".");
    const parent = cut < 0 ? null : this.codebase.memberType(type, path.slice(0, cut));
    const flags = this.profile.words.find((w) => w.type === parent?.base);
    if (flags !== undefined)
      return path.slice(cut + 1) === flags.word || Object.hasOwn(flags.bits, path.slice(cut + 1));
    if (declared === null || declared.pointers > 0) return false;
    if (this.ctypes.lock(declared) !== null) return true;
    return ["refcount", "rcu", "work"].includes(this.ctypes.field(declared));
  }
}
