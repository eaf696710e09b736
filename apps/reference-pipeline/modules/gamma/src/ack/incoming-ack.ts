import * as v from 'valibot';

const Id = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
const Outcome = v.picklist(['RECEIVED', 'ERROR']);
const Message = v.optional(v.pipe(v.string(), v.maxLength(65_536)));

/** Most records that one BATCH acknowledgment may list. */
export const MAX_ACK_MEMBERS = 10_000;

/** The JSON of an acknowledgment as destinations send it. */
export const IncomingAckSchema = v.object({
	correlation_id: Id,
	status: Outcome,
	acknowledgment_id: v.optional(Id),
	message: Message,
	/** BATCH only: outcome by record. Records not listed stay pending. Without it the status is for all. */
	members: v.optional(
		v.pipe(
			v.array(v.object({ record_id: Id, status: Outcome, acknowledgment_id: v.optional(Id), message: Message })),
			v.maxLength(MAX_ACK_MEMBERS),
		),
	),
});

/** A well-formed acknowledgment. */
export type IncomingAck = v.InferOutput<typeof IncomingAckSchema>;
