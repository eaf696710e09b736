import { type Environment, SAMPLER_VARIABLE, SAMPLERS, textOf } from './environment.ts';
import type { Profile } from './profiles.ts';
import { type SettingIssue, shown } from './setting-error.ts';
import { type ResolvedSettings, SIGNALS, type SignalName } from './settings.ts';
import type { SettingName, SettingValues } from './table.ts';

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** What is known beside the settings themselves. */
interface Circumstances {
	readonly env: Environment;
	readonly profile: Profile;
	readonly values: SettingValues;
	/** Where a setting was given; undefined where it has its default. */
	readonly sourceOf: (name: SettingName) => string | undefined;
}

/** Settings that are allowed, but not together. */
export function brokenRules(settings: ResolvedSettings, circumstances: Circumstances): readonly SettingIssue[] {
	const { audit, redaction, retry, profile: profileName, regulated } = settings;
	const { profile, values, sourceOf } = circumstances;
	const issues: SettingIssue[] = [];
	const refuse = (name: SettingName, problem: string) => issues.push({ source: sourceOf(name) ?? name, problem });
	const where = regulated ? `${profileName}, regulated` : profileName;

	if (!audit.enabled && !profile.isAuditOptional)
		refuse(
			'audit.enabled',
			`is false; allowed under ${where}: true (audit can be switched off under off and dev only)`,
		);
	if (audit.retentionDays < profile.minAuditRetentionDays)
		refuse(
			'audit.retentionDays',
			`is ${audit.retentionDays}; allowed under ${where}: ${profile.minAuditRetentionDays} or more`,
		);
	if (values.backend === 'console' && !profile.isAuditOptional)
		refuse('backend', `is "console"; allowed under ${where}: noop, prom, otel (the terminal is for off and dev)`);
	for (const signal of SIGNALS)
		if (values[`otlp.${signal}.exporter`].includes('console') && !profile.isAuditOptional)
			refuse(`otlp.${signal}.exporter`, `is "console", which is for off and dev; allowed under ${where}: any other`);
	if (regulated && !redaction.strict) refuse('redaction.strict', `is false; allowed under ${where}: true`);
	issues.push(...tooLargeBatches(circumstances), ...otherSamplers(circumstances));
	if (retry.maxMs < retry.initialMs)
		refuse('retry', `has a longest wait of ${retry.maxMs} ms; allowed: no less than the first, ${retry.initialMs} ms`);
	for (const signal of SIGNALS) issues.push(...unprotected(signal, settings, circumstances));
	return issues;
}

function tooLargeBatches({ values, sourceOf }: Circumstances): readonly SettingIssue[] {
	const issues: SettingIssue[] = [];
	for (const queue of ['queue', 'queue.traces', 'queue.logs'] as const) {
		const size = values[`${queue}.size`] ?? values['queue.size'];
		const batch = values[`${queue}.batchSize`];
		if (batch === undefined || batch <= size) continue;
		const source = sourceOf(`${queue}.batchSize`) ?? `${queue}.batchSize`;
		issues.push({ source, problem: `is ${batch}; allowed: no more than the queue holds, ${size}` });
	}
	return issues;
}

/** A sampler that is none of ours would be taken for no sampler, unless the ratio is given here. */
function otherSamplers({ env, sourceOf }: Circumstances): readonly SettingIssue[] {
	const sampler = textOf(env, SAMPLER_VARIABLE);
	const isOverruled = ['option ratio', 'TELEMETRY_TRACE_RATIO'].includes(sourceOf('ratio') ?? '');
	if (sampler === undefined || SAMPLERS.includes(sampler) || isOverruled) return [];
	return [{ source: SAMPLER_VARIABLE, problem: `is ${shown(sampler)}; allowed: ${SAMPLERS.join(', ')}` }];
}

/** Outside development what is sent to other machines is encrypted, unless somebody takes it upon himself; under regulation it always is. */
function unprotected(
	signal: SignalName,
	{ otlp, profile: profileName, regulated }: ResolvedSettings,
	{ env, profile, values, sourceOf }: Circumstances,
): readonly SettingIssue[] {
	const destination = otlp[signal];
	if (destination === undefined || (profile.isAuditOptional && !regulated)) return [];
	const source = sourceOf(`otlp.${signal}.endpoint`) ?? sourceOf('otlp.endpoint') ?? 'otlp.endpoint';
	const issues: SettingIssue[] = [];
	const { protocol, hostname } = new URL(destination.url);
	if (protocol !== 'https:' && regulated)
		issues.push({ source, problem: `is not encrypted for ${signal}; allowed when regulated: https://` });
	else if (protocol !== 'https:' && !LOOPBACK.test(hostname) && !values['otlp.insecure'])
		issues.push({
			source,
			problem: `is not encrypted for ${signal}; allowed under ${profileName}: https://, this machine, or anything with otlp.insecure`,
		});
	const isAuthenticated =
		Object.keys(destination.headers).length > 0 ||
		textOf(env, `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_CLIENT_CERTIFICATE`) !== undefined ||
		textOf(env, 'OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE') !== undefined;
	if (regulated && !isAuthenticated)
		issues.push({
			source,
			problem: `is not authenticated for ${signal}; set headers or a client certificate (OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE)`,
		});
	return issues;
}
