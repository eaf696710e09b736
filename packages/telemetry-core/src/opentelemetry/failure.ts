import type { AttributeValue } from '../journal/stages.ts';
import type { Named } from '../registry/define.ts';
import type { ErrorEntry } from '../registry/entries.ts';

const MAX_STACK = 8192;
const FRAME = /^\s+at .*(?::\d+:\d+\)?|\((?:<anonymous>|native|index \d+)\))$/;

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
	const type = error instanceof Error ? error.name : typeof error;
	const attributes: Record<string, string> = { 'exception.type': type, 'exception.message': name };
	if (name.endsWith('_UNKNOWN') && error instanceof Error) {
		const frames = framesOf(error);
		if (frames !== '') attributes['exception.stacktrace'] = `${type}: ${name}\n${frames}`.slice(0, MAX_STACK);
	}
	return attributes;
}

/** Only what looks like V8's frames, behind the message: a message of several lines may have one that begins with "at". */
function framesOf({ stack, message }: Error): string {
	if (typeof stack !== 'string') return '';
	const said = stack.indexOf(message);
	const frames = said < 0 ? stack : stack.slice(said + message.length);
	const lines = frames.slice(0, 4 * MAX_STACK).split('\n');
	return lines.filter((line) => FRAME.test(line)).join('\n');
}
