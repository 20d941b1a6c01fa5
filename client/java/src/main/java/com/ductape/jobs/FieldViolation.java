package com.ductape.jobs;

import java.io.Serializable;

/**
 * One field of a request that is at fault.
 *
 * @param field its path from the request, for example {@code job.executions}
 * @param description what is wrong, and what would be right
 * @serial exclude
 */
public record FieldViolation(String field, String description) implements Serializable {}
