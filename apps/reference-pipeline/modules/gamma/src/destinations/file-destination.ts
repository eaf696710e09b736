import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AckType, type ComponentHealth, ConfigError, type Runtime } from '@pipeline/model';
import type { RenderFormat } from '../config/gamma-config.ts';
import { csvHeader } from '../rendering/csv-row.ts';
import type {
	DeliveryReceipt,
	DeliveryStatus,
	DestinationAdapter,
	DestinationMetrics,
	OutboundRecord,
} from './destination-adapter.ts';
import { fileErrorReceipt } from './file-errors.ts';
import { lastFileNumber, recoverStagedFiles } from './file-recovery.ts';
import { type FileLayout, StagedFile } from './staged-file.ts';

/** Where and how a file destination writes. */
export interface FileDestinationOptions {
	readonly directory: string;
	/** Files are named `<baseName>-000001.<extension>`. */
	readonly baseName: string;
	/** LINES: one JSON object a line. ARRAY: one JSON array. CSV needs `columns`. @default LINES */
	readonly layout?: 'LINES' | 'ARRAY' | 'CSV';
	readonly columns?: readonly string[];
	/** Records of one file, 1 or more. @default 100000 */
	readonly maxRecordsPerFile?: number;
	/** Size of one file, in bytes, 1024 or more. A single larger record gets a file of its own. @default 268435456 */
	readonly maxBytesPerFile?: number;
}

/** Writes records to staged files; a record is acknowledged when its bytes are synchronised to the disk. */
export class FileDestination implements DestinationAdapter {
	readonly options: FileDestinationOptions;
	readonly layout: FileLayout;
	readonly formats: readonly RenderFormat[];
	readonly ackTypes: readonly AckType[] = ['SYNC'];
	private readonly runtime: Runtime;
	private readonly maxRecords: number;
	private readonly maxBytes: number;
	private current: StagedFile | undefined;
	private fileNumber = 0;
	private isConnected = false;
	private lastError: string | undefined;
	private readonly metrics = { recordsDelivered: 0, bytesDelivered: 0, callsMade: 0 };

	/** @throws ConfigError on a bound out of range or CSV without columns. */
	constructor(options: FileDestinationOptions, runtime: Runtime) {
		this.options = options;
		this.runtime = runtime;
		this.layout = layoutOf(options);
		this.formats = options.layout === 'CSV' ? ['CSV'] : ['JSON'];
		this.maxRecords = atLeast('maxRecordsPerFile', options.maxRecordsPerFile ?? 100_000, 1);
		this.maxBytes = atLeast('maxBytesPerFile', options.maxBytesPerFile ?? 268_435_456, 1024);
	}

	/** Creates the directory and completes what an earlier process left staged. */
	async connect(): Promise<void> {
		const { directory, baseName } = this.options;
		await mkdir(directory, { recursive: true });
		await recoverStagedFiles(directory, baseName, this.layout);
		this.fileNumber = await lastFileNumber(directory, baseName, this.layout);
		this.isConnected = true;
	}

	/** Completes the current file. */
	async disconnect(): Promise<void> {
		await this.rotate();
		this.isConnected = false;
	}

	/** Appends in the order given, with one synchronisation per file touched. Calls must not overlap. */
	async deliver(batch: readonly OutboundRecord[]): Promise<readonly DeliveryReceipt[]> {
		this.metrics.callsMade += 1;
		const receipts: DeliveryReceipt[] = [];
		while (receipts.length < batch.length) {
			const receipt = await this.appendNext(batch, receipts);
			if (receipt === undefined) continue;
			while (receipts.length < batch.length) receipts.push(receipt);
		}
		return receipts;
	}

	/** Files keep no delivery ids. */
	async getDeliveryStatus(): Promise<DeliveryStatus> {
		return { state: 'UNKNOWN' };
	}

	getMetrics(): DestinationMetrics {
		return { ...this.metrics };
	}

