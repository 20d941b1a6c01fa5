// Package jobs is the client of Ductape Jobs, a service that executes events again and again at given times.
//
// A [Client] has one method for each of the API's, with its request and answer; the messages are those of package jobsv1, whose
// comments are the reference manual. Each call is repeated where that is safe, ends with its context or after the client's
// timeout, and answers an [*Error]. Lists are read page by page with ListJobs and its like, or one by one with the iterators
// [Client.Jobs], [Client.Runs], [Client.Events], [Client.Calendars] and [Client.Connections].
//
// A [Worker] executes the runs of events with a worker target: it calls a [Handler] for each.
package jobs

//go:generate ../generate.sh
