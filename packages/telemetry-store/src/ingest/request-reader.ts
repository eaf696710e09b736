import type { CheckOptions, EventFinding, TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { type AuditEntry, storable } from '../audit/audit-row.ts';
import { type ProducerPlace, producerPlaceOf } from '../audit/producer-place.ts';
import { type EventOrigin, eventKey, eventRow, tenantOf } from '../events/event-row.ts';
import { edgeRows } from '../lineage/edge-row.ts';
import { OtlpError } from '../otlp/otlp-error.ts';
import type {
	Attributes,
	ItemsOf,
	LogRecord,
	Metric,
	OtlpGroup,
	OtlpSource,
	Signal,
	Span,
} from '../otlp/otlp-types.ts';
import { itemTenant, namedTenant } from '../tenancy/item-tenant.ts';
import type { TenantScope } from '../tenancy/tenant-scope.ts';
import type { DeadLetter } from './dead-letters.ts';
import type { PlainEvents } from './plain-event.ts';
import { carriesEvent, isForLedger, readEvent } from './read-event.ts';
import { RowLines, rowLine } from './row-lines.ts';
import { attributeTexts, serviceNameOf, valueText } from './rows/attribute-text.ts';
import { logRow, logSourceRow } from './rows/log-row.ts';
import { metricRows, metricSourceRow, pointsOf } from './rows/metric-rows.ts';
import { spanRow, spanSourceRow } from './rows/span-row.ts';

const INSTANCE_ID = 'service.instance.id';
const FOREIGN_TENANT = 'its sender may not write for this tenant';

export interface RequestReaderOptions {
	/** Most characters of rows that one request may become: what its items share is repeated in each, and an entry may tell many steps of lineage. */
	readonly maxLength: number;
	/** ISO 8601, microseconds, UTC. */
	readonly receivedAt: string;
	/** Empty when nobody says. */
	readonly sender: string;
	/** Whose telemetry the sender may write. */
	readonly tenants?: TenantScope | undefined;
	readonly check: CheckOptions;
	readonly plain: PlainEvents;
	/** By `eventKey`. */
	readonly isSeen: (key: string) => boolean;
	readonly onEvent: ((event: TelemetryEvent) => void) | undefined;
}

/** Sorts what a request holds: rows by table, entries of the ledger, and what is refused. */
export class RequestReader {
	readonly rows = new RowLines();
	/** Steps of lineage that the entries tell: arrays of `EDGE_COLUMNS`. */
	readonly edges = new RowLines();
	readonly entries: AuditEntry[] = [];
	readonly refused: DeadLetter[] = [];
	/** Of what was refused, in the spools that it came from. */
	readonly refusedPlaces: ProducerPlace[] = [];
	/** What was wrong with events, repaired or not. */
	readonly findings: EventFinding[] = [];
	/** Keys of events that go to a table. */
	readonly eventKeys = new Set<string>();
	/** Of what was refused, what is of tenants that the sender may not write for. */
	foreign = 0;
	items = 0;
	duplicates = 0;

	/** Characters of all rows, those that the ledger makes of entries not among them. */
	get length(): number {
		return this.rows.length + this.edges.length;
	}

	readonly #options: RequestReaderOptions;
	#source: OtlpSource | undefined;
	#sourceJson = '';
	#service = '';
	#sourceTenant = '';
	#origin: EventOrigin;
	#check: CheckOptions;

	constructor(options: RequestReaderOptions) {
		this.#options = options;
		this.#check = options.check;
		this.#origin = this.#originOf('');
	}

	/** @throws OtlpError `OTLP_TOO_LARGE` when a small request becomes too many rows */
	read<S extends Signal>(signal: S, { source, items }: OtlpGroup<ItemsOf[S]>): void {
		if (source !== this.#source) this.#enter(signal, source);
		for (const item of items) {
			this.#checkSize();
			if (signal === 'traces') this.#readSpan(item as Span);
			else if (signal === 'logs') this.#readLog(item as LogRecord);
			else this.#readMetric(item as Metric);
		}
		this.#checkSize();
		this.rows.seal();
		this.edges.seal();
	}

	#checkSize(): void {
		const { maxLength } = this.#options;
		if (this.length <= maxLength) return;
		throw new OtlpError('OTLP_TOO_LARGE', `The rows of a request have at most ${maxLength} characters.`);
	}

	#enter(signal: Signal, source: OtlpSource): void {
		const rowOf = { traces: spanSourceRow, logs: logSourceRow, metrics: metricSourceRow }[signal];
		const { attributes } = source.resource;
		const instance = attributes.find(([key]) => key === INSTANCE_ID);
		this.#source = source;
		this.#sourceJson = JSON.stringify(rowOf(source));
		this.#service = serviceNameOf(attributes);
		this.#sourceTenant = namedTenant(attributes);
		this.#origin = this.#originOf(this.#service);
		this.#check = {
			...this.#options.check,
			...(instance === undefined ? {} : { serviceInstanceId: valueText(instance[1]) }),
		};
	}

	#readSpan(span: Span): void {
		this.items++;
		if (!this.#mayWrite(span.attributes)) this.#refuseForeign('traces', span);
		else this.rows.add('otel_traces', rowLine(this.#sourceJson, spanRow(span)));
	}

	#readMetric(metric: Metric): void {
		this.items += pointsOf(metric);
		for (const { table, row, point } of metricRows(metric)) {
			this.#checkSize();
			// Without what all points of the metric share: however long that is, it is not written for each of them.
			if (!this.#mayWrite(point.attributes)) this.#refuseForeign('metrics', point);
			else this.rows.add(table, rowLine(this.#sourceJson, row));
		}
	}

	#readLog(record: LogRecord): void {
		this.items++;
		if (carriesEvent(record)) this.#readEvent(record);
		else if (!this.#mayWrite(record.attributes)) this.#refuseForeign('logs', record);
		else this.rows.add('otel_logs', rowLine(this.#sourceJson, logRow(record)));
	}

	#readEvent(record: LogRecord): void {
		const origin = this.#origin;
		const plain = this.#options.plain.read(record, this.#check);
		if (plain !== undefined) {
			this.#takeEvent(record, { event: plain, origin });
			return;
		}
		const { event, reason, findings } = readEvent(record, this.#check);
		this.findings.push(...findings);
		if (event === undefined) this.#refuseEvent(record, reason);
		else this.#takeEvent(record, storable({ event, origin }));
	}

	#takeEvent(record: LogRecord, entry: AuditEntry): void {
		const { tenants } = this.#options;
		if (tenants?.includes(tenantOf(entry.event)) !== false) {
			this.#addEvent(entry);
			return;
		}
		this.#refuseEvent(record, FOREIGN_TENANT);
		this.foreign++;
	}

	#mayWrite(own: Attributes): boolean {
		const { tenants } = this.#options;
		return tenants === undefined || tenants.includes(itemTenant(own, this.#sourceTenant));
	}

	#refuseForeign(signal: Signal, record: unknown): void {
		this.#refuse(signal, record, FOREIGN_TENANT);
		this.foreign++;
	}

	#refuse(signal: Signal, record: unknown, reason: string): void {
		this.refused.push({ reason, signal, service: this.#service, record });
	}

	#refuseEvent(record: LogRecord, reason: string): void {
		this.#refuse('logs', record, reason);
		const place = producerPlaceOf({ dimensions: attributeTexts(record.attributes) });
		if (place !== undefined) this.refusedPlaces.push({ ...place, sender: this.#options.sender });
	}

	/** One object for all that a source sends: entries are kept until they are stored. */
	#originOf(service: string): EventOrigin {
		const { receivedAt, sender } = this.#options;
		return { service, receivedAt, sender };
	}

	#addEvent(entry: AuditEntry): void {
		const { event, origin } = entry;
		if (isForLedger(event)) {
			this.#options.onEvent?.(event);
			this.entries.push(entry);
			for (const row of edgeRows(event)) this.edges.add('lineage_edges', JSON.stringify(Object.values(row)));
			return;
		}
		const key = eventKey(event);
		if (this.eventKeys.has(key) || this.#options.isSeen(key)) {
			this.duplicates++;
			return;
		}
		this.#options.onEvent?.(event);
		this.eventKeys.add(key);
		this.rows.add('telemetry_events', JSON.stringify(eventRow(event, origin)));
	}
}
