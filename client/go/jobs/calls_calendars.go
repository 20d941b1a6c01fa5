package jobs

import (
	"context"

	"google.golang.org/grpc"

	jobsv1 "github.com/ductape/ductape-jobs/client/go/jobs/v1"
)

// CreateCalendar creates a calendar: times in which the jobs that exclude it are not due. The errors are listed at
// [jobsv1.CalendarServiceClient].
func (c *Client) CreateCalendar(ctx context.Context, request *jobsv1.CreateCalendarRequest, opts ...grpc.CallOption) (*jobsv1.Calendar, error) {
	return call(ctx, c, request, opts, c.calendars.CreateCalendar)
}

// GetCalendar gets one calendar by its tag. The errors are listed at [jobsv1.CalendarServiceClient].
func (c *Client) GetCalendar(ctx context.Context, request *jobsv1.GetCalendarRequest, opts ...grpc.CallOption) (*jobsv1.Calendar, error) {
	return call(ctx, c, request, opts, c.calendars.GetCalendar)
}

// ListCalendars gets one page of the calendars of a product, in the order of their uids. [Client.Calendars] follows the
// pages. The errors are listed at [jobsv1.CalendarServiceClient].
func (c *Client) ListCalendars(ctx context.Context, request *jobsv1.ListCalendarsRequest, opts ...grpc.CallOption) (*jobsv1.ListCalendarsResponse, error) {
	return call(ctx, c, request, opts, c.calendars.ListCalendars)
}

// UpdateCalendar sets what the calendar in the request holds, or what the update mask names. The jobs that exclude it are
// planned anew before the answer. The errors are listed at [jobsv1.CalendarServiceClient].
func (c *Client) UpdateCalendar(ctx context.Context, request *jobsv1.UpdateCalendarRequest, opts ...grpc.CallOption) (*jobsv1.Calendar, error) {
	return call(ctx, c, request, opts, c.calendars.UpdateCalendar)
}

// DeleteCalendar deletes a calendar; while jobs name it, only with force. The errors are listed at
// [jobsv1.CalendarServiceClient].
func (c *Client) DeleteCalendar(ctx context.Context, request *jobsv1.DeleteCalendarRequest, opts ...grpc.CallOption) error {
	_, err := call(ctx, c, request, opts, c.calendars.DeleteCalendar)
	return err
}
