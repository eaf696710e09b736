import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** What a file destination writes around its records. */
export interface FileLayout {
	readonly extension: string;
	/** Written once at the top. */
	readonly head: string;
	/** Written before the first record of a file. */
	readonly beforeFirst: string;
	/** Written before each further record. */
	readonly beforeNext: string;
	/** Written once at the end. */
	readonly tail: string;
}

/** Suffix of a file that is still written to. */
export const STAGED_SUFFIX = '.part';

/** A file that gets its final name only when it is complete. */
export class StagedFile {
	readonly path: string;
	readonly layout: FileLayout;
	private readonly handle: FileHandle;
	/** Bytes that were synchronised. */
	bytes: number;
	/** Records that were synchronised. */
	records = 0;

	private constructor(path: string, layout: FileLayout, handle: FileHandle, bytes: number) {
		this.path = path;
		this.layout = layout;
		this.handle = handle;
		this.bytes = bytes;
	}

	/** Creates `<path>.part` with the layout's head. Fails when it exists. */
	static async create(path: string, layout: FileLayout): Promise<StagedFile> {
		const handle = await open(`${path}${STAGED_SUFFIX}`, 'wx');
		const head = Buffer.from(layout.head);
		await handle.write(head, 0, head.byteLength, 0);
		return new StagedFile(path, layout, handle, head.byteLength);
	}

	/** Bytes that one more record takes. */
	framedBytes(contentBytes: number, isFirst: boolean): number {
		return (isFirst ? this.layout.beforeFirst : this.layout.beforeNext).length + contentBytes + 1;
	}

	/** Size of the finished file with this many further bytes. */
	sizeWith(pendingBytes: number): number {
		return this.bytes + pendingBytes + this.layout.tail.length;
	}

	/** Writes records and synchronises. On failure the file is cut back to its last synchronised byte. */
	async append(contents: readonly Uint8Array[]): Promise<void> {
		const chunk = this.frame(contents);
		try {
			await writeAll(this.handle, chunk, this.bytes);
			await this.handle.datasync();
		} catch (error) {
			await this.handle.truncate(this.bytes).catch(() => undefined);
			throw error;
		}
		this.bytes += chunk.byteLength;
		this.records += contents.length;
	}

	/** Writes the tail, synchronises, and gives the file its final name. */
	async finish(): Promise<void> {
		await writeAll(this.handle, Buffer.from(this.layout.tail), this.bytes);
		await this.handle.sync();
		await this.handle.close();
		await rename(`${this.path}${STAGED_SUFFIX}`, this.path);
		await syncDirectory(dirname(this.path));
	}

	/** Closes the file under its staged name. */
	async abandon(): Promise<void> {
		await this.handle.close().catch(() => undefined);
	}

	private frame(contents: readonly Uint8Array[]): Buffer {
		const parts = contents.flatMap((content, index) => [
			Buffer.from(this.records + index === 0 ? this.layout.beforeFirst : this.layout.beforeNext),
			content,
			Buffer.from('\n'),
		]);
		return Buffer.concat(parts);
	}
}

/** Makes a rename in the directory durable. */
export async function syncDirectory(path: string): Promise<void> {
	const directory = await open(path, 'r');
	try {
		await directory.sync();
	} finally {
		await directory.close();
	}
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
	let written = 0;
	while (written < bytes.byteLength) {
		const result = await handle.write(bytes, written, bytes.byteLength - written, position + written);
		written += result.bytesWritten;
	}
}
