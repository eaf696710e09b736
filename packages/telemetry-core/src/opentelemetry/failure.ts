import type { AttributeValue } from '../journal/stages.ts';
import type { Named } from '../registry/define.ts';
import type { ErrorEntry } from '../registry/entries.ts';

const MAX_STACK = 8192;
/** `    at Class.method (file:line:column)`, also without a function, and of built-in functions. */
const FRAME =
	/^ {4}at (?:[\w$.<>#[\] ]{1,200} \((?:[^\s()]{1,512}:\d+:\d+|<anonymous>|native|index \d+)\)|(?:async )?[^\s()]{1,512}:\d+:\d+)$/;
/** What V8 writes before the message: `TypeError`, Node also `TypeError [ERR_INVALID_ARG_TYPE]`. */
const HEADER_NAME = /^[\w$]{1,64}(?: \[\w{1,64}\])?/;
const CLASS_NAME = /^[A-Z]\w{0,63}$/;
const ERROR_NAME = /^[A-Z]\w{0,57}(?:Error|Exception)$|^Error$/;

/** What the registry knows of an error, as span attributes. */
export function failureAttributes({ name, entry }: Named<ErrorEntry>): Record<string, AttributeValue> {
	return {
		'error.type': name,
		'pipeline.error_category': entry.category,
		'pipeline.recoverability': entry.recoverability,
		'pipeline.error_scope': entry.scope,
		'pipeline.retry_eligible': entry.recoverability === 'TRANSIENT',
	};
}

/**
 * The `exception` event of a failed stage. Its message is the error code: messages of parsers and drivers quote the data.
 * Only unexpected errors show where they were thrown, without their message line.
 */
export function exceptionAttributes({ name }: Named<ErrorEntry>, error: unknown): Record<string, string> {
	const type = exceptionType(error);
	const attributes: Record<string, string> = { 'exception.type': type, 'exception.message': name };
	if (name.endsWith('_UNKNOWN')) {
		const frames = exceptionFrames(error);
		if (frames !== '') attributes['exception.stacktrace'] = `${type}: ${name}\n${frames}`.slice(0, MAX_STACK);
	}
	return attributes;
}

/** Name of an error's class. Anyone may write into `name`, so only what reads like a class of errors is taken from there. */
export function exceptionType(error: unknown): string {
	if (!(error instanceof Error)) return typeof error;
	try {
		const { name, constructor: of } = error;
		if (typeof name === 'string' && ERROR_NAME.test(name)) return name;
		return typeof of === 'function' && CLASS_NAME.test(of.name) ? of.name : 'Error';
	} catch {
		return 'Error';
	}
}

/**
 * Where an error was thrown: V8's frames, which follow its message. Nothing when the message is no longer the one that the stack begins
 * with: then nobody can tell where it ends, and it may have lines that look like frames.
 */
export function exceptionFrames(error: unknown): string {
	try {
		if (!(error instanceof Error) || typeof error.stack !== 'string') return '';
		const { stack } = error;
		const name = HEADER_NAME.exec(stack)?.[0] ?? '';
		const message = String(error.message);
		const header = message === '' ? `${name}\n` : `${name}: ${message}\n`;
		if (!stack.startsWith(header)) return '';
		const lines = stack.slice(header.length, header.length + 4 * MAX_STACK).split('\n');
		return lines.filter((line) => FRAME.test(line)).join('\n');
	} catch {
		return '';
	}
}
