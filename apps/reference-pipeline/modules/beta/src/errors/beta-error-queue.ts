import { ErrorQueue, type ErrorQueueOptions, type QueueEntry } from '@pipeline/model';

/** Queues of module Beta. */
export const BETA_QUEUES = ['MAPPING', 'TRANSFORM', 'ENRICHMENT', 'CRITICAL'] as const;

/** Name of a queue: what failed, or CRITICAL for filtered records, failed handoffs and unexpected errors. */
export type BetaQueueName = (typeof BETA_QUEUES)[number];

/** A queued failure. `item` is the record that Beta received, or the transformed one when only its handoff failed. */
export interface BetaQueueEntry extends QueueEntry {
	queue: BetaQueueName;
	itemKind: 'VALIDATED' | 'TRANSFORMED';
	targetSchema: string;
	profileId: string;
	profileVersion: number;
	/** Place in the batch, so that a replay generates the same values. */
	batchIndex: number;
	/** How many target schemas the record is mapped to. */
	targetSchemaCount: number;
}

/** One of Beta's error queues. */
export class BetaErrorQueue extends ErrorQueue<BetaQueueEntry> {
	readonly name: BetaQueueName;

	constructor(name: BetaQueueName, options: ErrorQueueOptions) {
		super(options);
		this.name = name;
	}
}

/** The four queues by name. */
export type BetaErrorQueues = Readonly<Record<BetaQueueName, BetaErrorQueue>>;

/** Name of the file that a queue keeps, `beta_<name>_errors.ndjson`. */
export const betaQueueFile = (name: BetaQueueName): string => `beta_${name.toLowerCase()}_errors.ndjson`;

/** Makes the four queues; with `directory`, each keeps a file there. */
export function betaErrorQueues(options: Omit<ErrorQueueOptions, 'file'>, directory?: string): BetaErrorQueues {
	const make = (name: BetaQueueName) =>
		new BetaErrorQueue(name, {
			...options,
			file: directory === undefined ? undefined : `${directory}/${betaQueueFile(name)}`,
		});
	return {
		MAPPING: make('MAPPING'),
		TRANSFORM: make('TRANSFORM'),
		ENRICHMENT: make('ENRICHMENT'),
		CRITICAL: make('CRITICAL'),
	};
}
