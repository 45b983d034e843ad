/** What a C type is to the machine: the kernel's own types by the table in `profiles/kernel/types.json`. */
import type { TypeName } from "../../c/syntax";
import type { FieldInfo, LockInfo } from "../ir";
import type { KernelTypes } from "../profile";

/** C's own arithmetic types. */
const ARITHMETIC = /^(_Bool|bool|(un)?signed|char|short|int|long|float|double)\b/;

export class CTypes {
  private readonly scalars: ReadonlySet<string>;
  private readonly queues: ReadonlySet<string>;

  constructor(private readonly table: KernelTypes) {
    this.scalars = new Set(table.scalars);
    this.queues = new Set(table.queues);
  }

  lock(type: TypeName | null): { readonly kind: LockInfo["kind"]; readonly spins: boolean } | null {
    return type === null || type.pointers > 0 ? null : (own(this.table.locks, type.base) ?? null);
  }

  isQueue(type: TypeName | null): boolean {
    return type !== null && this.queues.has(type.base);
  }

  /** The largest value of a kind of object that is one number; null for all else. */
  number(type: TypeName | null): number | null {
    return type === null || type.pointers > 0 ? null : (own(this.table.numbers, type.base) ?? null);
  }

  /** `part` for a struct or union by value that has members of its own. */
  field(type: TypeName): FieldInfo["kind"] | "part" {
    if (type.pointers > 0) return "plain";
    const kind = own(this.table.fields, type.base);
    if (kind !== undefined) return kind;
    return isAggregate(type) && !this.scalars.has(type.base) ? "part" : "plain";
  }

  /** The largest value that we give a scalar of this type; null for what is no scalar. An undeclared member is taken for a flag. */
  scalarMax(type: TypeName | null): number | null {
    if (type === null) return 1;
    if (type.isArray || type.pointers > 0) return null;
    if (/^(bool|_Bool)$/.test(type.base)) return 1;
    return this.scalars.has(type.base) || ARITHMETIC.test(type.base) || !isAggregate(type) ? 7 : null;
  }
}

function isAggregate(type: TypeName): boolean {
  return /^(struct|union) /.test(type.base);
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
