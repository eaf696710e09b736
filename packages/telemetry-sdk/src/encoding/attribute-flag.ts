// What an attribute is, besides its key, one bit each; numbers, as in `recorder/header.ts`.

/** Of the whole record: every span carries it. */
export const RECORD = 1;
export const BOOLEAN = 2;
export const LIST = 4;
/** Something else may say it too: what all spans carry, or a failure. */
export const SHARED = 8;
/** Shown as a keyed hash only. */
export const HASHED = 16;
/** For audit alone. */
export const AUDIT_ONLY = 32;
