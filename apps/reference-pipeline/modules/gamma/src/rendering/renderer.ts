import { createHash } from 'node:crypto';
import {
	JOURNAL,
	type RenderedRecord,
	type RenderingFailure,
	type Runtime,
	STAGE,
	type TransformedRecord,
	traceFieldsOf,
} from '@pipeline/model';
import type { GammaConfig, RenderFormat } from '../config/gamma-config.ts';
import type { Destination } from '../destinations/destination.ts';
import { GAMMA_CODES } from '../errors/codes.ts';
import { formatArrays } from './array-format.ts';
import { checkConformance } from './conformance.ts';
import { csvRow } from './csv-row.ts';
import { encodeText } from './encode-text.ts';
import type { FormattingRules } from './formatting.ts';
import { jsonObject } from './json-text.ts';
import { nullText, plainFields } from './plain-fields.ts';
import { RenderError } from './render-error.ts';
import { escapeAboveAscii } from './text-value.ts';
import { visibleFields } from './visible-fields.ts';

const CONTENT_TYPES: Readonly<Record<RenderFormat, string>> = { JSON: 'application/json', CSV: 'text/csv' };

/** Tells a failure from a rendered record. */
export function isRenderingFailure(outcome: RenderedRecord | RenderingFailure): outcome is RenderingFailure {
	return 'targetFormat' in outcome;
}

/** Turns a record into the bytes of one JSON object or one CSV row, without line end. */
export class Renderer {
	readonly config: GammaConfig;
	readonly runtime: Runtime;
	private rendered = 0;
	private failed = 0;

	constructor(config: GammaConfig, runtime: Runtime) {
		this.config = config;
		this.runtime = runtime;
	}

	/** Failures per rendering since the start, 0 when idle. */
	get errorRate(): number {
		const total = this.rendered + this.failed;
		return total === 0 ? 0 : this.failed / total;
	}

	/** Records rendered or failed since the start. */
	get total(): number {
		return this.rendered + this.failed;
	}

	/** Applies FR01 to FR07, the conformance check and the size limit. Never throws for a bad record. */
	render(record: TransformedRecord, destination: Destination): RenderedRecord | RenderingFailure {
		const startedMs = this.runtime.now();
		try {
			const rendered = this.renderedRecord(record, destination, startedMs);
			this.rendered += 1;
			return rendered;
		} catch (error) {
			this.failed += 1;
			return this.failure(record, destination, error);
		}
	}

	private renderedRecord(record: TransformedRecord, destination: Destination, startedMs: number): RenderedRecord {
		const encoding = destination.formatting.encoding ?? 'UTF-8';
		const content = encodeText(renderText(record, destination.format, destination.formatting), encoding);
		const limit = this.config.maxRecordSizeBytes;
		if (content.byteLength > limit) {
			throw new RenderError(GAMMA_CODES.renderTooLarge, `${content.byteLength} bytes, the limit is ${limit}`);
		}
		return {
			recordId: record.recordId,
			destinationId: destination.id,
			format: destination.format,
			renderedContent: content,
			contentType: CONTENT_TYPES[destination.format],
			encoding,
			renderTimestamp: this.runtime.timestamp(),
			renderDurationMs: Math.round(this.runtime.elapsedMs(startedMs)),
			contentChecksum: createHash('sha256').update(content).digest('hex'),
			lineageId: record.lineageId,
			...traceFieldsOf(record),
			[JOURNAL]: record[JOURNAL],
			[STAGE]: record[STAGE],
		};
	}

	private failure(record: TransformedRecord, destination: Destination, error: unknown): RenderingFailure {
		const known = error instanceof RenderError ? error : undefined;
		return {
			recordId: record.recordId,
			destinationId: destination.id,
			targetFormat: destination.format,
			inputFields: record.fields,
			errorCode: known?.code ?? GAMMA_CODES.renderUnknown,
			errorMessage: error instanceof Error ? error.message : String(error),
			fieldName: known?.fieldName ?? null,
			failureTimestamp: this.runtime.timestamp(),
			lineageId: record.lineageId,
			...traceFieldsOf(record),
			[JOURNAL]: record[JOURNAL],
			[STAGE]: record[STAGE],
		};
	}
}

function renderText(record: TransformedRecord, format: RenderFormat, rules: FormattingRules): string {
	const entries = formatArrays(plainFields(visibleFields(record.fields, rules), format, rules), rules);
	checkConformance(entries, rules);
	const text = format === 'JSON' ? jsonObject(entries) : csvRow(entries, rules.columns ?? [], nullText('CSV', rules));
	return rules.escaping?.escapeUnicode === true ? escapeAboveAscii(text) : text;
}
