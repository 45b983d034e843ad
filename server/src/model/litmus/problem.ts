/** A litmus test that cannot be read or is not modelled; the message tells what it was. */
export class LitmusProblem extends Error {
  override readonly name = "LitmusProblem";
}