	async healthCheck(): Promise<ComponentHealth> {
		const isHealthy = this.isConnected && this.lastError === undefined;
		return {
			componentName: `file:${this.options.baseName}`,
			status: isHealthy ? 'HEALTHY' : 'UNHEALTHY',
			message: this.lastError ?? (this.isConnected ? 'writable' : 'not connected'),
			lastCheck: this.runtime.timestamp(),
		};
	}

	/** Appends the records that fit into the current file; answers the failure that all further records share. */
	private async appendNext(
		batch: readonly OutboundRecord[],
		receipts: DeliveryReceipt[],
	): Promise<DeliveryReceipt | undefined> {
		try {
			const file = await this.fileFor(batch[receipts.length]!.rendered.renderedContent.byteLength);
			const contents = this.fitting(file, batch, receipts.length);
			await file.append(contents);
			this.lastError = undefined;
			for (const content of contents) receipts.push(this.written(content));
			return undefined;
		} catch (error) {
			this.lastError = error instanceof Error ? error.message : String(error);
			await this.abandonFile();
			return fileErrorReceipt(error);
		}
	}

	private fitting(file: StagedFile, batch: readonly OutboundRecord[], from: number): Uint8Array[] {
		const contents: Uint8Array[] = [];
		let pendingBytes = 0;
		for (let index = from; index < batch.length; index++) {
			const content = batch[index]!.rendered.renderedContent;
			const isFirst = file.records + contents.length === 0;
			const framedBytes = file.framedBytes(content.byteLength, isFirst);
			const isOverBytes = file.sizeWith(pendingBytes + framedBytes) > this.maxBytes;
			if (!isFirst && (isOverBytes || file.records + contents.length >= this.maxRecords)) break;
			pendingBytes += framedBytes;
			contents.push(content);
		}
		return contents;
	}

	private async fileFor(contentBytes: number): Promise<StagedFile> {
		if (!this.isConnected) await this.connect();
		const { current } = this;
		const isFull =
			current !== undefined &&
			current.records > 0 &&
			(current.records >= this.maxRecords ||
				current.sizeWith(current.framedBytes(contentBytes, false)) > this.maxBytes);
		if (isFull) await this.rotate();
		this.current ??= await this.createFile();
		return this.current;
	}

	private async createFile(): Promise<StagedFile> {
		const number = String(this.fileNumber + 1).padStart(6, '0');
		const name = `${this.options.baseName}-${number}.${this.layout.extension}`;
		const file = await StagedFile.create(join(this.options.directory, name), this.layout);
		this.fileNumber += 1;
		return file;
	}

	private async rotate(): Promise<void> {
		const file = this.current;
		this.current = undefined;
		await file?.finish();
	}

	// A file that failed is closed as it is and completed by the recovery of the next connect.
	private async abandonFile(): Promise<void> {
		await this.current?.abandon();
		this.current = undefined;
		this.isConnected = false;
	}

	private written(content: Uint8Array): DeliveryReceipt {
		this.metrics.recordsDelivered += 1;
		this.metrics.bytesDelivered += content.byteLength;
		return { status: 'SUCCESS', responseCode: 'WRITTEN' };
	}
}

function layoutOf({ layout = 'LINES', columns = [] }: FileDestinationOptions): FileLayout {
	if (layout === 'LINES') return { extension: 'jsonl', head: '', beforeFirst: '', beforeNext: '', tail: '' };
	if (layout === 'ARRAY') return { extension: 'json', head: '[\n', beforeFirst: '', beforeNext: ',', tail: ']\n' };
	if (columns.length === 0) throw new ConfigError('file.columns', 'at least one column for CSV');
	return { extension: 'csv', head: `${csvHeader(columns)}\n`, beforeFirst: '', beforeNext: '', tail: '' };
}

function atLeast(key: string, value: number, min: number): number {
	if (!Number.isInteger(value) || value < min) throw new ConfigError(`file.${key}`, `integer from ${min}`);
	return value;
}
