/**
 * The words of a journal. A journal is a log of signed 32-bit words, written once and read as it stands: in its slot while
 * the record is worked on, then, copied whole, as the record's receipt.
 *
 * ```
 *  0       entry stage (a STAGE entry at position 0, so that stage 0 is the entry stage)
 *  4       header
 *  16      entries, one behind the other, to the end
 * ```
 *
 * An entry begins with a meta word; a Stage is the position of its entry. Times are nanoseconds since the base, 0 .. 2^31 - 1: the
 * header's, until a REBASE entry moves it for all entries behind. Doubles are two words, little endian. Text is UTF-8, four bytes
 * a word, little endian, padded with zeros.
 *
 * | Kind | words behind the meta word |
 * |---|---|
 * | STAGE | parent, start, duration (ns; when LONG: the position of its DURATION entry) |
 * | DURATION | stage, milliseconds (double) |
 * | EVENT | stage, time |
 * | INTEGER | owner, value |
 * | NUMBER | owner, value (double) |
 * | CODE | owner, value (id in the registry's value table) |
 * | NAME | owner, value (id in the process's string table) |
 * | TEXT | owner and length in bytes, bytes |
 * | FAILURE | stage, time, type of the thrown value (id in the string table; 0: nothing was thrown) |
 * | STACK | stage and length in bytes, bytes: frames of the FAILURE before it |
 * | LINK | stage, position of the linked stage |
 * | REMOTE_LINK | stage, trace id (4), span id (2), flags |
 * | TRACE_STATE | stage of the REMOTE_LINK before it (or -1: of the record's own context) and length in bytes, bytes |
 * | BAGGAGE | 0 and length in bytes, bytes: W3C header text |
 * | FINISH | stage, time, outcome |
 * | REBASE | base (double: milliseconds since the Unix epoch) |
 *
 * The meta word holds the definition (span, span event, attribute, error, event or link type; 19 bits), the kind (4 bits), a stage's
 * status (2 bits) and flags (2 bits), under a mark (5 bits) whose top bit no time and no ASCII text has.
 */

// Plain numbers alone, without an import: the build writes them where they are used.

export const DEFINITION_MASK = 0x7ffff;
export const KIND_SHIFT = 19;
export const STATUS_SHIFT = 23;
export const STATUS_MASK = 3 << STATUS_SHIFT;
/** STAGE: it has ended. */
export const ENDED = 1 << 25;
/** STAGE: it took 2 s or more. */
export const LONG = 1 << 26;
/** Of every meta word. */
export const MARK = 0x15 << 27;
/** All that tells whether a word is the meta word of an entry of one kind. */
export const ENTRY_KIND_MASK = (0x1f << 27) | (0xf << 19);

/** Meta words without a definition, as plain numbers for the hot path; `meta` gives the same. */
export const STAGE_WORD = (0x15 << 27) | (1 << 19);
export const EVENT_WORD = (0x15 << 27) | (3 << 19);
export const INTEGER_WORD = (0x15 << 27) | (4 << 19);
export const CODE_WORD = (0x15 << 27) | (6 << 19);
export const NAME_WORD = (0x15 << 27) | (7 << 19);
export const FINISH_WORD = (0x15 << 27) | (15 << 19);
/** Without a status, and ended. */
export const ENDED_STAGE_WORD = (0x15 << 27) | (1 << 19) | (1 << 25);
/** Mark, kind and ENDED: equal to STAGE_WORD for a stage that is open. */
export const OPEN_STAGE_MASK = (0x1f << 27) | (0xf << 19) | (1 << 25);
/** Words of a STAGE. */
export const STAGE_WORDS = 4;
/** Words of a FINISH. */
export const FINISH_WORDS = 4;
/** Words of an INTEGER, a CODE or a NAME. */
export const VALUE_WORDS = 3;
/** `StageStatus.UNSET` and `StageStatus.ERROR`. */
export const UNSET_STATUS = 0;
export const ERROR_STATUS = 2;

/** TEXT, STACK, TRACE_STATE and BAGGAGE: position (18 bits) and length in bytes (14 bits) share a word. */
export const OWNER_MASK = 0x3ffff;
export const LENGTH_SHIFT = 18;
/** Longest text, in bytes. */
export const MAX_TEXT_BYTES = 0x3fff;
/** Owner of a TRACE_STATE that belongs to the record's own context. */
export const OWN_CONTEXT = 0x3ffff;
/** Longest journal: positions have 18 bits. */
export const MAX_WORDS = 0x3fffe;

/** Where entries begin behind the header. */
export const FIRST_ENTRY = 16;
