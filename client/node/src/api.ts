/**
 * The API's messages, with `encode`, `decode`, `fromJSON` and `toJSON`, its enums, and the definitions of its services, all generated
 * from the protos: for those who make calls of their own.
 *
 * @module
 */
export { type DeepPartial, type MessageFns, protobufFileName, protobufPackage } from './generated/ductape/jobs/v1/job.js';
export * from './generated/ductape/jobs/v1/admin.js';
export * from './generated/ductape/jobs/v1/calendar.js';
export * from './generated/ductape/jobs/v1/connection.js';
export * from './generated/ductape/jobs/v1/event.js';
export * from './generated/ductape/jobs/v1/job.js';
export * from './generated/ductape/jobs/v1/run.js';
export * from './generated/ductape/jobs/v1/worker.js';
