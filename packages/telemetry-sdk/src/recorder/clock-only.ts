import { ENTRY_STAGE } from '@pipeline/telemetry-core';
import { attributeNamed } from '@pipeline/telemetry-core/registry';
import type { AttributeOperations } from './attribute-operations.ts';
import type { NoteOperations } from './note-operations.ts';

/** What is said about stages where nobody takes journals: nothing, but for the record's id, which log lines have. */
export function sayNothing({ setText }: AttributeOperations): AttributeOperations & NoteOperations {
	const recordId = attributeNamed('pipeline.record_id');
	return {
		setNumber() {},
		setCode() {},
		setText(journal, stage, key, value) {
			if (key === recordId) setText(journal, stage, key, value);
		},
		event: () => ENTRY_STAGE,
		fail() {},
		link() {},
	};
}
