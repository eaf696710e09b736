import { SpanKind } from '@opentelemetry/api';
import {
	type AttributeValue,
	commonAttributes,
	type ErrorDef,
	placeOf,
	telemetry,
	visibleAttributes,
	writeHexWords,
} from '@pipeline/telemetry-core';
import { lookUpError } from '@pipeline/telemetry-core/registry';
import type { SpanView } from '@pipeline/telemetry-testing';
import { entryWords, kindOf } from '../../src/recorder/entries.ts';
import * as HEADER from '../../src/recorder/header.ts';
import { viewJournal } from '../../src/recorder/journal-view.ts';
import * as Kind from '../../src/recorder/kind.ts';
import { DEFINITION_MASK, FIRST_ENTRY, STATUS_MASK, STATUS_SHIFT } from '../../src/recorder/layout.ts';
import { LINK_TYPES } from '../../src/recorder/link-types.ts';
import { writePosition } from '../../src/recorder/position.ts';
import type { ReceiptContext } from '../../src/recorder/receipts.ts';

const STATUSES = ['UNSET', 'OK', 'ERROR'] as const;

interface Extra {
	links: SpanView['links'][number][];
	exceptions: SpanView['events'][number][];
}

/** A journal's spans, made without the encoder. */
export function spanViews(words: Int32Array, at: number, context: ReceiptContext): SpanView[] {
	const { stages, record, flags } = viewJournal(words, at, context);
	const keys = context.keysOf(words[at + HEADER.EPOCH] as number);
	if (keys === undefined) return [];
	const extras = extrasOf(words, at, context, (stage) => writePosition(words, at, stage, flags, keys, {}).spanId ?? '');
	return [...stages].map(([stage, view]) => {
		const { traceId = '', spanId = '', parentSpanId } = writePosition(words, at, stage, flags, keys, {});
		const status = STATUSES[((words[at + stage] as number) & STATUS_MASK) >>> STATUS_SHIFT] ?? 'UNSET';
		const extra = extras.get(stage);
		return {
			name: view.name,
			kind: String(SpanKind[SpanKind[view.entry.kind]]),
			status,
			statusMessage: status === 'ERROR' ? (view.error?.name ?? '') : undefined,
			traceId,
			spanId,
			parentSpanId,
			scope: '',
			attributes: {
				...(telemetry.attributes ?? commonAttributes()),
				...placeOf(view.name),
				...record,
				...visibleAttributes(view.attributes as Record<string, AttributeValue>),
			},
			events: [...(extra?.exceptions ?? []), ...view.events.map(({ name, attributes }) => ({ name, attributes }))],
			links: extra?.links ?? [],
			startMs: view.startMs,
			endMs: view.endMs,
		};
	});
}

function extrasOf(words: Int32Array, at: number, context: ReceiptContext, spanIdOf: (stage: number) => string) {
	const extras = new Map<number, Extra>();
	const of = (stage: number): Extra => {
		const known = extras.get(stage) ?? { links: [], exceptions: [] };
		extras.set(stage, known);
		return known;
	};
	const hex = (from: number, count: number) =>
		writeHexWords(new Uint32Array(words.slice(from, from + count)), 0, count);
	const end = at + (words[at + HEADER.LENGTH] as number);
	for (let entry = at + FIRST_ENTRY; entry < end; entry += entryWords(words, entry)) {
		const definition = (words[entry] as number) & DEFINITION_MASK;
		const owner = words[entry + 1] as number;
		const type = LINK_TYPES[definition] ?? '';
		switch (kindOf(words[entry] as number)) {
			case Kind.LINK:
				of(owner).links.push({
					type,
					traceId: hex(at + HEADER.TRACE_ID, 4),
					spanId: spanIdOf(words[entry + 2] as number),
				});
				break;
			case Kind.REMOTE_LINK:
				of(owner).links.push({ type, traceId: hex(entry + 2, 4), spanId: hex(entry + 6, 2) });
				break;
			case Kind.FAILURE: {
				const exception = context.nameOf(words[entry + 3] as number);
				const message = lookUpError(definition as ErrorDef)?.name ?? '';
				if (exception !== '')
					of(owner).exceptions.push({
						name: 'exception',
						attributes: { 'exception.type': exception, 'exception.message': message },
					});
				break;
			}
			default:
		}
	}
	return extras;
}
