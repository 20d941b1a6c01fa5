import type { DeepPartial, MessageFns } from './generated/ductape/jobs/v1/job.js';

export type { DeepPartial, MessageFns };

/** A method of the API with the classes of its messages. */
export interface Method<Request, Response> {
  name: string;
  /** `/package.Service/Method`. */
  path: string;
  requestType: MessageFns<Request>;
  responseType: MessageFns<Response>;
}

interface MethodDefinition {
  name: string;
  requestType: unknown;
  responseType: unknown;
}

interface ServiceDefinition {
  fullName: string;
  methods: Record<string, MethodDefinition>;
}

type MessageOf<Type> = Type extends MessageFns<infer Message> ? Message : never;

/** The methods of a generated service, by their names in camel case. */
export type MethodsOf<Service extends ServiceDefinition> = {
  [Name in keyof Service['methods']]: Method<
    MessageOf<Service['methods'][Name]['requestType']>,
    MessageOf<Service['methods'][Name]['responseType']>
  >;
};

export function methodsOf<Service extends ServiceDefinition>(service: Service): MethodsOf<Service> {
  const methods = Object.entries(service.methods).map(([key, { name, requestType, responseType }]) => [
    key,
    { name, path: `/${service.fullName}/${name}`, requestType, responseType },
  ]);
  return Object.fromEntries(methods) as MethodsOf<Service>;
}

/** A message as gRPC wants it. */
export function serialize<Message>(type: MessageFns<Message>, message: Message): Buffer {
  const bytes = type.encode(message).finish();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
