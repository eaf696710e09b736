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

export type ChildCommand = { readonly kind: 'interrupt' } | { readonly kind: 'drain' };

export type ChildMessage =
	| { readonly kind: 'ready'; readonly port: number }
	| { readonly kind: 'progress'; readonly terminals: readonly Terminal[]; readonly ingested: number }
	| { readonly kind: 'done'; readonly facts: TelemetryFacts | undefined }
	| { readonly kind: 'failed'; readonly error: string };
