/**
 * Workers: what executes the runs of events with a worker target. Begin at {@link
 * com.ductape.jobs.worker.Worker}.
 */
package com.ductape.jobs.worker;
