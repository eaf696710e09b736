import type { TelemetryFacts } from '../telemetry/telemetry.ts';
import type { Terminal } from './outcomes.ts';
import type { Role, RunOptions } from './run-options.ts';

/** First message to a child: which module it is, where it connects to, and where it listens (0 for any port). */
export interface ChildStart {
	readonly role: Role;
	readonly options: RunOptions;
	readonly port: number | undefined;
	readonly listenPort: number;
}

/** `drain`: end when there is nothing left to do. `finish`: whoever comes next on the way of the records is gone. */
export type ChildCommand = { readonly kind: 'interrupt' } | { readonly kind: 'drain' } | { readonly kind: 'finish' };

export type ChildMessage =
	| { readonly kind: 'ready'; readonly port: number }
	| {
			readonly kind: 'progress';
			readonly terminals: readonly Terminal[];
			readonly ingested: number;
			readonly slowed: readonly string[];
	  }
	/** What its telemetry has handed on: a process that is killed takes only the rest with it. */
	| { readonly kind: 'emitted'; readonly facts: TelemetryFacts }
	| { readonly kind: 'halted'; readonly errorRate: number }
	| { readonly kind: 'drained' }
	| { readonly kind: 'done' }
	| { readonly kind: 'failed'; readonly error: string };
