export { isForbiddenKey } from './keys.ts';
export type { Pattern } from './patterns.ts';
export { REDACTED, REDACTION_RULES, type RedactTextOptions, redactionMark, redactText } from './redact-text.ts';
export { isHarmlessUtf8 } from './text-classes.ts';
