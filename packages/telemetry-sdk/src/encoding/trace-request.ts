import type { AttributeValue, Scope } from '@pipeline/telemetry-core';
import { writeAttribute } from './attribute-value.ts';
import { ProtobufWriter, tag, varintBytes } from './protobuf-writer.ts';

/** An encoded `ExportTraceServiceRequest`. */
export interface EncodedSpans {
	/** Nobody else's: they may be kept and sent at any time, until they are given back. */
	readonly bytes: Uint8Array;
	readonly spans: number;
}

/** What all spans of a process have in common. */
export interface TraceResource {
	readonly attributes: Readonly<Record<string, AttributeValue>>;
	readonly schemaUrl?: string | undefined;
}

/** As much as receivers of gRPC take. */
const MAX_SPARE_BYTES = 4_194_304;
const RESOURCE_SPANS = tag(1, 2);
const RESOURCE = tag(1, 2);
const SCOPE_SPANS = tag(2, 2);
const SCHEMA_URL = tag(3, 2);
const SCOPE = tag(1, 2);
const RESOURCE_ATTRIBUTES = 1;
const SCOPE_NAME = tag(1, 2);
const SCOPE_VERSION = tag(2, 2);

/** Spans in the order in which they were written, to be handed out by instrumentation scope. */
export class TraceRequest {
	/** Spans are written here, each behind its own tag as a field of ScopeSpans. */
	readonly writer = new ProtobufWriter();
	readonly #resource: Uint8Array;
	readonly #schemaUrl: Uint8Array;
	readonly #scopes: Uint8Array[] = [];
	readonly #scopeNumbers = new Map<string, number>();
	// Neighbours of one scope make a run: its scope, where it begins. It ends where the next one begins.
	readonly #runScopes: number[] = [];
	readonly #runStarts: number[] = [];
	#scope = -1;
	#spans = 0;
	/** Memory of a request that is over. */
	#spare: Uint8Array | undefined;

	constructor({ attributes, schemaUrl }: TraceResource) {
		this.#resource = bytesOf((writer) => {
			writer.bytes[writer.pos++] = RESOURCE;
			const start = writer.open();
			for (const [key, value] of Object.entries(attributes)) writeAttribute(writer, RESOURCE_ATTRIBUTES, key, value);
			writer.close(start);
		});
		this.#schemaUrl = bytesOf((writer) => {
			if (schemaUrl !== undefined && schemaUrl !== '') writeText(writer, SCHEMA_URL, schemaUrl);
		});
	}

	get bytes(): number {
		return this.writer.pos;
	}

	/** The number of a scope, for `begin`. */
	scopeNumber({ name, version }: Scope): number {
		const key = `${name}@${version}`;
		const known = this.#scopeNumbers.get(key);
		if (known !== undefined) return known;
		const scope = bytesOf((writer) => {
			writer.bytes[writer.pos++] = SCOPE;
			const start = writer.open();
			writeText(writer, SCOPE_NAME, name);
			if (version !== '') writeText(writer, SCOPE_VERSION, version);
			writer.close(start);
		});
		const number = this.#scopes.push(scope) - 1;
		this.#scopeNumbers.set(key, number);
		return number;
	}

	/** The span that is written next is of this scope. */
	begin(scope: number): void {
		this.#spans++;
		if (scope === this.#scope) return;
		this.#scope = scope;
		this.#runScopes.push(scope);
		this.#runStarts.push(this.writer.pos);
	}

	/** All spans so far as a request of their own; undefined when there are none. */
	take(): EncodedSpans | undefined {
		if (this.#spans === 0) return undefined;
		const taken = { bytes: this.#assemble(), spans: this.#spans };
		this.writer.pos = 0;
		this.#runScopes.length = 0;
		this.#runStarts.length = 0;
		this.#scope = -1;
		this.#spans = 0;
		return taken;
	}

	/** Takes back what `take` gave, when nobody reads it any more: the next request is put together there. New memory would cost more than all that is written to it. */
	recycle(bytes: Uint8Array): void {
		if (bytes.buffer.byteLength <= MAX_SPARE_BYTES) this.#spare = new Uint8Array(bytes.buffer);
	}

	#assemble(): Uint8Array {
		const spanBytes = this.#spanBytesByScope();
		let inner = this.#resource.length + this.#schemaUrl.length;
		for (const [scope, bytes] of spanBytes) inner += fieldBytes(this.#scopes[scope]!.length + bytes);
		const size = fieldBytes(inner);
		const writer = new ProtobufWriter(this.#spare !== undefined && this.#spare.length >= size ? this.#spare : size);
		this.#spare = undefined;
		writer.varint(RESOURCE_SPANS);
		writer.varint(inner);
		append(writer, this.#resource);
		for (const [scope, bytes] of spanBytes) {
			writer.varint(SCOPE_SPANS);
			writer.varint(this.#scopes[scope]!.length + bytes);
			append(writer, this.#scopes[scope]!);
			this.#appendSpans(writer, scope);
		}
		append(writer, this.#schemaUrl);
		return writer.bytes.subarray(0, writer.pos);
	}

	#spanBytesByScope(): Map<number, number> {
		const sums = new Map<number, number>();
		this.#runScopes.forEach((scope, run) => {
			sums.set(scope, (sums.get(scope) ?? 0) + this.#runEnd(run) - this.#runStarts[run]!);
		});
		return sums;
	}

	#appendSpans(writer: ProtobufWriter, scope: number): void {
		for (let run = 0; run < this.#runScopes.length; run++)
			if (this.#runScopes[run] === scope)
				append(writer, this.writer.bytes.subarray(this.#runStarts[run], this.#runEnd(run)));
	}

	#runEnd(run: number): number {
		return this.#runStarts[run + 1] ?? this.writer.pos;
	}
}

const fieldBytes = (length: number): number => 1 + varintBytes(length) + length;

function append(writer: ProtobufWriter, bytes: Uint8Array): void {
	writer.bytes.set(bytes, writer.pos);
	writer.pos += bytes.length;
}

function writeText(writer: ProtobufWriter, field: number, text: string): void {
	writer.reserve(8);
	writer.bytes[writer.pos++] = field;
	writer.text(text);
}

function bytesOf(write: (writer: ProtobufWriter) => void): Uint8Array {
	const writer = new ProtobufWriter(1_024);
	write(writer);
	return writer.bytes.slice(0, writer.pos);
}
