/**
 * The client of Ductape Jobs: jobs, events, runs, connections and calendars.
 *
 * <p>Begin at {@link com.ductape.jobs.JobsClient}. The messages stand in {@code
 * com.ductape.jobs.v1}, as the protos of the API describe them; what executes runs is in {@link
 * com.ductape.jobs.worker}.
 */
package com.ductape.jobs;
