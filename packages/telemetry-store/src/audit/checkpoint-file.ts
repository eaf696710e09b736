import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { StoreError } from '../connection/store-error.ts';
import type { SignatureCheck, Signer } from './signing-key.ts';

/** A point of a chain that stands outside the store: whatever is missing before it was taken away. */
export interface AuditCheckpoint {
	readonly chain: string;
	readonly block: number;
	/** Newest entry of the block. */
	readonly seq: number;
	/** Of the block, hexadecimal. */
	readonly hash: string;
	/** ISO 8601. */
	readonly time: string;
	/** Producer -> entry up to which all of its are stored; the 1,000 that were heard last. */
	readonly producers: Readonly<Record<string, number>>;
	readonly keyId: string;
	/** Ed25519 over all fields above as JSON, base64; empty without a key. */
	readonly signature: string;
}

/** What a file of checkpoints says. A last line that is not whole is left out: the process ended while it was written. */
export interface AuditCheckpoints {
	readonly checkpoints: readonly AuditCheckpoint[];
	/** Lines, from 1, that are no checkpoint or whose signature is not right. */
	readonly invalidLines: readonly number[];
}

const MODE = 0o600;
const MAX_BYTES = 256 * 1024 * 1024;

/** Longer than any line: 1,000 producers with the longest names. */
const MAX_LINE_BYTES = 1024 * 1024;

/** Appends a checkpoint and waits until it is on disk. A line that the end of a process cut off goes first. */
export async function appendCheckpoint(
	path: string,
	point: Omit<AuditCheckpoint, 'keyId' | 'signature'>,
	signer: Signer | undefined,
): Promise<void> {
	const unsigned = { ...point, keyId: signer === undefined ? '' : signer.keyId };
	const line = JSON.stringify({ ...unsigned, signature: signer?.sign(JSON.stringify(unsigned)) ?? '' });
	const file = await open(path, 'a+', MODE);
	try {
		await dropCutOffLine(file);
		await file.appendFile(`${line}\n`);
		await file.datasync();
	} finally {
		await file.close();
	}
}

async function dropCutOffLine(file: FileHandle): Promise<void> {
	const { size } = await file.stat();
	const start = Math.max(0, size - MAX_LINE_BYTES);
	const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
	const end = start + buffer.subarray(0, bytesRead).lastIndexOf('\n') + 1;
	if (end < size && (end > start || start === 0)) await file.truncate(end);
}

/**
 * Reads all checkpoints; a file that is not there has none.
 *
 * @param isSigned only checkpoints that it accepts count
 * @throws StoreError `QUERY_TOO_LARGE` beyond 256 MB
 */
export async function readAuditCheckpoints(path: string, isSigned?: SignatureCheck): Promise<AuditCheckpoints> {
	const { size } = await stat(path).catch(() => ({ size: 0 }));
	if (size > MAX_BYTES) throw new StoreError('QUERY_TOO_LARGE', 'The file of checkpoints has more than 256 MB.');
	const lines = (size === 0 ? '' : await readFile(path, 'utf8')).split('\n');
	lines.pop();
	const checkpoints: AuditCheckpoint[] = [];
	const invalidLines: number[] = [];
	lines.forEach((line, index) => {
		const checkpoint = checkpointOf(line);
		if (checkpoint !== undefined && (isSigned === undefined || isValid(checkpoint, isSigned))) {
			checkpoints.push(checkpoint);
		} else invalidLines.push(index + 1);
	});
	return { checkpoints, invalidLines };
}

function isValid({ signature, ...unsigned }: AuditCheckpoint, isSigned: SignatureCheck): boolean {
	return isSigned(JSON.stringify(unsigned), signature, unsigned.keyId);
}

function checkpointOf(line: string): AuditCheckpoint | undefined {
	try {
		const value = JSON.parse(line) as AuditCheckpoint;
		const isShaped =
			[value.block, value.seq].every(Number.isSafeInteger) &&
			[value.chain, value.hash, value.time, value.keyId, value.signature].every((text) => typeof text === 'string') &&
			typeof value.producers === 'object';
		return isShaped ? value : undefined;
	} catch {
		return undefined;
	}
}
