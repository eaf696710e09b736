// Kinds of entries in a journal; numbers, as in `header.ts`.

export const STAGE = 1;
export const DURATION = 2;
export const EVENT = 3;
export const INTEGER = 4;
export const NUMBER = 5;
export const CODE = 6;
export const NAME = 7;
export const TEXT = 8;
export const FAILURE = 9;
export const STACK = 10;
export const LINK = 11;
export const REMOTE_LINK = 12;
export const TRACE_STATE = 13;
export const BAGGAGE = 14;
export const FINISH = 15;
/** Shares its number with nothing that has a definition. */
export const REBASE = 0;
