import type { AttributeValue, Scope, SpanDef } from '@pipeline/telemetry-core';
import type { DetailLevel } from '@pipeline/telemetry-core/registry';
import * as HEADER from '../recorder/header.ts';
import { DEFINITION_MASK } from '../recorder/layout.ts';
import type { ReceiptContext } from '../recorder/receipts.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { AttributeFacts } from './attribute-facts.ts';
import { AttributeWriter } from './attribute-writer.ts';
import { DefinitionTemplates } from './definition-templates.ts';
import { EventWriter } from './event-writer.ts';
import { JournalOutline } from './journal-outline.ts';
import { LinkWriter } from './link-writer.ts';
import { MergedAttributes } from './merged-attributes.ts';
import { NameTemplates } from './name-templates.ts';
import { RecordContext } from './record-context.ts';
import { SharedFields } from './shared-fields.ts';
import { EXTRA_KEYS, SpanWriter } from './span-writer.ts';
import { Templates } from './templates.ts';
import { type EncodedSpans, TraceRequest, type TraceResource } from './trace-request.ts';

export interface SpanEncoderOptions {
	/** Stages above this level are left out; those below them hang under the nearest one that is written. @default standard */
	readonly detail?: DetailLevel | undefined;
	/** Attributes of every span: namespace, product, mode. */
	readonly attributes: Readonly<Record<string, AttributeValue>>;
	/** Who speaks for a span's definition. Asked once for each. */
	readonly scopeOf: (definition: SpanDef) => Scope;
	readonly resource: TraceResource;
	/** Decides about every text of a journal. Absent: all are written as they are. */
	readonly redaction?: Redaction | undefined;
	/** A request that has reached this size takes no further span; receivers of gRPC refuse more than 4 MiB. @default 2097152 */
	readonly maxRequestBytes?: number | undefined;
	/** What waits to be taken is no more than this and one span; further spans are dropped. @default 67108864 */
	readonly maxPendingBytes?: number | undefined;
}

const FAILURE_KEYS = [
	'error.type',
	'pipeline.error_category',
	'pipeline.recoverability',
	'pipeline.error_scope',
	'pipeline.retry_eligible',
];
const PLACE_KEYS = ['pipeline.module', 'pipeline.component'];

/**
 * Makes OTLP of journals, without objects in between: `ExportTraceServiceRequest` in protobuf. Says what the journal on the OpenTelemetry
 * API would have said for the same calls. Words that are no journal yield no spans, or those of the part that makes sense.
 */
export class SpanEncoder {
	readonly #scopeOf: SpanEncoderOptions['scopeOf'];
	readonly #maxRequestBytes: number;
	readonly #maxPendingBytes: number;
	readonly #request: TraceRequest;
	readonly #outline: JournalOutline;
	readonly #record: RecordContext;
	readonly #names: NameTemplates;
	readonly #hashedNames: NameTemplates;
	readonly #shared: SharedFields;
	readonly #spans: SpanWriter;
	readonly #scopes = new Map<number, number>();
	readonly #sealed: EncodedSpans[] = [];
	#sealedBytes = 0;
	#dropped = 0;

	constructor(options: SpanEncoderOptions) {
		const { attributes: common, detail = 'standard', redaction, resource } = options;
		this.#names = new NameTemplates((name) => redaction?.text(name) ?? name);
		this.#hashedNames = new NameTemplates((name) => redaction?.hash(name) ?? name);
		this.#scopeOf = options.scopeOf;
		this.#maxRequestBytes = options.maxRequestBytes ?? 2_097_152;
		this.#maxPendingBytes = options.maxPendingBytes ?? 67_108_864;
		this.#request = new TraceRequest(resource);
		const { writer } = this.#request;
		const templates = new Templates();
		const definitions = new DefinitionTemplates(templates, detail);
		const sharedKeys = new Set([...Object.keys(common), ...PLACE_KEYS, ...FAILURE_KEYS, ...EXTRA_KEYS]);
		const facts = new AttributeFacts(templates, sharedKeys);
		const outline = new JournalOutline(facts, definitions);
		const record = new RecordContext(outline, redaction);
		const texts = { names: this.#names, hashedNames: this.#hashedNames, redaction };
		const attributes = new AttributeWriter(writer, templates, facts, texts, outline);
		const eventAttributes = new AttributeWriter(writer, templates, facts, texts, outline);
		const merged = new MergedAttributes(facts, outline, redaction);
		const shared = new SharedFields(writer, templates, facts, attributes, outline, record, common);
		const events = new EventWriter(writer, templates, definitions, outline, eventAttributes, merged, redaction);
		const links = new LinkWriter(writer, templates, definitions, outline, record);
		this.#outline = outline;
		this.#record = record;
		this.#shared = shared;
		this.#spans = new SpanWriter({
			writer,
			templates,
			definitions,
			outline,
			record,
			shared,
			attributes,
			merged,
			events,
			links,
			common,
		});
	}

	/** Bytes that wait to be taken. */
	get pendingBytes(): number {
		return this.#sealedBytes + this.#request.bytes;
	}

	/** Spans that found no room, since the beginning. */
	get droppedSpans(): number {
		return this.#dropped;
	}

	/** Writes the spans of the journal at `at`. @returns how many: 0 for what is no journal, or one whose keys are gone */
	add(words: Int32Array, at: number, context: ReceiptContext): number {
		const outline = this.#outline;
		if (!outline.read(words, at)) return 0;
		const keys = context.keysOf(words[at + HEADER.EPOCH]!);
		if (keys === undefined) return 0;
		this.#record.read(keys);
		this.#names.use(context);
		this.#hashedNames.use(context);
		this.#spans.begin();
		const { stages, stageCount } = outline;
		for (let index = 0; index < stageCount; index++) {
			if (this.pendingBytes >= this.#maxPendingBytes) {
				this.#dropped += stageCount - index;
				return index;
			}
			const stage = stages[index]!;
			this.#request.begin(this.#scopeNumber(words[at + stage]! & DEFINITION_MASK));
			this.#spans.write(stage, context);
			if (this.#request.bytes >= this.#maxRequestBytes) this.#seal();
		}
		return stageCount;
	}

	/** The oldest request that waits; undefined when nothing does. */
	take(): EncodedSpans | undefined {
		const sealed = this.#sealed.shift();
		if (sealed === undefined) return this.#request.take();
		this.#sealedBytes -= sealed.bytes.length;
		return sealed;
	}

	#seal(): void {
		const sealed = this.#request.take();
		if (sealed === undefined) return;
		this.#sealed.push(sealed);
		this.#sealedBytes += sealed.bytes.length;
		this.#shared.forget();
	}

	#scopeNumber(definition: number): number {
		const known = this.#scopes.get(definition);
		if (known !== undefined) return known;
		const scope = this.#request.scopeNumber(this.#scopeOf(definition as SpanDef));
		this.#scopes.set(definition, scope);
		return scope;
	}
}
