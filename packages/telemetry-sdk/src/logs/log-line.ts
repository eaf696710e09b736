import { format } from 'node:util';
import { exceptionFrames, exceptionType } from '@pipeline/telemetry-core';
import { redactDimensions } from '@pipeline/telemetry-core/schema';
import { correlation } from './correlation.ts';
import { cut, type Dimensions, flatDimensions, STACK } from './dimensions.ts';

/** Removes from lines what nobody may read. */
export interface LineRedaction {
	text(text: string): string;
	attribute(key: string, value: string): unknown;
}

/** The last look of the event schema: forbidden keys, and texts that look like secrets. */
export const DEFAULT_REDACTION: LineRedaction = {
	text: (text) => redactDimensions({ message: text })['message'] ?? '',
	attribute: (key, value) => redactDimensions({ [key]: value })[key],
};

/** Who writes a line. */
export interface LineWriter {
	/** `pipeline.alpha.parser.log.` */
	readonly prefix: string;
	readonly redaction: LineRedaction;
}

export interface LogLine {
	readonly fields: Dimensions;
	readonly message: string;
}

const EVENT = /^[a-z][a-z0-9_]{0,63}$/;
const UNNAMED = 'message';
/** Fields that are given by the writer, or say something else here. */
const RESERVED = new Set([
	...['timestamp', 'level', 'module', 'component', 'name', 'message', 'trace_id', 'span_id', 'trace_flags'],
	...['event', 'record', 'err', 'error'],
]);

/**
 * What pino is to write for a call like `log.warn({ event: 'rule_failed', record, rule: { id: 'VR01' } }, 'rule %s failed', 'VR01')`. Never throws.
 *
 * @param bound keys that the logger's bindings have already
 */
export function lineOf(writer: LineWriter, args: readonly unknown[], bound: ReadonlySet<string>): LogLine {
	try {
		const [first, ...rest] = args;
		const added = typeof first === 'object' && first !== null ? first : undefined;
		const texts = added === undefined ? args : rest;
		const error = errorOf(added);
		const { event, record } = (added ?? {}) as { readonly event?: unknown; readonly record?: unknown };
		const name = typeof event === 'string' && EVENT.test(event) ? event : UNNAMED;
		const fields: Dimensions = { name: `${writer.prefix}${name}` };
		for (const [key, id] of Object.entries(without(bound, correlation(record))))
			fields[key] =
				key === 'record_id' ? shownId(writer.redaction, key, String(id)) : writer.redaction.text(String(id));
		const said = {
			...(error === undefined ? {} : errorFields(error)),
			...(added === undefined || added === error ? {} : flatDimensions(added, new Set([...RESERVED, ...bound]))),
		};
		for (const [key, value] of Object.entries(said)) {
			const shown = redacted(writer, key, value);
			if (shown !== undefined) fields[key] = shown;
		}
		if (!bound.has('correlation_id') && fields['correlation_id'] === undefined) {
			const id = bound.has('batch_id') ? undefined : (fields['batch_id'] ?? fields['trace_id']);
			if (id !== undefined) fields['correlation_id'] = id;
		}
		const message = texts.length === 0 ? (error === undefined ? '' : exceptionType(error)) : format(...texts);
		return { fields, message: cut(writer.redaction.text(message), 'message') };
	} catch {
		return { fields: { name: `${writer.prefix}${UNNAMED}` }, message: '[unreadable]' };
	}
}

function errorOf(added: object | undefined): object | undefined {
	if (added === undefined || added instanceof Error) return added;
	const { err, error = err } = added as { readonly err?: unknown; readonly error?: unknown };
	return error instanceof Error ? error : undefined;
}

/** Type and frames. Its message stays unsaid: messages of parsers and drivers quote the data. */
function errorFields(error: object): Dimensions {
	const type = exceptionType(error);
	const frames = exceptionFrames(error);
	return { 'exception.type': type, ...(frames === '' ? {} : { [STACK]: cut(`${type}\n${frames}`, STACK) }) };
}

/** An id as other signals show it, too. */
export const shownId = (redaction: LineRedaction, key: string, id: string): string =>
	String(redaction.attribute(key, id) ?? '');

/** @returns undefined for what is not to be said at all */
function redacted(
	{ redaction }: LineWriter,
	key: string,
	value: string | number | boolean,
): string | number | boolean | undefined {
	if (typeof value === 'boolean') return value;
	const after = redaction.attribute(key, String(value));
	if (after === undefined) return undefined;
	return after === String(value) ? value : String(after);
}

function without(bound: ReadonlySet<string>, fields: object): Dimensions {
	return Object.fromEntries(Object.entries(fields).filter(([key]) => !bound.has(key)));
}
