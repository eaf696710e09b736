import { StoreError } from '../connection/store-error.ts';
import { signatureCheckOf } from './signing-key.ts';

export interface AuditLedgerOptions {
	/** Name of the writer: each process that writes has one of its own. @default 'main' */
	readonly chainId?: string;
	/** Ed25519 private key, PEM: signs blocks and checkpoints. Without it they prove only what a copy elsewhere confirms. */
	readonly signingKey?: string;
	/** Ed25519 public keys, PEM, that were signed with before: what they signed counts too when the store verifies itself. */
	readonly formerPublicKeys?: readonly string[];
	/** File that gets checkpoints: keep it where whoever can change the store cannot change it. @default none is written */
	readonly checkpointPath?: string;
	/** Seconds between checkpoints, 10 to 86,400. @default 300 */
	readonly checksumIntervalS?: number;
	/** Producers kept in memory, 10,000 or more; others are read when they are heard again. @default 10,000 */
	readonly maxProducers?: number;
	/** Told what is not as it should be, and does not stop the ledger. */
	readonly onWarning?: (message: string) => void;
}

type Absent = 'signingKey' | 'formerPublicKeys' | 'checkpointPath';

export type LedgerSettings = Required<Omit<AuditLedgerOptions, Absent>> & Pick<AuditLedgerOptions, Absent>;

const CHAIN_ID = /^[A-Za-z0-9][\w.-]{0,63}$/;
const INTERVAL_S = { min: 10, max: 86_400 };
const PRODUCERS = { min: 10_000, max: 1_000_000 };

/** @throws StoreError `QUERY_INVALID` naming the option */
export function ledgerSettings(options: AuditLedgerOptions): LedgerSettings {
	const { chainId = 'main', checksumIntervalS = 300, maxProducers = PRODUCERS.min } = options;
	if (!CHAIN_ID.test(chainId)) {
		throw new StoreError('QUERY_INVALID', 'chainId: letters, digits, _ . and -, at most 64, a letter or digit first.');
	}
	checkWithin('checksumIntervalS', checksumIntervalS, INTERVAL_S);
	checkWithin('maxProducers', maxProducers, PRODUCERS);
	signatureCheckOf(options.formerPublicKeys ?? []);
	return { onWarning: () => {}, ...options, chainId, checksumIntervalS, maxProducers };
}

function checkWithin(name: string, number: number, { min, max }: { readonly min: number; readonly max: number }): void {
	if (Number.isInteger(number) && number >= min && number <= max) return;
	throw new StoreError('QUERY_INVALID', `${name}: a whole number from ${min} to ${max}.`);
}
