import { Command, InvalidArgumentError, Option } from 'commander';
import { stringify } from 'yaml';
import { createToken } from '../auth/access-token.ts';
import { ROLES, type Role } from '../auth/roles.ts';
import { parseConfig } from '../config/parse-config.ts';
import { note, print } from '../terminal/output.ts';
import { instantOf } from '../terminal/time-option.ts';

interface CreateOptions {
	readonly role: Role;
	readonly tenant?: readonly string[];
	readonly name?: string;
	readonly expires?: string;
}

/** `observatory token create` */
export function tokenCommand(): Command {
	return new Command('token').description('Tokens of the API and of senders.').addCommand(
		new Command('create')
			.description('Make a token. It is shown this once: the configuration holds a salted hash of it.')
			.addOption(new Option('--role <role>', 'what it may do').choices([...ROLES]).makeOptionMandatory())
			.option('--tenant <tenant...>', 'whose data it may read, or send; an operator, admin or ingest may go without')
			.option('--name <name>', 'whose it is: stands in the audit')
			.option('--expires <when>', 'day or instant, UTC', (text: string) => instantOf(text))
			.action(create),
	);
}

function create({ role, tenant, name, expires }: CreateOptions): void {
	const { token, id, hash } = createToken();
	const entry = {
		id,
		hash,
		role,
		...(tenant === undefined ? {} : { tenants: tenant }),
		...(name === undefined ? {} : { name }),
		...(expires === undefined ? {} : { expiresAt: expires }),
	};
	const text = stringify({ tokens: [entry] }, { lineWidth: 0 });
	try {
		parseConfig(text, 'token');
	} catch (error) {
		throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
	}
	note('Token, for whoever uses it:');
	print(token);
	note('\nFor the configuration file:');
	note(text);
}
