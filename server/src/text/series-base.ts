/** What a series was made on is said once, in its cover letter or its first patch, and holds for all of it. */
import type { Patch } from "./document";
import type { Envelope } from "./envelope";
import type { Trailers } from "./trailers";

export class SeriesBases {
  private readonly byThread = new Map<string, Trailers>();
  /** Of mails that nobody threaded: by how many patches their series has. */
  private readonly byTotal = new Map<string, Trailers>();

  note({ messageId, inReplyTo, part }: Envelope, trailers: Trailers): void {
    if (trailers.baseCommit === null) return;
    for (const id of [messageId, inReplyTo]) if (id !== null) this.byThread.set(id, trailers);
    const total = totalOf(part);
    if (messageId === null && total !== null) this.byTotal.set(total, trailers);
  }

  complete(patches: readonly Patch[]): Patch[] {
    return patches.map((patch) => {
      if (patch.baseCommit !== null || patch.authorship !== "author" || totalOf(patch.part) === null) return patch;
      return { ...patch, ...this.of(patch) };
    });
  }

  private of({ messageId, inReplyTo, part }: Patch): Trailers | undefined {
    if (messageId === null) return this.byTotal.get(totalOf(part) ?? "");
    return this.byThread.get(messageId) ?? (inReplyTo === null ? undefined : this.byThread.get(inReplyTo));
  }
}

/** `7` of `3/7`. */
function totalOf(part: string | null): string | null {
  return part?.split("/")[1] ?? null;
}
