import type { SpanDef, SpanEventDef } from '@pipeline/telemetry-core';
import { lookUpSpan, lookUpSpanEvent } from '@pipeline/telemetry-core/registry';
import { entryWords, isEntry, kindOf } from './entries.ts';
import * as HEADER from './header.ts';
import type { IsWanted } from './journal-view.ts';
import * as Kind from './kind.ts';
import { DEFINITION_MASK, FIRST_ENTRY } from './layout.ts';

const auditedSpans = new Map<number, boolean>();
const auditedEvents = new Map<number, boolean>();

/** The stages of a journal that events are made of: those with audit rules, those with events that have some, and those at which the record ended. */
export function auditedStages(words: Int32Array, at: number): IsWanted {
	const others = otherStages(words, at);
	return (span, position) => isAudited(span) || others.includes(position);
}

function isAudited(span: SpanDef): boolean {
	return auditedSpans.get(span) ?? learn(auditedSpans, span, lookUpSpan(span)?.entry);
}

function isAuditedEvent(event: SpanEventDef): boolean {
	return auditedEvents.get(event) ?? learn(auditedEvents, event, lookUpSpanEvent(event)?.entry);
}

function learn(
	known: Map<number, boolean>,
	definition: number,
	entry: { readonly audit?: readonly unknown[] } | undefined,
): boolean {
	// Its table may be loaded later.
	if (entry === undefined) return false;
	const hasRules = (entry.audit ?? []).length > 0;
	known.set(definition, hasRules);
	return hasRules;
}

function otherStages(words: Int32Array, at: number): readonly number[] {
	const stages: number[] = [];
	const end = Math.min(at + words[at + HEADER.LENGTH]!, words.length);
	for (let entry = at + FIRST_ENTRY; entry < end && isEntry(words[entry]!); entry += entryWords(words, entry)) {
		const kind = kindOf(words[entry]!);
		const isOther =
			kind === Kind.FINISH ||
			(kind === Kind.EVENT && isAuditedEvent((words[entry]! & DEFINITION_MASK) as SpanEventDef));
		if (isOther) stages.push(words[entry + 1]!);
	}
	return stages;
}
