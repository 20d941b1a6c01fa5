package jobs

import (
	"context"
	"iter"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// Jobs goes through the jobs of a product, page after page, from the request's page token on. A page is fetched when its first
// job is asked for. An error is the last thing that it yields, with a nil job. It can be gone through again, and then begins anew.
func (c *Client) Jobs(ctx context.Context, request *jobsv1.ListJobsRequest, opts ...grpc.CallOption) iter.Seq2[*jobsv1.Job, error] {
	return pages(request, func(page *jobsv1.ListJobsRequest) ([]*jobsv1.Job, string, error) {
		response, err := c.ListJobs(ctx, page, opts...)
		return response.GetJobs(), response.GetNextPageToken(), err
	}, func(page *jobsv1.ListJobsRequest, token string) { page.PageToken = token })
}

// Runs goes through runs as [Client.ListRuns] lists them, in the way of [Client.Jobs].
func (c *Client) Runs(ctx context.Context, request *jobsv1.ListRunsRequest, opts ...grpc.CallOption) iter.Seq2[*jobsv1.Run, error] {
	return pages(request, func(page *jobsv1.ListRunsRequest) ([]*jobsv1.Run, string, error) {
		response, err := c.ListRuns(ctx, page, opts...)
		return response.GetRuns(), response.GetNextPageToken(), err
	}, func(page *jobsv1.ListRunsRequest, token string) { page.PageToken = token })
}

// Events goes through the events of a product in the way of [Client.Jobs].
func (c *Client) Events(ctx context.Context, request *jobsv1.ListEventsRequest, opts ...grpc.CallOption) iter.Seq2[*jobsv1.Event, error] {
	return pages(request, func(page *jobsv1.ListEventsRequest) ([]*jobsv1.Event, string, error) {
		response, err := c.ListEvents(ctx, page, opts...)
		return response.GetEvents(), response.GetNextPageToken(), err
	}, func(page *jobsv1.ListEventsRequest, token string) { page.PageToken = token })
}

// Calendars goes through the calendars of a product in the way of [Client.Jobs].
func (c *Client) Calendars(ctx context.Context, request *jobsv1.ListCalendarsRequest, opts ...grpc.CallOption) iter.Seq2[*jobsv1.Calendar, error] {
	return pages(request, func(page *jobsv1.ListCalendarsRequest) ([]*jobsv1.Calendar, string, error) {
		response, err := c.ListCalendars(ctx, page, opts...)
		return response.GetCalendars(), response.GetNextPageToken(), err
	}, func(page *jobsv1.ListCalendarsRequest, token string) { page.PageToken = token })
}

// Connections goes through the connections of a product in the way of [Client.Jobs].
func (c *Client) Connections(ctx context.Context, request *jobsv1.ListConnectionsRequest, opts ...grpc.CallOption) iter.Seq2[*jobsv1.Connection, error] {
	return pages(request, func(page *jobsv1.ListConnectionsRequest) ([]*jobsv1.Connection, string, error) {
		response, err := c.ListConnections(ctx, page, opts...)
		return response.GetConnections(), response.GetNextPageToken(), err
	}, func(page *jobsv1.ListConnectionsRequest, token string) { page.PageToken = token })
}

// pages yields what list answers, from the page of request on; turn makes the request that of another page.
func pages[Request proto.Message, Item any](
	request Request, list func(Request) ([]Item, string, error), turn func(Request, string),
) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		page := proto.CloneOf(request)
		if !page.ProtoReflect().IsValid() {
			page = page.ProtoReflect().New().Interface().(Request)
		}
		for {
			items, next, err := list(page)
			if err != nil {
				var none Item
				yield(none, err)
				return
			}
			for _, item := range items {
				if !yield(item, nil) {
					return
				}
			}
			if next == "" {
				return
			}
			turn(page, next)
		}
	}
}
