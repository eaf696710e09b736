import {
	type Fields,
	JOURNAL,
	type ParsedRecord,
	type ParseFailure,
	type RawRecord,
	type Runtime,
	STAGE,
	traceFieldsOf,
} from '@pipeline/model';
import { csvFields, jsonObjects, type ParsedContent } from './content.ts';
import { decodeText } from './decode-text.ts';
import { type ParseCode, SourceFault } from './parse-codes.ts';

/** What became of a raw record: its records, or why there are none. */
export interface ParseOutcome {
	readonly records: readonly ParsedRecord[];
	readonly failure?: ParseFailure;
}

export interface RecordParserOptions {
	readonly runtime: Runtime;
	readonly maxRecordSizeBytes: number;
	readonly encodingFallback: string;
	/** A JSON array inside one raw record becomes several records. @default false: it is refused */
	readonly splitsArrays?: boolean;
}

/** Makes fields of bytes. Never throws: what cannot be parsed is a failure. */
export class RecordParser {
	readonly #options: RecordParserOptions;

	constructor(options: RecordParserOptions) {
		this.#options = options;
	}

	parse(raw: RawRecord): ParseOutcome {
		const { runtime } = this.#options;
		const startedMs = runtime.now();
		try {
			const { objects: contents, warnings } = this.#contents(raw);
			const durationMs = Math.round(runtime.elapsedMs(startedMs));
			if (contents.length === 1)
				return { records: [this.#record(raw, contents[0] as Fields, warnings, durationMs, raw.lineageId)] };
			return {
				records: contents.map((fields) =>
					this.#record(raw, fields, warnings, durationMs, runtime.uuid('lineage'), [raw.lineageId]),
				),
			};
		} catch (error) {
			return { records: [], failure: this.#failure(raw, error) };
		}
	}

	#contents(raw: RawRecord): ParsedContent {
		const { maxRecordSizeBytes, encodingFallback, splitsArrays = false } = this.#options;
		const { faultCode, faultLocation = '', faultExpected = '' } = raw.sourceMetadata;
		if (faultCode !== undefined) throw new SourceFault(faultCode as ParseCode, faultLocation, faultExpected);
		if (raw.rawBytes.length > maxRecordSizeBytes) {
			throw new SourceFault('PARSE_006_TOO_LARGE', String(maxRecordSizeBytes), `at most ${maxRecordSizeBytes} bytes`);
		}
		const text = decodeText(raw.rawBytes, raw.encoding, encodingFallback);
		const { columns } = raw.sourceMetadata;
		if (columns !== undefined) {
			const delimiter = raw.contentType === 'text/tab-separated-values' ? '\t' : ',';
			return { objects: [csvFields(text, JSON.parse(columns) as string[], delimiter)], warnings: [] };
		}
		return jsonObjects(text, splitsArrays);
	}

	#record(
		raw: RawRecord,
		fields: Fields,
		parseWarnings: readonly string[],
		parseDurationMs: number,
		lineageId: string,
		parentIds?: readonly string[],
	): ParsedRecord {
		const { runtime } = this.#options;
		return {
			recordId: runtime.uuid('record'),
			rawRecordRef: refOf(raw),
			fields,
			schemaId: raw.sourceId,
			schemaVersion: 1,
			parseTimestamp: runtime.timestamp(),
			parseDurationMs,
			parseWarnings,
			sourceId: raw.sourceId,
			batchId: raw.batchId,
			ingestionTimestamp: raw.ingestionTimestamp,
			sourceTimestamp: raw.sourceTimestamp,
			lineageId,
			...(parentIds && { parentIds }),
			...traceFieldsOf(raw),
			[JOURNAL]: raw[JOURNAL],
			[STAGE]: raw[STAGE],
		};
	}

	#failure(raw: RawRecord, error: unknown): ParseFailure {
		const fault = error instanceof SourceFault ? error : new SourceFault('PARSE_999_UNKNOWN', '0', 'a record');
		return {
			rawRecord: raw,
			errorLocation: fault.location,
			expectedToken: fault.expected,
			parserState: raw.contentType,
			failureTimestamp: this.#options.runtime.timestamp(),
			errorCode: fault.code,
			lineageId: raw.lineageId,
			...traceFieldsOf(raw),
			[JOURNAL]: raw[JOURNAL],
			[STAGE]: raw[STAGE],
		};
	}
}

/** `{batch_id}#{sequence_number}`. */
export function refOf({ batchId, sequenceNumber }: RawRecord): string {
	return `${batchId}#${sequenceNumber}`;
}
