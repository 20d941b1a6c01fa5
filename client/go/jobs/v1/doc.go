// Package jobsv1 holds the messages and services of the API ductape.jobs.v1, as generated from its protos: their comments are the
// reference manual. Calls are made with the client in package jobs, which adds retries, deadlines and typed errors; the clients of
// this package are the bare ones.
package jobsv1
