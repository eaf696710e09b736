// Hot path: `of` runs per record.
import { lookUpAttribute, lookUpMetric, TABLE_SIZE } from '../registry/define.ts';
import type { AttributeDef, MetricDef } from '../registry/definitions.ts';
import { isSwitchedOn } from '../runtime/switches.ts';
import { telemetry } from '../runtime/telemetry.ts';
import { type BoundMetric, noopMetrics } from './metrics.ts';

/** Reported in place of a value beyond the attribute's cap. */
export const OTHER = '__other__';

/** Handles that are found without a look-up: a stage asks for the same few again and again. A power of two. */
const RECENT = 8;

interface Node {
	readonly children: Map<string, Node>;
	metric: BoundMetric | undefined;
}

/**
 * A metric's bound handles by attribute values, in the order of the registry entry's attributes. Each distinct value is bound
 * once; values beyond the registry's cap are reported as `__other__`, so a hostile source cannot grow the series.
 */
export class MetricFamily {
	readonly #metric: MetricDef;
	readonly #base: number;
	readonly #keys: readonly string[];
	readonly #caps: readonly number[];
	#seen: Set<string>[] = [];
	#root: Node = { children: new Map(), metric: undefined };
	#epoch = -1;
	readonly #recentValues: (string | undefined)[] = new Array<string | undefined>(RECENT * 4);
	readonly #recent: (BoundMetric | undefined)[] = new Array<BoundMetric | undefined>(RECENT);
	#oldest = 0;
	#last = 0;

	constructor(metric: MetricDef, capOf: (key: string) => number | undefined = () => undefined) {
		const entry = lookUpMetric(metric)?.entry;
		this.#metric = metric;
		this.#base = Math.floor(metric / TABLE_SIZE);
		this.#keys = entry?.attributes ?? [];
		this.#caps = this.#keys.map((key) => capOf(key) ?? DEFAULT_CAP);
	}

	/** The handle for these values. Missing values are reported as `__other__`. One that does nothing while the metric's module is switched off. */
	of(first?: string, second?: string, third?: string, fourth?: string): BoundMetric {
		if (!isSwitchedOn(this.#base)) return noopMetrics.bind(this.#metric, {});
		if (this.#epoch !== telemetry.epoch) this.#reset();
		const values = this.#recentValues;
		// From the one that was asked for last, and on: rules and targets of records come in the same order again and again.
		for (let step = 0; step < RECENT; step++) {
			const at = (this.#last + step) & (RECENT - 1);
			if (
				values[at * 4] === first &&
				values[at * 4 + 1] === second &&
				values[at * 4 + 2] === third &&
				values[at * 4 + 3] === fourth
			) {
				const metric = this.#recent[at];
				if (metric === undefined) continue;
				this.#last = at;
				return metric;
			}
		}
		return this.#remember(this.#find(first, second, third, fourth), first, second, third, fourth);
	}

	#remember(metric: BoundMetric, first?: string, second?: string, third?: string, fourth?: string): BoundMetric {
		const at = this.#oldest;
		const values = this.#recentValues;
		this.#oldest = (at + 1) & (RECENT - 1);
		this.#last = at;
		this.#recent[at] = metric;
		values[at * 4] = first;
		values[at * 4 + 1] = second;
		values[at * 4 + 2] = third;
		values[at * 4 + 3] = fourth;
		return metric;
	}

	#find(first?: string, second?: string, third?: string, fourth?: string): BoundMetric {
		let node = this.#root;
		const count = this.#keys.length;
		if (count > 0) node = node.children.get(first ?? OTHER) ?? this.#child(node, 0, first ?? OTHER);
		if (count > 1) node = node.children.get(second ?? OTHER) ?? this.#child(node, 1, second ?? OTHER);
		if (count > 2) node = node.children.get(third ?? OTHER) ?? this.#child(node, 2, third ?? OTHER);
		if (count > 3) node = node.children.get(fourth ?? OTHER) ?? this.#child(node, 3, fourth ?? OTHER);
		return node.metric ?? this.#bind(node, [first, second, third, fourth]);
	}

	#reset(): void {
		this.#epoch = telemetry.epoch;
		this.#root = { children: new Map(), metric: undefined };
		this.#seen = this.#keys.map(() => new Set());
		this.#recent.fill(undefined);
	}

	#child(parent: Node, position: number, value: string): Node {
		const known = this.#admitted(position, value);
		const existing = parent.children.get(known);
		if (existing !== undefined) return existing;
		const child: Node = { children: new Map(), metric: undefined };
		parent.children.set(known, child);
		return child;
	}

	#admitted(position: number, value: string): string {
		const seen = this.#seen[position];
		const cap = this.#caps[position] ?? DEFAULT_CAP;
		if (value === OTHER || seen === undefined || seen.has(value)) return value;
		if (seen.size >= cap) return OTHER;
		seen.add(value);
		return value;
	}

	#bind(node: Node, values: readonly (string | undefined)[]): BoundMetric {
		const attributes: Record<string, string> = {};
		this.#keys.forEach((key, position) => {
			attributes[key] = this.#admitted(position, values[position] ?? OTHER);
		});
		node.metric = telemetry.metrics.bind(this.#metric, attributes);
		return node.metric;
	}
}

const DEFAULT_CAP = 80;

/** A family whose caps come from the registry's attribute definitions. */
export function metricFamily(metric: MetricDef, attributes: Readonly<Record<string, AttributeDef>>): MetricFamily {
	return new MetricFamily(metric, (key) => {
		const definition = attributes[key];
		return definition === undefined ? undefined : lookUpAttribute(definition)?.entry.cap;
	});
}
