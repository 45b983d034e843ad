/** The code under review declares something so that the profile cannot be applied to it: a lock that is none, say. */
export class ProfileMisfit extends Error {}
