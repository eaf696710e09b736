/** Attributes of a span, and of an event. */
export const MAX_ATTRIBUTES = 64;
/** Events of a span, and besides them exceptions. */
export const MAX_EVENTS = 64;
/** Links of a span: the first ones, the link to the batch among them. */
export const MAX_LINKS = 128;
