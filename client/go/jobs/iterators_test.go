package jobs

import (
	"errors"
	"slices"
	"testing"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// book is a list of three pages, the second of them empty; reading beyond `until` pages fails.
func book(until int, read *int) func(*jobsv1.ListJobsRequest) ([]int, string, error) {
	pages := map[string]struct {
		items []int
		next  string
	}{"": {[]int{1, 2}, "b"}, "b": {nil, "c"}, "c": {[]int{3}, ""}}
	return func(request *jobsv1.ListJobsRequest) ([]int, string, error) {
		if *read++; *read > until {
			return nil, "", ErrUnavailable
		}
		page := pages[request.GetPageToken()]
		return page.items, page.next, nil
	}
}

func turn(request *jobsv1.ListJobsRequest, token string) { request.PageToken = token }

func TestPagesAreFollowedToTheEnd(t *testing.T) {
	for _, request := range []*jobsv1.ListJobsRequest{{PageSize: 2}, nil} {
		read := 0
		var items []int
		for item, err := range pages(request, book(3, &read), turn) {
			if err != nil {
				t.Fatal(err)
			}
			items = append(items, item)
		}
		if !slices.Equal(items, []int{1, 2, 3}) || read != 3 {
			t.Errorf("got %v of %d pages", items, read)
		}
		if request.GetPageToken() != "" {
			t.Error("the caller's request was changed")
		}
	}
}

func TestPagesThatAreNotAskedForAreNotRead(t *testing.T) {
	read := 0
	for item := range pages(&jobsv1.ListJobsRequest{}, book(3, &read), turn) {
		if item == 2 {
			break
		}
	}
	if read != 1 {
		t.Errorf("%d pages were read", read)
	}
}

func TestAnErrorIsTheLastThing(t *testing.T) {
	read := 0
	var items []int
	var errs []error
	for item, err := range pages(&jobsv1.ListJobsRequest{}, book(2, &read), turn) {
		items, errs = append(items, item), append(errs, err)
	}
	if !slices.Equal(items, []int{1, 2, 0}) || !errors.Is(errs[2], ErrUnavailable) || errs[0] != nil {
		t.Errorf("got %v, %v", items, errs)
	}
}
