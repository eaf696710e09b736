import type { RequirementList } from '../requirement.ts';

/** Compliance specification, chapter 7: data protection. */
export const protectionRequirements: RequirementList = {
	'7.1': {
		title: 'Data at rest is encrypted with AES-256',
		kinds: ['C'],
		scope: 'OUT',
		reason: 'the storage platform encrypts; stores can lie on an encrypted volume',
	},
	'7.2': { title: 'Keys are managed and rotated', kinds: ['C'], scope: 'OUT', reason: 'key management' },
	'7.3': {
		title: 'Single fields can be encrypted',
		kinds: ['C'],
		scope: 'OUT',
		reason: 'data processing; the operations are recorded as events',
	},
	'7.4': {
		title: 'Access to keys is logged',
		kinds: ['C'],
		scope: 'PART',
		reason: 'the event and its hook are supplied; the key store calls the hook',
		proof: [
			'packages/telemetry-core/test/opentelemetry/offered-audit.test.ts > keeps who read a credential or a key, and what for',
			'packages/telemetry-core/test/opentelemetry/offered-audit.test.ts > keeps what was encrypted or decrypted, for whom and what for',
		],
	},
	'7.5': {
		title: 'Every source has a classification',
		kinds: ['C'],
		scope: 'PART',
		reason: 'the label is read from the registration and reported; somebody else sets it',
		proof: 'later',
	},
	'7.6': {
		title: 'A record keeps its classification on the way, and delivery can decide by it',
		kinds: ['C'],
		scope: 'IN',
		note: 'carried in context and lineage',
		proof: [
			'apps/reference-pipeline/test/journeys.test.ts > keep their classification to the destination',
			'packages/instrumentation-gamma/test/records.test.ts > tells of a destination that may not have a record, and audits it once',
		],
	},
	'7.7': {
		title: 'Data of different classifications is not mixed unseen',
		kinds: ['C'],
		scope: 'PART',
		reason: "mixing is detected and logged; preventing it is the module's part",
		proof: 'later',
	},
	'7.8': {
		title: 'Personal data is marked field by field',
		kinds: ['C'],
		scope: 'PART',
		reason: 'the marks steer redaction; somebody else sets them',
		proof: [
			'packages/instrumentation-alpha/test/signals.test.ts > tells which rule a record broke and the values, masked where they are personal',
			'apps/reference-pipeline/modules/alpha/test/validation-engine.test.ts > never shows the value of a personal field',
			'apps/reference-pipeline/modules/beta/test/transform-engine.test.ts > follows personal data through renames and copies',
		],
	},
	'7.9': {
		title: "A person's question about their data can be answered from lineage",
		kinds: ['C'],
		scope: 'IN',
		note: "by the hash of the subject's key, `pipeline.subject_key`, where a binding says which field holds it",
		proof: [
			'packages/telemetry-store/test/lineage/trace-lineage.test.ts > a subject, by its hash only',
			'apps/reference-pipeline/test/observatory.test.ts > finds all records about somebody by the hash of their key, and nowhere the key',
		],
	},
	'7.10': {
		title: 'A deletion reaches every destination and is confirmed',
		kinds: ['C'],
		scope: 'PART',
		reason: "confirmations are recorded; deleting is the destinations' part",
		proof: [
			'packages/telemetry-core/test/opentelemetry/offered-audit.test.ts > keeps which destinations confirmed that a record is deleted',
		],
	},
	'7.11': {
		title: 'A service replaces values by tokens',
		kinds: ['C'],
		scope: 'OUT',
		reason: 'data protection service',
	},
	'7.12': {
		title: 'Values are masked by field and by destination',
		kinds: ['C'],
		scope: 'PART',
		reason: "telemetry's own outputs are masked; the pipeline's output is not a concern of telemetry",
		proof: [
			'packages/telemetry-sdk/test/redaction/redaction.test.ts > that hold the values of fields are masked',
			'apps/reference-pipeline/test/planted-secrets.test.ts > are nowhere in what leaves the process: $profile, strict $strict',
		],
	},
	'7.13': {
		title: 'Turning tokens back into values is restricted and logged',
		kinds: ['C'],
		scope: 'PART',
		reason: 'the event is supplied; the token service restricts',
		proof: [
			'packages/telemetry-core/test/opentelemetry/offered-audit.test.ts > keeps which token was turned back into its value, for whom and what for',
		],
	},
};
