import { nodeName } from '../lineage/lineage-node.ts';
import { countText, minuteText, offsetText } from './durations.ts';
import type { RecordJourney } from './journey.ts';
import { linkTexts } from './link-texts.ts';
import { epochMs } from './span-stages.ts';
import { stageSubject } from './stage-subject.ts';
import type { RecordOutcome } from './terminal-points.ts';
import { fitted, plain, type TextLayout, type Tone } from './text-layout.ts';

/** Lines of a section at the most: the page and the data have all. */
const MAX_LINES = 100;

/** What is known beside the stages, a block each; blocks without a line are left out. */
export function factLines(journey: RecordJourney, layout: TextLayout): readonly (readonly string[])[] {
	const since = (at: string) => offsetText(epochMs(at) - epochMs(journey.startedAt)).padStart(10);
	const sections: readonly (readonly [title: string, lines: readonly Line[]])[] = [
		['How it ended', endLines(journey, since)],
		['Where it went', deliveryLines(journey, since)],
		['What failed', errorLines(journey, since)],
		['Queues', queueLines(journey, since)],
		['Linked traces', linkTexts(journey.links).map((text) => [undefined, text])],
		['Lineage', lineageLines(journey, since)],
		['Audit', eventLines(journey, since)],
		['What is not shown', journey.gaps.map(({ message, traceId }) => ['yellow', `${message} ${traceId ?? ''}`])],
	];
	return sections
		.filter(([, lines]) => lines.length > 0)
		.map(([title, lines]) => [layout.paint('bold', title), ...painted(lines, layout)]);
}

type Line = readonly [tone: Tone | undefined, text: string];
type Since = (at: string) => string;

function painted(lines: readonly Line[], { width, paint }: TextLayout): readonly string[] {
	const more: readonly Line[] = lines.length > MAX_LINES ? [['dim', `… and ${lines.length - MAX_LINES} more`]] : [];
	return [...lines.slice(0, MAX_LINES), ...more].map(([tone, text]) => {
		const line = fitted(`  ${plain(text)}`, width).trimEnd();
		return tone === undefined ? line : paint(tone, line);
	});
}

export function outcomeTone(outcome: RecordOutcome): Tone {
	if (outcome === 'DELIVERED') return 'green';
	return outcome === 'PARTIAL' || outcome === 'IN_PROGRESS' ? 'yellow' : 'red';
}

function endLines({ ends }: RecordJourney, since: Since): readonly Line[] {
	return ends.map(({ at, outcome, schema, module }) => [
		outcomeTone(outcome),
		joined(since(at), outcome, schema, `in ${module.toLowerCase()}`),
	]);
}

function deliveryLines({ deliveries }: RecordJourney, since: Since): readonly Line[] {
	return deliveries.map(({ destinationId, status, attempts, deliveredAt, acknowledgmentId, reason }) => {
		const when = deliveredAt === undefined ? '' : since(deliveredAt).trim();
		const tries = countText(attempts.length, 'attempt');
		const acknowledged = acknowledgmentId === undefined ? '' : `acknowledged ${acknowledgmentId}`;
		const tone = status === 'DELIVERED' ? 'green' : status === 'PENDING' ? 'yellow' : 'red';
		return [tone, joined(status.padEnd(9), destinationId, tries, when, reason, acknowledged)];
	});
}

function errorLines({ errors }: RecordJourney, since: Since): readonly Line[] {
	return errors.flatMap(({ at, module, component, code, details }): readonly Line[] => {
		const told = packed(Object.entries(details).map(([name, value]) => `${name}=${value}`));
		return [
			['red', joined(since(at), code, `${module.toLowerCase()}.${component}`)],
			...told.map((text): Line => ['dim', `${' '.repeat(11)}${text}`]),
		];
	});
}

/** Columns that are left of the narrowest usual terminal. */
const PACKED_WIDTH = 66;

/** Words in as few lines as hold them; one that is too long has a line of its own. */
function packed(words: readonly string[]): readonly string[] {
	const lines: string[] = [];
	for (const word of words) {
		const last = lines.at(-1);
		if (last !== undefined && last.length + 1 + word.length <= PACKED_WIDTH)
			lines[lines.length - 1] = `${last} ${word}`;
		else lines.push(word);
	}
	return lines;
}

function queueLines({ queueEntries }: RecordJourney, since: Since): readonly Line[] {
	return queueEntries.flatMap(({ entryId, queue, enqueuedAt, errorCode, expiresAt, replays }): readonly Line[] => {
		const kept = expiresAt === undefined ? undefined : `kept until ${minuteText(expiresAt)}`;
		return [
			[
				replays.length === 0 ? 'yellow' : undefined,
				joined(since(enqueuedAt), queue, `entry ${entryId}`, errorCode, kept),
			],
			...replays.map(({ at, operator, justification }): Line => {
				const why = justification === undefined ? undefined : `"${justification}"`;
				return [undefined, joined(since(at), 'replayed', operator === undefined ? undefined : `by ${operator}`, why)];
			}),
		];
	});
}

function lineageLines({ lineage, recordId }: RecordJourney, since: Since): readonly Line[] {
	return lineage.edges.map(({ timestamp, parentId, childId, relation }) => [
		undefined,
		joined(since(timestamp), nodeText(parentId, recordId), `-${relation.toLowerCase()}->`, nodeText(childId, recordId)),
	]);
}

/** A node in words; what every line would repeat is left out. */
export function nodeText(id: string, ownRecordId: string): string {
	const { kind, name, recordId } = nodeName(id);
	if (kind === 'record') return recordId === ownRecordId ? 'this record' : `record ${name}`;
	if (kind === 'schema' && recordId !== ownRecordId) return `schema ${name} of ${recordId}`;
	return kind === 'other' ? name : `${kind} ${name}`;
}

function eventLines({ events }: RecordJourney, since: Since): readonly Line[] {
	return events.map(({ timestamp, name, dimensions }) => {
		const actor = dimensions['audit.actor_id'];
		const isFailure = dimensions['audit.outcome'] === 'FAILURE';
		const told = joined(dimensions['pipeline.trace.outcome'], stageSubject(name, dimensions), actor && `by ${actor}`);
		return [isFailure ? 'red' : undefined, joined(since(timestamp), name.replace(/^pipeline\./, ''), told)];
	});
}

const joined = (...texts: readonly (string | undefined)[]) =>
	texts.filter((text) => text !== undefined && text !== '').join(' ');
