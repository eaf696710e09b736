// Positions in the header of a journal. A module of plain numbers, imported as a whole: the build writes each of them where it is used, as it
// does not with properties of an object.

/** Words of the whole journal; written when it becomes a receipt. */
export const LENGTH = 4;
/** 4 words, most significant first. */
export const TRACE_ID = 5;
/** 2 words; 0 on a root. */
export const PARENT_SPAN_ID = 9;
/** Number of the record in its epoch: its span ids are made of it. */
export const SEQUENCE = 11;
export const EPOCH = 12;
/** Double: milliseconds since the Unix epoch. */
export const BASE = 13;
/** `Flag`. */
export const FLAGS = 15;
