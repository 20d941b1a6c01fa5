package com.ductape.jobs.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ductape.jobs.v1.Hello;
import com.ductape.jobs.v1.Result;
import com.ductape.jobs.v1.Results;
import com.ductape.jobs.v1.RunRef;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultBookTest {
  private final ResultBook book = new ResultBook();

  private static Result result(int number, int bytes) {
    return Result.newBuilder()
        .setRun(RunRef.newBuilder().setRunId("run-" + number).setToken(number))
        .setOutput(ByteString.copyFrom(new byte[bytes]))
        .build();
  }

  private List<Long> tokens() {
    List<Long> tokens = new ArrayList<>();
    book.forEachRun(run -> tokens.add(run.getToken()));
    return tokens;
  }

  @Test
  void itHoldsResultsUntilTheyAreAcknowledged() {
    assertTrue(book.isEmpty());
    book.add(result(1, 0));
    book.add(result(2, 0));
    Results first = book.next();
    assertEquals(1, first.getSequence());
    assertEquals(2, first.getResultsCount());
    book.add(result(3, 0));
    assertEquals(2, book.next().getSequence());
    assertFalse(book.hasUnsent());
    assertEquals(List.of(1L, 2L, 3L), tokens());
    book.acknowledge(1);
    assertEquals(List.of(3L), tokens());
    book.acknowledge(2);
    assertTrue(book.isEmpty());
  }

  @Test
  void batchesEndAtTheServersBounds() {
    for (int i = 0; i < ResultBook.MAX_RESULTS + 1; ++i) {
      book.add(result(i, 0));
    }
    assertEquals(ResultBook.MAX_RESULTS, book.next().getResultsCount());
    assertEquals(1, book.next().getResultsCount());
    for (int i = 0; i < 100; ++i) {
      book.add(result(i, 8 * 1024));
    }
    Results batch = book.next();
    assertTrue(batch.getSerializedSize() <= 512 * 1024, batch.getSerializedSize() + " bytes");
    assertTrue(batch.getResultsCount() > 50);
  }

  @Test
  void aNewStreamSendsAgainWhatWasNotAcknowledged() {
    for (int i = 1; i <= 3; ++i) {
      book.add(result(i, 0));
      book.next();
    }
    book.add(result(4, 0));
    book.acknowledge(1);
    book.restart();
    assertEquals(List.of(2L, 3L, 4L), tokens());
    book.keep(run -> run.getToken() != 3);
    Results again = book.next();
    assertEquals(1, again.getSequence());
    assertEquals(
        List.of(2L, 4L), again.getResultsList().stream().map(r -> r.getRun().getToken()).toList());
  }

  @Test
  void aHelloNamesNoMoreThanTheServerReads() {
    Hello.Builder hello = Hello.newBuilder();
    InFlightList list = new InFlightList(hello);
    RunRef run = RunRef.newBuilder().setRunId("0000000000208-1234567").setToken(-1).build();
    int added = 0;
    while (list.add(run)) {
      ++added;
    }
    assertTrue(added > 20_000, added + " runs");
    assertEquals(added, hello.getInFlightCount());
    assertTrue(hello.build().getSerializedSize() <= InFlightList.MAX_BYTES);
  }
}
