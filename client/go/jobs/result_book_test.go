package jobs

import (
	"fmt"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

func resultOf(number int, output string) *jobsv1.Result {
	return &jobsv1.Result{
		Run:     &jobsv1.RunRef{RunId: fmt.Sprintf("0000000000208-%d", number), Token: uint64(number)},
		Outcome: &jobsv1.Result_Output{Output: []byte(output)},
	}
}

func tokensOf(results []*jobsv1.Result) (tokens []uint64) {
	for _, result := range results {
		tokens = append(tokens, result.GetRun().GetToken())
	}
	return tokens
}

func tokensIn(book *resultBook) (tokens []uint64) {
	book.all(func(result *jobsv1.Result) { tokens = append(tokens, result.GetRun().GetToken()) })
	return tokens
}

func TestResultsWaitForTheirAcknowledgement(t *testing.T) {
	var book resultBook
	book.add(resultOf(1, ""))
	book.add(resultOf(2, ""))
	first := book.next()
	book.add(resultOf(3, ""))
	second := book.next()
	if first.GetSequence() != 1 || second.GetSequence() != 2 || len(first.GetResults()) != 2 || len(second.GetResults()) != 1 {
		t.Fatalf("got %v and %v", first, second)
	}
	if book.next() != nil || book.empty() {
		t.Error("what is sent is neither to be sent again nor done with")
	}
	book.acknowledge(1)
	if got := tokensIn(&book); !slices.Equal(got, []uint64{3}) {
		t.Errorf("%v are not acknowledged", got)
	}
	book.acknowledge(2)
	if !book.empty() {
		t.Error("there is something left")
	}
}

func TestAfterABrokenStreamResultsAreSentAgainInOrder(t *testing.T) {
	var book resultBook
	book.add(resultOf(1, ""))
	book.next()
	book.add(resultOf(2, ""))
	book.next()
	book.add(resultOf(3, ""))
	book.acknowledge(1)
	book.restart()
	if got := tokensIn(&book); !slices.Equal(got, []uint64{2, 3}) {
		t.Fatalf("%v are not acknowledged", got)
	}
	book.keep(func(run runRef) bool { return run.token != 2 })
	again := book.next()
	if again.GetSequence() != 1 || !slices.Equal(tokensOf(again.GetResults()), []uint64{3}) {
		t.Errorf("got %v", again)
	}
	book.acknowledge(1)
	if !book.empty() {
		t.Error("there is something left")
	}
}

func TestBatchesStayBelowWhatTheServerTakes(t *testing.T) {
	for _, output := range []string{"", string(make([]byte, 8192))} {
		var book resultBook
		const total = 20_000
		for i := range total {
			book.add(resultOf(i, output))
		}
		seen := 0
		for results := book.next(); results != nil; results = book.next() {
			if len(results.GetResults()) > 10_000 || proto.Size(results) > 512*1024 {
				t.Errorf("a batch of %d results and %d bytes", len(results.GetResults()), proto.Size(results))
			}
			seen += len(results.GetResults())
		}
		if seen != total {
			t.Errorf("%d of %d came out", seen, total)
		}
	}
}

func TestSizesAreNotTakenForSmallerThanTheyAre(t *testing.T) {
	full := failureOf(&jobsv1.RunRef{RunId: "0000000000208-9223372036854775807", Token: 1 << 63},
		DoNotRetry(&TaskError{Code: "LONG_CODE", Message: "long message", Status: -1, RetryAfter: maxRetryAfter - 1}))
	for _, result := range []*jobsv1.Result{full, resultOf(1, "x"), releaseOf(someRun)} {
		if got, most := proto.Size(result)+6, sizeOf(result); got > most {
			t.Errorf("%v takes %d bytes, taken for %d", result, got, most)
		}
	}
}
