package jobs

import (
	"context"

	"google.golang.org/grpc"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// CreateEvent creates an event: what jobs execute. The errors are listed at [jobsv1.EventServiceClient].
func (c *Client) CreateEvent(ctx context.Context, request *jobsv1.CreateEventRequest, opts ...grpc.CallOption) (*jobsv1.Event, error) {
	return call(ctx, c, request, opts, c.events.CreateEvent)
}

// GetEvent gets one event by its type and tag. The errors are listed at [jobsv1.EventServiceClient].
func (c *Client) GetEvent(ctx context.Context, request *jobsv1.GetEventRequest, opts ...grpc.CallOption) (*jobsv1.Event, error) {
	return call(ctx, c, request, opts, c.events.GetEvent)
}

// ListEvents gets one page of the events of a product, in the order of their uids. [Client.Events] follows the pages. The
// errors are listed at [jobsv1.EventServiceClient].
func (c *Client) ListEvents(ctx context.Context, request *jobsv1.ListEventsRequest, opts ...grpc.CallOption) (*jobsv1.ListEventsResponse, error) {
	return call(ctx, c, request, opts, c.events.ListEvents)
}

// TestEvent executes an event once, now; that the target failed is in the answer. It is not repeated when the answer is lost. The
// errors are listed at [jobsv1.EventServiceClient].
func (c *Client) TestEvent(ctx context.Context, request *jobsv1.TestEventRequest, opts ...grpc.CallOption) (*jobsv1.TestEventResponse, error) {
	return call(ctx, c, request, opts, c.events.TestEvent)
}

// UpdateEvent sets what the event in the request holds, or what the update mask names. Attempts that start after the answer
// use it. The errors are listed at [jobsv1.EventServiceClient].
func (c *Client) UpdateEvent(ctx context.Context, request *jobsv1.UpdateEventRequest, opts ...grpc.CallOption) (*jobsv1.Event, error) {
	return call(ctx, c, request, opts, c.events.UpdateEvent)
}

// DeleteEvent deletes an event; while jobs name it, only with force. The errors are listed at [jobsv1.EventServiceClient].
func (c *Client) DeleteEvent(ctx context.Context, request *jobsv1.DeleteEventRequest, opts ...grpc.CallOption) error {
	_, err := call(ctx, c, request, opts, c.events.DeleteEvent)
	return err
}
