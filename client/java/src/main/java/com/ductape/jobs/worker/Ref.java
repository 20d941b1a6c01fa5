package com.ductape.jobs.worker;

import com.ductape.jobs.v1.RunRef;

/** Names one delivery, as a key. */
record Ref(String runId, long token) {
  static Ref of(RunRef run) {
    return new Ref(run.getRunId(), run.getToken());
  }
}
