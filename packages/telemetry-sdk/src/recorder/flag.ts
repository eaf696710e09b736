// What is true of a whole journal, one bit each; numbers, as in `header.ts`.

/** Sampled from the start, here or by whoever sent the record. */
export const SAMPLED = 1 << 0;
/** The trace id's last 7 bytes are random. */
export const RANDOM = 1 << 1;
/** The trace began in this process. */
export const ROOT = 1 << 2;
export const ERROR = 1 << 3;
export const SLOW = 1 << 4;
export const SLOW_OPERATION = 1 << 5;
export const DLQ = 1 << 6;
export const REPLAY = 1 << 7;
export const SECURITY = 1 << 8;
export const FORCED = 1 << 9;
/** Something could not be written: the journal had its full length. */
export const TRUNCATED = 1 << 10;
/** Nothing ended it: it was open for too long. */
export const ABANDONED = 1 << 11;
/** Some entries were written under another base than the header's. */
export const REBASED = 1 << 12;
/** It left the process: what becomes of the record is decided elsewhere. */
export const PARKED = 1 << 13;
/** Its spans were encoded. */
export const ENCODED = 1 << 14;
/** It has a TRACE_STATE or a BAGGAGE of its own, as first entries. */
export const HAS_CONTEXT = 1 << 16;

/** All that keep a trace whatever the sampling ratio. */
export const KEEP = ERROR | SLOW | SLOW_OPERATION | DLQ | REPLAY | SECURITY | FORCED;
