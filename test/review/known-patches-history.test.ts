/** Patches for the releases up to 5.12, and such as change what callers that they do not show have to pass. */
import { testPatches } from "./known-patches";

testPatches("expect-history.json");
