/** Keys of OpenTelemetry's conventions that name machines, protocols and code. @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/ */
export const SAFE_KEYS: ReadonlySet<string> = new Set(
	[
		'code.file.path code.function.name code.lineno code.line.number code.namespace',
		'container.id container.image.name container.name',
		'cloud.account.id cloud.availability_zone cloud.platform cloud.provider cloud.region',
		'db.collection.name db.name db.namespace db.operation db.operation.batch.size db.operation.name db.query.summary',
		'db.response.returned_rows db.response.status_code db.sql.table db.stored_procedure.name db.system db.system.name',
		'db.client.connection.pool.name db.client.connection.state',
		'deployment.environment deployment.environment.name',
		'dns.question.name',
		'error.type exception.escaped exception.message exception.stacktrace exception.type',
		'faas.name faas.trigger faas.version',
		'host.arch host.id host.name host.type',
		'http.flavor http.method http.request.body.size http.request.method http.request.resend_count http.request.size',
		'http.request_content_length http.response.body.size http.response.size http.response.status_code',
		'http.response_content_length http.route http.scheme http.status_code http.status_text',
		'k8s.cluster.name k8s.container.name k8s.deployment.name k8s.namespace.name k8s.node.name k8s.pod.name k8s.pod.uid',
		'messaging.batch.message_count messaging.client.id messaging.consumer.group.name messaging.destination.name',
		'messaging.destination.partition.id messaging.destination.template messaging.message.body.size',
		'messaging.message.envelope.size messaging.operation messaging.operation.name messaging.operation.type messaging.system',
		'messaging.kafka.offset messaging.kafka.consumer.group messaging.kafka.message.offset',
		'net.host.name net.host.port net.peer.name net.peer.port net.protocol.name net.protocol.version net.transport',
		'network.connection.type network.io.direction network.peer.port network.protocol.name network.protocol.version',
		'network.transport network.type',
		'nodejs.eventloop.state v8js.gc.type v8js.heap.space.name',
		'os.name os.type os.version',
		'otel.component.name otel.component.type otel.event.name otel.library.name otel.library.version otel.scope.name',
		'otel.scope.version otel.status_code otel.status_description',
		'peer.service process.executable.name process.pid process.runtime.description process.runtime.name process.runtime.version',
		'rpc.grpc.status_code rpc.method rpc.response.status_code rpc.service rpc.system rpc.system.name',
		'server.address server.port service.instance.id service.name service.namespace service.version',
		'telemetry.distro.name telemetry.distro.version telemetry.sdk.language telemetry.sdk.name telemetry.sdk.version',
		'thread.id thread.name tls.protocol.name tls.protocol.version url.domain url.port url.scheme url.template',
		'link.type',
	]
		.join(' ')
		.split(' '),
);

/** Keys whose values name a person or a client: they are hashed. */
export const PERSONAL_KEYS: ReadonlySet<string> = new Set(
	[
		'client.address client.socket.address http.client_ip source.address',
		'enduser.id enduser.pseudo.id user.id user.name user.email user.full_name user.hash process.owner',
		'session.id session.previous_id',
	]
		.join(' ')
		.split(' '),
);

/** Keys whose values are addresses of machines: those are what they are there for. */
export const ADDRESS_KEYS: ReadonlySet<string> = new Set(
	'server.address server.socket.address net.peer.name net.host.name host.ip host.name http.host'.split(' '),
);
