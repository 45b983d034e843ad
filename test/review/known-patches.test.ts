/** Patches for the releases up to 6.3 and for what was proposed on the way, and for the smallest profile. */
import { testPatches } from "./known-patches";

testPatches("expect.json");
