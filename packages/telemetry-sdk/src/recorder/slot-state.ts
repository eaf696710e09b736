// Plain numbers, so that the build writes them where they are used.

/** Words of a slot: what the journal of one module needs. */
export const SLOT_WORDS = 256;
/** Words of a long slot, where a journal moves that outgrows its own: all modules in one process write one journal. */
export const LONG_WORDS = 2_048;
/** Words at the end that only FINISH entries take: how a record ended is known however long its journal is. */
export const HEADROOM = 16;

/** Numbers that are kept about a slot beside its words. */
export const STATE_WORDS = 16;
/** The journal that the slot serves now; `FREE` when there is none. */
export const JOURNAL_HANDLE = 0;
/** Words written. */
export const LENGTH = 1;
/** Stages that have not ended. */
export const OPEN = 2;
/** Terminal points to come. */
export const TERMINALS = 3;
/** `Flag`. */
export const FLAGS = 4;
/** Stages, once the journal has a log of its own: before, there are too few of them to count. */
export const SPANS = 5;
/** Position of the record's id; 0 when it has none yet. */
export const RECORD_ID = 6;
/** Number of the batch it left with; 0 when it did not. */
export const BATCH = 7;
/** Words that may be written in the arena; 0 once the journal has moved to a log of its own. */
export const ROOM = 8;
/** Where the journal's words begin in the arena. */
export const PLACE = 9;
/** The newest stage that was written without ado: most of what is said is about it. */
export const LAST = 10;
/** What the times of entries are relative to: the low and the high word of nanoseconds of the recorder's clock. */
export const BASE_LOW = 11;
export const BASE_HIGH = 12;
/** End of what was written last, in nanoseconds since the base; negative when that does not fit: see `MARK_TIME`. */
export const MARK = 13;

/** No handle: so that no call has to look for 0 apart. */
export const FREE = -1;

/** Times that are kept about a slot, in nanoseconds of the recorder's clock. */
export const TIMES = 4;
/** What the times of entries are relative to. */
export const BASE = 0;
/** End of what was written last, where `MARK` does not say it. */
export const MARK_TIME = 1;
export const BEGIN = 2;
/** From the recorder's clock to the Unix epoch, in milliseconds. */
export const OFFSET = 3;

/** What takes longer is written in milliseconds. A base that is older is moved at the next time that has to be looked at closely. */
export const MAX_AGE_NS = 2_000_000_000;
export const NS_PER_MS = 1_000_000;
/** What the higher of two words counts. */
export const TWO_32 = 0x1_0000_0000;
/** To multiply with: dividing takes three times as long. */
export const MS_PER_NS = 1e-6;
export const S_PER_NS = 1e-9;
