import { ConfigError } from '@pipeline/model';
import * as v from 'valibot';

/** The error for the first thing in a file that its schema did not accept. */
export function configError(place: string, issue: v.BaseIssue<unknown>): ConfigError {
	const path = v.getDotPath(issue);
	return new ConfigError(path ? `${place}.${path}` : place, issue.message);
}
