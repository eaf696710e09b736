import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';
import type { AttributeValue } from '../journal/stages.ts';
import { exceptionAttributes, failureAttributes } from '../opentelemetry/failure.ts';
import { toSpanContext } from '../propagation/span-context.ts';
import type { TraceFields } from '../propagation/trace-fields.ts';
import { lookUpAttribute, lookUpError, lookUpSpanEvent } from '../registry/define.ts';
import type { AttributeDef, ErrorDef, SpanEventDef } from '../registry/definitions.ts';
import type { LinkTypeName } from '../registry/entries.ts';

/** A span of batch, job or connection grain, written through registry definitions only. */
export class WorkSpan {
	readonly span: Span;
	failed = false;

	constructor(span: Span) {
		this.span = span;
	}

	/** Undefined values are left out. */
	set(key: AttributeDef, value: AttributeValue | undefined): this {
		const named = value === undefined ? undefined : lookUpAttribute(key);
		if (named !== undefined && value !== undefined) this.span.setAttribute(named.name, value as string);
		return this;
	}

	event(event: SpanEventDef, attributes: ReadonlyMap<AttributeDef, AttributeValue> | undefined = undefined): this {
		const named = lookUpSpanEvent(event);
		if (named === undefined) return this;
		const written: Attributes = {};
		for (const [key, value] of attributes ?? []) {
			const attribute = lookUpAttribute(key);
			if (attribute !== undefined) written[attribute.name] = value as string;
		}
		this.span.addEvent(named.name, written);
		return this;
	}

	fail(code: ErrorDef, error?: unknown): this {
		const named = lookUpError(code);
		if (named === undefined) return this;
		this.failed = true;
		this.span.setAttributes(failureAttributes(named) as Attributes);
		if (error !== undefined) this.span.addEvent('exception', exceptionAttributes(named, error));
		this.span.setStatus({ code: SpanStatusCode.ERROR, message: named.name });
		return this;
	}

	link(kind: LinkTypeName, target: Readonly<TraceFields> | undefined): this {
		const context = target === undefined ? undefined : toSpanContext(target);
		if (context !== undefined) this.span.addLink({ context, attributes: { 'link.type': kind } });
		return this;
	}

	/** Where this span stands, for message headers and for links from records. */
	position(): TraceFields {
		const { traceId, spanId, traceFlags, traceState } = this.span.spanContext();
		const state = traceState?.serialize();
		return { traceId, spanId, traceFlags: traceFlags & 1, ...(state ? { traceState: state } : {}) };
	}
}
