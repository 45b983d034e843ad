/** A command line that Lastput does not understand; the message tells the person what to do instead. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
