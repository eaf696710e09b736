import type { FlagSource } from './flag-source.ts';

interface Evaluation<T> {
	readonly value: T;
	readonly errorCode?: string;
}

type Handler = () => void;

/** The part of an OpenFeature client that is used: `OpenFeature.getClient()` of `@openfeature/server-sdk` is one. */
export interface FlagClient {
	getBooleanDetails(key: string, fallback: boolean): Promise<Evaluation<boolean>>;
	getNumberDetails(key: string, fallback: number): Promise<Evaluation<number>>;
	addHandler(event: string, handler: Handler): void;
	removeHandler(event: string, handler: Handler): void;
}

/** @see https://openfeature.dev/specification/sections/events */
const EVENTS = ['PROVIDER_READY', 'PROVIDER_CONFIGURATION_CHANGED', 'PROVIDER_ERROR', 'PROVIDER_STALE'];

/**
 * Flags of an OpenFeature provider. While it is out of order, or does not know a flag, the last known value stays: an outage of the flag
 * service switches nothing.
 */
export function openFeatureFlags(client: FlagClient): FlagSource {
	return {
		async read<T extends boolean | number>(key: string, current: T): Promise<T> {
			const evaluation =
				typeof current === 'boolean'
					? await client.getBooleanDetails(key, current)
					: await client.getNumberDetails(key, current);
			return evaluation.errorCode === undefined ? (evaluation.value as T) : current;
		},
		onChange(changed) {
			const handler = () => changed();
			for (const event of EVENTS) client.addHandler(event, handler);
			return () => {
				for (const event of EVENTS) client.removeHandler(event, handler);
			};
		},
	};
}
